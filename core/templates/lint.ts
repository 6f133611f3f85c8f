import type { DetectPhi, Language, PhiCategory } from '../phi/types';
import { fill } from './placeholders';
import { templateProblems, type TemplateProblem } from './rules';
import type { CatalogueTemplate, TemplateText } from './types';

export type LintFinding =
  | TemplateProblem
  | {
      readonly language: Language;
      readonly code: 'containsPhi';
      readonly sentence: string;
      readonly category: PhiCategory;
      readonly ruleId: string;
      /** Offsets into `part`, with the variables' examples filled in. */
      readonly start: number;
      readonly end: number;
      readonly part: 'body' | 'footer' | 'button';
    };

/**
 * Checks a template as Meta's review and a careful reader would: Meta's rules, our promises, and neutral words.
 *
 * @param detect the PHI detector, with the controller's policy already in it
 * @returns an empty list when the template may be used
 */
export function lintTemplate(template: CatalogueTemplate, detect: DetectPhi): LintFinding[] {
  const texts = Object.entries(template.texts) as [Language, TemplateText][];
  return [
    ...templateProblems(template),
    ...texts.flatMap(([language, text]) => phiFindings(template, language, text, detect)),
  ];
}

function phiFindings(
  template: CatalogueTemplate,
  language: Language,
  text: TemplateText,
  detect: DetectPhi,
): LintFinding[] {
  const examples = new Map(template.variables.map(({ name, example }) => [name, example]));
  const labels = [...(text.buttons ?? []).map(({ title }) => title), text.listButton, text.linkButton];
  const parts = [
    ['body', fill(text.body, (name) => examples.get(name) ?? '')],
    ['footer', text.footer ?? ''],
    ...labels.map((label) => ['button', label ?? ''] as const),
  ] as const;
  return parts.flatMap(([part, words]) =>
    detect(words, { languages: [language] }).map(({ category, ruleId, start, end }) => ({
      language,
      code: 'containsPhi' as const,
      sentence: 'These words give health or personal data away. Say it neutrally or leave it to the portal.',
      category,
      ruleId,
      start,
      end,
      part,
    })),
  );
}
