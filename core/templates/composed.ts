import type { Language } from '../phi/types';
import { refusal } from '../policy/reasons';
import { composedProblem } from './composedRules';
import type { ComposedOrigin, ComposedPart } from './composedTypes';
import { checkedFile, checkedFileName, checkedLink, refused } from './media';
import type { RenderedMessage } from './types';

/**
 * The message of one composed answer, held against Meta's limits and the controller's domains.
 *
 * @throws CareError `staffMemberMissing`, `textTooLong`, `variableMissing`, `variableInvalid`, `linkNotAllowed`,
 *   `fileNotAllowed`; each names the field
 */
export function renderComposed(
  origin: ComposedOrigin,
  language: Language,
  { allowedDomains }: { readonly allowedDomains: readonly string[] },
): RenderedMessage {
  if (origin.sentBy.trim() === '') throw refusal('staffMemberMissing', { field: 'sentBy' });
  const part = withCheckedLinks(origin.part, allowedDomains);
  const problem = composedProblem(part);
  if (problem) throw refused(problem.code, problem.field);
  return {
    template: `composed_${part.kind}`,
    metaName: `composed_${part.kind}`,
    version: 1,
    language,
    // It answers what the person asked; nothing of it opens a purpose of its own.
    purpose: 'appointment',
    metaCategory: 'UTILITY',
    use: 'reply',
    asks: null,
    ttlSeconds: null,
    text: textOf(part),
    footer: 'footer' in part ? (part.footer ?? null) : null,
    buttons: part.kind === 'buttons' ? part.buttons : [],
    choices: part.kind === 'list' ? rowsOf(part) : [],
    parameters: [],
    ...(part.kind === 'list' ? { listButton: part.button } : {}),
    ...(part.kind === 'link' ? { link: { title: part.title, url: part.url } } : {}),
    origin: { ...origin, part, checked: true },
  };
}

function withCheckedLinks(part: ComposedPart, domains: readonly string[]): ComposedPart {
  switch (part.kind) {
    case 'link':
      return { ...part, url: checkedLink(part.url, domains, 'url') };
    case 'image':
      return { ...part, link: checkedFile('image', part.link, domains, 'link') };
    case 'document': {
      const fileName = checkedFileName(part.fileName, 'fileName');
      return { ...part, link: checkedFile('document', part.link, domains, 'link'), fileName };
    }
    default:
      return part;
  }
}

/** What stands in the conversation as our own words. */
function textOf(part: ComposedPart): string {
  switch (part.kind) {
    case 'document':
      return part.caption ?? part.fileName;
    case 'image':
      return part.caption ?? part.link;
    case 'reaction':
      return part.emoji;
    default:
      return part.body;
  }
}

type List = Extract<ComposedPart, { kind: 'list' }>;

/** Ids of rows in the order of the list; a tap comes back with the row's title, which is read as words. */
export const rowId = (position: number): string => `row_${position + 1}`;

const rowsOf = ({ sections }: List): RenderedMessage['choices'] =>
  sections
    .flatMap(({ rows }) => rows)
    .map(({ title, description }, position) => ({
      id: rowId(position),
      label: title,
      ...(description === undefined ? {} : { description }),
    }));

/** Every string that a person gets to read. */
export function composedTexts(part: ComposedPart): readonly string[] {
  const header = 'header' in part ? [part.header ?? ''] : [];
  switch (part.kind) {
    case 'document':
      return [part.link, part.fileName, part.caption ?? ''];
    case 'image':
      return [part.link, part.caption ?? ''];
    case 'list':
      return [...header, ...part.sections.map(({ title }) => title ?? '')];
    case 'reaction':
      return [part.emoji];
    default:
      return header;
  }
}
