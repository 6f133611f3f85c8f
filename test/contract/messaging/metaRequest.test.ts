import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { buildRequest } from '../../../core/messaging/providers/metaCloud/request';
import type { OutgoingMessage } from '../../../core/messaging/types';
import { LANGUAGES } from '../../../core/phi/types';
import { getTemplate, renderTemplate, TEMPLATE_KEYS, type RenderedMessage } from '../../../core/templates';

const DOCUMENT = join(__dirname, '../../../simulator/openapi/business-messaging-api_v23.0.yaml');
const account = {
  accessToken: 'test-token',
  phoneNumberId: '1001',
  apiVersion: 'v25.0',
  baseUrl: 'https://graph.facebook.com',
};
const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';

interface Schema {
  [key: string]: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
}
type Schemas = Record<string, Schema>;

/**
 * Where Meta's document contradicts itself or Meta's pages: the language policy (absent from current samples),
 * the pattern of a button's index (refuses its own example) and the closed member of an `allOf`, which would
 * refuse the properties of its sibling.
 */
function corrected(schemas: Schemas): Schemas {
  const get = (name: string): Schema => schemas[name] ?? {};
  get('LanguageObject').required = ['code'];
  delete get('TemplateComponent').properties?.index?.pattern;
  for (const member of (get('ButtonComponent').allOf ?? []) as Schema[])
    delete member.properties?.index?.pattern;
  for (const name of ['TextMessage', 'InteractiveMessage']) {
    for (const member of (get(name).allOf ?? []) as Schema[]) delete member.additionalProperties;
  }
  return schemas;
}

const { components } = parse(readFileSync(DOCUMENT, 'utf8')) as { components: { schemas: Schemas } };
const ajv = addFormats(new Ajv({ strict: false, validateFormats: false, allErrors: true }));
ajv.addSchema({ $id: 'meta', components: { schemas: corrected(components.schemas) } });

function complaints(name: string, body: unknown): unknown {
  const validate = ajv.compile({ $ref: `meta#/components/schemas/${name}` });
  return validate(body)
    ? []
    : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** The callback string is documented with the status webhook only, so the schemas do not know it. */
function bodyOf(message: OutgoingMessage) {
  const request = buildRequest(account, message, 1_000);
  const { biz_opaque_callback_data: reference, ...body } = request.body as Record<string, unknown>;
  return { url: request.url, reference, body };
}

const values = {
  at: Date.UTC(2027, 2, 1, 9, 30),
  zone: 'Europe/Rome',
  firstName: 'Ada',
  location: 'Aurora Nord',
  link: 'https://aurora.example/info',
  clinicName: 'Clinica Aurora',
  number: 3,
  choices: [
    { id: 'location_1', label: 'Aurora Nord', at: Date.UTC(2027, 2, 1, 9, 30), zone: 'Europe/Rome' },
    { id: 'location_2', label: 'Aurora Sud', at: Date.UTC(2027, 2, 2, 9, 30), zone: 'Europe/Rome' },
  ],
};
const renderContext = {
  now: Date.UTC(2027, 1, 27),
  allowedDomains: ['aurora.example'],
  locations: ['Aurora Nord', 'Aurora Sud'],
};

function messages(as: 'template' | 'reply'): [string, RenderedMessage][] {
  return TEMPLATE_KEYS.filter((key) => [as, 'both'].includes(getTemplate(key).use)).flatMap((key) =>
    LANGUAGES.flatMap((language) => {
      const rendered = renderTemplate(key, language, values, renderContext);
      return rendered.ok ? [[`${key} ${language}`, rendered.message] as [string, RenderedMessage]] : [];
    }),
  );
}

function first(
  as: 'template' | 'reply',
  fits: (message: RenderedMessage) => boolean = () => true,
): RenderedMessage {
  const found = messages(as).find(([, message]) => fits(message));
  if (!found) throw new Error('the catalogue has none');
  return found[1];
}

const schemaOf = (body: Record<string, unknown>): string =>
  ({ text: 'TextMessage', interactive: 'InteractiveMessage', template: 'TemplateMessage' })[
    String(body.type)
  ] ?? 'none';

describe("every request that we build against Meta's OpenAPI document", () => {
  it('covers the whole catalogue', () => {
    const covered = new Set(
      [...messages('template'), ...messages('reply')].map(([, { template }]) => template),
    );
    expect(covered).toEqual(new Set(TEMPLATE_KEYS));
  });

  it.each(messages('template'))('sends %s as an approved template', (_name, message) => {
    const { url, reference, body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'phone', e164: '+12025550143' },
      message,
      as: 'template',
    });
    const marketing = url.endsWith('/marketing_messages');
    expect(complaints(marketing ? 'MarketingMessageRequestPayload' : 'TemplateMessage', body)).toEqual([]);
    expect(marketing).toBe(message.metaCategory === 'MARKETING' && message.ttlSeconds !== null);
    expect(reference).toBe(OUTBOX);
  });

  // A link button is on Meta's pages but not in the document of v23.0.
  const replies = messages('reply').filter(([, message]) => message.link === undefined);
  it.each(replies)('answers with %s inside the window', (_name, message) => {
    const { url, body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'phone', e164: '+12025550143' },
      message,
      as: 'reply',
    });
    expect(url).toBe('https://graph.facebook.com/v25.0/1001/messages');
    expect(complaints(schemaOf(body), body)).toEqual([]);
  });

  it('notices a broken request, so that the other tests prove something', () => {
    const { body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'phone', e164: '+12025550143' },
      message: first('template'),
      as: 'template',
    });
    expect(complaints('TemplateMessage', { ...body, template: { name: 'x' } })).not.toEqual([]);
  });
});

describe('what a request says about the person', () => {
  const message = first('template');

  it('writes the plus before the number, or Meta may guess another country', () => {
    const { body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'phone', e164: '12025550143' },
      message,
      as: 'template',
    });
    expect(body.to).toBe('+12025550143');
  });

  it('names a person without a number by BSUID and leaves "to" out, since "to" would win', () => {
    const { body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'bsuid', bsuid: 'IT.abc123' },
      message,
      as: 'template',
    });
    expect(body).toMatchObject({ recipient: 'IT.abc123' });
    expect(body).not.toHaveProperty('to');
  });

  it('puts neither number nor name into a button, which comes back readable', () => {
    const { body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'phone', e164: '+12025550143' },
      message,
      as: 'template',
    });
    const components = (body.template as { components: { type: string }[] }).components;
    const buttons = JSON.stringify(components.filter(({ type }) => type === 'button'));
    expect(buttons).toContain(`${OUTBOX}.`);
    expect(buttons).not.toMatch(/202555|Ada/);
  });

  it('keeps the id of a row that names another message, for "which appointment"', () => {
    const other = 'zyxwvutsrqponmlkjihgfedcba';
    const list = first('reply', ({ choices }) => choices.length > 0);
    const choices = [
      { id: `${other}.confirm`, label: '1 March' },
      { id: 'location_2', label: 'South' },
    ];
    const { body } = bodyOf({
      outboxId: OUTBOX,
      to: { kind: 'phone', e164: '+12025550143' },
      message: { ...list, choices },
      as: 'reply',
    });
    expect(JSON.stringify(body)).toContain(`"id":"${other}.confirm"`);
    expect(JSON.stringify(body)).toContain(`"id":"${OUTBOX}.location_2"`);
  });
});
