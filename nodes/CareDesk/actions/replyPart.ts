import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import {
  CareError,
  isButtonChoice,
  type ButtonChoice,
  type ComposedPart,
  type ComposedSection,
} from '../../../core';

const KINDS = ['text', 'buttons', 'list', 'link', 'document', 'image', 'reaction'] as const;
const button = z.object({
  choice: z.custom<ButtonChoice>(isButtonChoice).default('yes'),
  title: z.string().default(''),
});
const row = z.object({
  title: z.string().default(''),
  description: z.string().default(''),
  section: z.string().default(''),
});

type Read = (name: string) => string;

/** @throws CareError `parameterInvalid` */
export function partOf(context: IExecuteFunctions, index: number): ComposedPart {
  const read: Read = (name) => {
    const value = context.getNodeParameter(name, index, '');
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const chosen = read('replyKind');
  const kind = KINDS.find((one) => one === chosen);
  switch (kind) {
    case 'text':
      return { kind, body: read('message') };
    case 'buttons':
      return { kind, ...frame(read), buttons: listed(context, index, 'replyButtons', 'button', button) };
    case 'list': {
      const sections = sectionsOf(listed(context, index, 'rows', 'row', row));
      return { kind, ...frame(read), button: read('buttonTitle'), sections };
    }
    case 'link':
      return { kind, ...frame(read), title: read('buttonTitle'), url: read('link') };
    case 'document':
      return {
        kind,
        link: read('link'),
        fileName: read('fileName'),
        ...optional('caption', read('caption')),
      };
    case 'image':
      return { kind, link: read('link'), ...optional('caption', read('caption')) };
    case 'reaction':
      return { kind, emoji: read('emoji') };
    default:
      throw invalid('replyKind');
  }
}

const invalid = (field: string): CareError =>
  new CareError('parameterInvalid', `The parameter "${field}" has a value that cannot be used. Correct it.`, {
    field,
  });

const optional = <K extends string>(key: K, value: string): Partial<Record<K, string>> =>
  (value === '' ? {} : { [key]: value }) as Partial<Record<K, string>>;

const frame = (read: Read) => ({
  body: read('message'),
  ...optional('header', read('replyHeader')),
  ...optional('footer', read('replyFooter')),
});

function listed<T extends z.ZodType>(
  context: IExecuteFunctions,
  index: number,
  name: string,
  key: string,
  entry: T,
): z.output<T>[] {
  const value = context.getNodeParameter(name, index, {}) as IDataObject;
  const parsed = z.array(entry).safeParse(value[key] ?? []);
  if (parsed.success) return parsed.data;
  throw invalid(name);
}

/** Sections in the order of their first row. */
function sectionsOf(rows: readonly z.output<typeof row>[]): ComposedSection[] {
  const titles = [...new Set(rows.map(({ section }) => section))];
  return titles.map((title) => ({
    ...optional('title', title),
    rows: rows
      .filter(({ section }) => section === title)
      .map((one) => ({ title: one.title, ...optional('description', one.description) })),
  }));
}
