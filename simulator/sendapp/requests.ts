import { z } from 'zod/v4';
import { variablesOf } from '../templates/variables';
import type { World } from '../world';
import type { Asked } from './accept';

const digits = z.string().regex(/^\d{7,15}$/);
const component = z.array(z.looseObject({ type: z.string() })).default([]);

const Agent = z.object({
  number: digits,
  type: z.enum(['freetext', 'template']),
  message: z.string().optional(),
  footer: z.string().optional(),
  buttons: z
    .array(z.object({ id: z.string().max(256), title: z.string().max(20) }))
    .max(3)
    .optional(),
  media_type: z.enum(['image', 'video', 'audio', 'document']).optional(),
  media_url: z.url().optional(),
  file_name: z.string().optional(),
  template: z
    .object({ name: z.string(), language: z.object({ code: z.string() }), components: component })
    .optional(),
});

const OfficialJson = z.object({
  phone: digits,
  template: z.object({ name: z.string(), language: z.string(), components: component }),
});

const number = z.string().regex(/^\+\d{7,15}$/);
const Apiv3Text = z.object({ number, message: z.string().min(1) });
const Apiv3Template = z.looseObject({ number, template_id: z.string(), language_code: z.string() });

const Cloud = z.object({
  number: digits,
  type: z.enum(['text', 'media']),
  message: z.string(),
  media_url: z.url().optional(),
  filename: z.string().optional(),
});

const KEYS: ReadonlySet<string> = new Set(['apikey', 'token', 'access_token']);

const withoutKeys = (body: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body ?? {}).filter(([key]) => !KEYS.has(key)));

/* Each reads one product's request, or gives null where a field is missing or malformed. */

export function agentRequest(body: unknown): Asked | null {
  const parsed = Agent.safeParse(body);
  if (!parsed.success) return null;
  const { number: phone, type, message = '', footer, buttons, template } = parsed.data;
  const asked = { product: 'sendAppAgent', phone: `+${phone}`, request: withoutKeys(body) } as const;
  if (type === 'template') {
    if (!template) return null;
    const { name, language, components } = template;
    return {
      ...asked,
      template: { name, language: language.code, components: components },
    };
  }
  const { media_type: media, file_name: filename } = parsed.data;
  if (media) return { ...asked, body: { type: media, [media]: { caption: message, filename } } };
  if (!buttons) return { ...asked, body: { type: 'text', text: { body: message } } };
  const interactive = {
    type: 'button',
    body: { text: message },
    ...(footer === undefined ? {} : { footer: { text: footer } }),
    action: { buttons: buttons.map((reply) => ({ type: 'reply', reply })) },
  };
  return { ...asked, body: { type: 'interactive', interactive } };
}

export function officialRequest(body: unknown): Asked | null {
  const parsed = OfficialJson.safeParse(body);
  if (!parsed.success) return null;
  const { phone, template } = parsed.data;
  return {
    product: 'sendAppOfficial',
    phone: `+${phone}`,
    template: { ...template, components: template.components },
    request: withoutKeys(body),
  };
}

export function apiv3Text(query: unknown): Asked | null {
  const parsed = Apiv3Text.safeParse(query);
  if (!parsed.success) return null;
  const body = { type: 'text', text: { body: parsed.data.message } };
  return { product: 'sendAppOfficial', phone: parsed.data.number, body, request: withoutKeys(query) };
}

const listed = (query: Record<string, unknown>, name: string): string[] =>
  [1, 2, 3].map((at) => query[`${name}${at}`]).filter((value) => typeof value === 'string');

export function apiv3Template(world: World, query: unknown): Asked | null {
  const parsed = Apiv3Template.safeParse(query);
  const template = parsed.success ? world.store.templates.get(parsed.data.template_id) : undefined;
  if (!parsed.success || template?.language !== parsed.data.language_code) return null;
  const names = variablesOf(template.components.find(({ type }) => type === 'BODY')?.text ?? '');
  const parameters = listed(parsed.data, 'param').map((text, index) => {
    const name = template.parameterFormat === 'NAMED' ? names[index] : undefined;
    return { type: 'text', text, ...(name === undefined ? {} : { parameter_name: name }) };
  });
  const buttons = listed(parsed.data, 'button').map((payload, index) => ({
    type: 'button',
    sub_type: 'quick_reply',
    index: String(index),
    parameters: [{ type: 'payload', payload }],
  }));
  const { name, language } = template;
  const body = parameters.length === 0 ? [] : [{ type: 'body', parameters }];
  return {
    product: 'sendAppOfficial',
    phone: parsed.data.number,
    template: { name, language, components: [...body, ...buttons] },
    request: withoutKeys(query),
  };
}

export function cloudRequest(body: unknown): Asked | null {
  const parsed = Cloud.safeParse(body);
  if (!parsed.success) return null;
  const { number: phone, type, message, filename } = parsed.data;
  const asked = { product: 'sendAppCloud', phone: `+${phone}`, request: withoutKeys(body) } as const;
  return type === 'text'
    ? { ...asked, body: { type: 'text', text: { body: message } } }
    : { ...asked, body: { type: 'document', document: { caption: message, filename } } };
}
