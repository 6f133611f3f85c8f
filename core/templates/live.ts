import { z } from 'zod/v4';

/** A template as it stands at Meta at this moment. */
export interface LiveTemplate {
  readonly name: string;
  /** e.g. `it` or `en_US`. */
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly named: boolean;
  readonly header: LiveHeader | null;
  readonly body: string;
  readonly footer: string | null;
  readonly buttons: readonly LiveButton[];
}

export type LiveHeader =
  | { readonly format: 'TEXT'; readonly text: string }
  | { readonly format: 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'LOCATION' | 'OTHER' };

export interface LiveButton {
  readonly type: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'COPY_CODE' | 'FLOW' | 'OTHER';
  readonly text: string;
  /** Of a URL button, with its variable. */
  readonly url: string;
}

const known = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.string().toUpperCase().pipe(z.enum(values)).catch('OTHER');

const button = z.object({
  type: known(['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'FLOW', 'OTHER']),
  text: z.string().default(''),
  url: z.string().default(''),
});

const component = z.object({
  type: z.string().toUpperCase(),
  format: known(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'OTHER']).optional(),
  text: z.string().optional(),
  buttons: z.array(button).optional(),
});

const template = z.object({
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string().toUpperCase(),
  category: z.string().toUpperCase(),
  parameter_format: z.string().toUpperCase().optional(),
  components: z.array(component).default([]),
});

const POSITIONAL = /^[1-9]\d*$/;

/**
 * One entry of `GET /{WABA-ID}/message_templates`; null for what is no template, so that one odd entry hides none of
 * the others. Some places of Meta's write `en-US`; here it is `en_US`.
 */
export function parseLiveTemplate(entry: unknown): LiveTemplate | null {
  const parsed = template.safeParse(entry);
  if (!parsed.success) return null;
  const { name, status, category, components, parameter_format: format } = parsed.data;
  const part = (type: string) => components.find((one) => one.type === type);
  const body = part('BODY')?.text ?? '';
  const header = part('HEADER');
  const variables = [...variablesIn(body), ...variablesIn(header?.text ?? '')];
  return {
    name,
    language: sameLanguage(parsed.data.language),
    status,
    category,
    named: format === undefined ? variables.some((one) => !POSITIONAL.test(one)) : format === 'NAMED',
    header: header === undefined ? null : headerOf(header),
    body,
    footer: part('FOOTER')?.text ?? null,
    buttons: part('BUTTONS')?.buttons ?? [],
  };
}

function headerOf({ format = 'OTHER', text = '' }: z.output<typeof component>): LiveHeader {
  return format === 'TEXT' ? { format, text } : { format };
}

/** Meta's webhooks and its API write the same language in two ways. */
export const sameLanguage = (language: string): string => language.replace('-', '_');

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Names or numbers of the variables, in order of first use. */
export const variablesIn = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(VARIABLE), (match) => match[1] ?? '')),
];

/** Puts the values in, in one pass. */
export const fillLive = (text: string, valueOf: (name: string) => string): string =>
  text.replace(VARIABLE, (_whole, name: string) => valueOf(name));
