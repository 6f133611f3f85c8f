import type { Language } from '../phi/types';
import { LIMITS } from './limits';
import { fill, placeholdersOf } from './placeholders';
import type { CatalogueTemplate, TemplateText } from './types';

export interface TemplateProblem {
  /** Absent: the problem is the template's, not one text's. */
  readonly language?: Language;
  readonly code: string;
  readonly sentence: string;
}

/** How a text says in each language that no person wrote it. */
const AUTOMATIC: Record<Language, RegExp> = {
  it: /automatic/i,
  de: /automatisch/i,
  en: /automatic/i,
  es: /automátic/i,
  fr: /automatique/i,
};

type Check = readonly [broken: boolean, code: string, sentence: string];

/** Everything that Meta's review or our own design would refuse in a template; empty when it is fine. */
export function templateProblems(template: CatalogueTemplate): TemplateProblem[] {
  const texts = Object.entries(template.texts) as [Language, TemplateText][];
  return [
    ...broken(wholeChecks(template)),
    ...texts.flatMap(([language, text]) =>
      broken([
        ...bodyChecks(template, text),
        ...partChecks(text),
        ...kindChecks(template, text),
        ...promiseChecks(template, language, text),
      ]).map((problem) => ({ ...problem, language })),
    ),
  ];
}

const broken = (checks: readonly Check[]): TemplateProblem[] =>
  checks.filter(([isBroken]) => isBroken).map(([, code, sentence]) => ({ code, sentence }));

function wholeChecks({ ttlSeconds, metaCategory, texts, variables }: CatalogueTemplate): Check[] {
  const [least, most] = LIMITS.ttl[metaCategory];
  const types = variables.map(({ type }) => type);
  return [
    [Object.keys(texts).length === 0, 'textMissing', 'Write the template in at least one language.'],
    [
      ttlSeconds !== null && (ttlSeconds < least || ttlSeconds > most),
      'ttlOutOfRange',
      `The time to live of this category lies between ${least} and ${most} seconds.`,
    ],
    [new Set(types).size < types.length, 'variableRepeated', 'Each type of variable may be declared once.'],
  ];
}

function bodyChecks({ variables }: CatalogueTemplate, { body, linkButton }: TemplateText): Check[] {
  const used = placeholdersOf(body);
  const declared = variables
    .filter(({ type }) => type !== 'choice' && !(type === 'link' && linkButton))
    .map(({ name }) => name);
  const literal = fill(body, () => ' ');
  const words = literal.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
  return [
    [body.trim() === '', 'bodyMissing', 'The text is empty.'],
    [body.length > LIMITS.body, 'bodyTooLong', `The text may have ${LIMITS.body} characters.`],
    [/^\s*\{\{|\}\}\s*$/.test(body), 'variableAtEdge', 'A text may neither begin nor end with a variable.'],
    [/\}\}\s*\{\{/.test(body), 'variablesAdjacent', 'Put words between two variables.'],
    [/[{}]/.test(literal), 'bracesUnbalanced', 'A variable is written {{name}}, in small letters.'],
    [
      used.some((name) => !declared.includes(name)),
      'variableUnknown',
      'The text uses a variable that the template does not declare.',
    ],
    [
      declared.some((name) => !used.includes(name)),
      'variableUnused',
      'The template declares a variable that the text does not use.',
    ],
    [new Set(used).size < used.length, 'variableRepeated', 'Use each variable once.'],
    [words < 2 * used.length + 1, 'tooManyVariables', 'There are too many variables for so short a text.'],
    [/\t| {4}|\n{3}/.test(body), 'whitespace', 'Leave out tabs, runs of spaces and runs of empty lines.'],
  ];
}

function partChecks({ footer = '', buttons = [], listButton, linkButton }: TemplateText): Check[] {
  const titles = buttons.map(({ title }) => title);
  const labels = [...titles, ...[listButton, linkButton].filter((label) => label !== undefined)];
  return [
    [footer.length > LIMITS.footer, 'footerTooLong', `The footer may have ${LIMITS.footer} characters.`],
    [/[{}\n]/.test(footer), 'footerVariable', 'The footer takes neither variables nor a second line.'],
    [buttons.length > LIMITS.buttons, 'tooManyButtons', `At most ${LIMITS.buttons} buttons fit everywhere.`],
    [
      labels.some(
        (label) => label.length > LIMITS.buttonTitle || label.trim() !== label || /[{}\n]|^$/.test(label),
      ),
      'buttonTitle',
      `A button has 1 to ${LIMITS.buttonTitle} characters, no variable and no outer spaces.`,
    ],
    [new Set(titles).size < titles.length, 'buttonRepeated', 'Two buttons have the same title.'],
    [
      new Set(buttons.map(({ choice }) => choice)).size < buttons.length,
      'buttonRepeated',
      'Two buttons mean the same.',
    ],
  ];
}

/** Lists and link buttons exist in the service window only, and only one kind of interaction fits a message. */
function kindChecks({ variables, use }: CatalogueTemplate, text: TemplateText): Check[] {
  const has = (type: string): boolean => variables.some((variable) => variable.type === type);
  const kinds = [text.buttons?.length, text.listButton, text.linkButton].filter(Boolean).length;
  return [
    [
      has('choice') !== (text.listButton !== undefined),
      'listButton',
      'A choice needs a list button, and only it.',
    ],
    [text.linkButton !== undefined && !has('link'), 'linkButton', 'A link button needs a link variable.'],
    [kinds > 1, 'mixedButtons', 'Use buttons, a list or a link button, not several of them.'],
    [
      use !== 'reply' && (text.listButton !== undefined || text.linkButton !== undefined),
      'replyOnly',
      'Lists and link buttons can only be used in replies.',
    ],
  ];
}

/** What the people who get the message were promised: a visible way out, and no machine that poses as a person. */
function promiseChecks(template: CatalogueTemplate, language: Language, text: TemplateText): Check[] {
  const promotes = template.metaCategory === 'MARKETING' || template.purpose !== 'appointment';
  const wayOut =
    /\bSTOP\b/.test(text.footer ?? '') || (text.buttons ?? []).some(({ choice }) => choice === 'stop');
  return [
    [
      promotes && template.use !== 'reply' && !wayOut,
      'wayOutMissing',
      'A survey or marketing text needs a Stop button or STOP in its footer.',
    ],
    [
      template.metaCategory === 'MARKETING' && !wayOut,
      'wayOutMissing',
      'A marketing text needs a Stop button or STOP in its footer.',
    ],
    [
      template.use !== 'template' && !AUTOMATIC[language].test(`${text.body} ${text.footer ?? ''}`),
      'automaticMarkMissing',
      'A reply must say that an automatic assistant wrote it.',
    ],
  ];
}
