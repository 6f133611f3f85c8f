import { LANGUAGES, type Language } from '../phi/types';
import { REASONS, type ReasonCode } from '../policy/reasons';
import { getTemplate, isTemplateKey } from './catalogue';
import { writeChoices } from './choices';
import { LIMITS } from './limits';
import { fill, placeholdersOf } from './placeholders';
import type {
  CatalogueTemplate,
  RenderContext,
  RenderedMessage,
  RenderResult,
  RenderValues,
  TemplateText,
} from './types';
import { writeValue } from './values';

/** Name under which a template stands at Meta; a new version is a new name, since approved texts hardly change. */
export const metaNameOf = ({ key, version }: Pick<CatalogueTemplate, 'key' | 'version'>): string =>
  `care_${key}_v${version}`;

/**
 * Fills a catalogue template.
 *
 * @returns the message, or a refusal with one of `templateUnknown`, `languageMissing`, `variableMissing`,
 *   `variableInvalid`, `linkNotAllowed`, `textTooLong`, the field of `values` at fault and no value
 */
export function renderTemplate(
  key: string,
  language: string,
  values: RenderValues,
  context: RenderContext,
): RenderResult {
  if (!isTemplateKey(key)) return refuse('templateUnknown');
  return renderText(getTemplate(key), language, values, context);
}

/** As `renderTemplate`, for a template at hand. */
export function renderText(
  template: CatalogueTemplate,
  language: string,
  values: RenderValues,
  context: RenderContext,
): RenderResult {
  const known = LANGUAGES.find((candidate) => candidate === language);
  const text = known && template.texts[known];
  if (!known || !text) return refuse('languageMissing');

  const filled = fillVariables(template, known, values, context);
  if (!filled.ok) return filled;
  const body = fill(text.body, (name) => filled.byName.get(name) ?? '');
  if (body.length > LIMITS.body) return refuse('textTooLong');
  return { ok: true, message: compose(template, known, text, body, filled) };
}

interface Filled {
  readonly ok: true;
  readonly byName: ReadonlyMap<string, string>;
  readonly choices: RenderedMessage['choices'];
}

function fillVariables(
  template: CatalogueTemplate,
  language: Language,
  values: RenderValues,
  context: RenderContext,
): Filled | Extract<RenderResult, { ok: false }> {
  const byName = new Map<string, string>();
  let choices: RenderedMessage['choices'] = [];
  for (const variable of template.variables) {
    if (variable.type === 'choice') {
      const written = writeChoices(variable, values, language, context);
      if (!written.ok) return refuse(written.code, 'choices');
      choices = written.rows;
    } else {
      const written = writeValue(variable.type, values, language, context);
      if (!written.ok) return refuse(written.code, written.field);
      byName.set(variable.name, written.text);
    }
  }
  return { ok: true, byName, choices };
}

function compose(
  template: CatalogueTemplate,
  language: Language,
  text: TemplateText,
  body: string,
  { byName, choices }: Filled,
): RenderedMessage {
  const linkName = template.variables.find(({ type }) => type === 'link')?.name ?? '';
  const url = byName.get(linkName);
  return {
    template: template.key,
    version: template.version,
    language,
    purpose: template.purpose,
    metaCategory: template.metaCategory,
    use: template.use,
    asks: template.asks,
    ttlSeconds: template.ttlSeconds,
    text: body,
    footer: text.footer ?? null,
    buttons: text.buttons ?? [],
    choices,
    metaName: metaNameOf(template),
    parameters: placeholdersOf(text.body).map((name) => ({ name, value: byName.get(name) ?? '' })),
    ...(text.listButton === undefined ? {} : { listButton: text.listButton }),
    ...(text.linkButton === undefined || url === undefined ? {} : { link: { title: text.linkButton, url } }),
  };
}

function refuse(code: ReasonCode, field?: keyof RenderValues): Extract<RenderResult, { ok: false }> {
  const { sentence } = REASONS[code];
  return field === undefined
    ? { ok: false, code, sentence }
    : { ok: false, code, sentence: `${sentence} (${field})`, field };
}
