import { join } from 'node:path';
import fc from 'fast-check';
import { contentOf, type WireContent } from '../../../core/messaging/content';
import { buildRequest } from '../../../core/messaging/providers/metaCloud/request';
import type { OutgoingMessage } from '../../../core/messaging/types';
import {
  parseLiveTemplate,
  renderApproved,
  renderComposed,
  type ComposedPart,
  type RenderedMessage,
} from '../../../core/templates';
import { requestValidator } from '../../../simulator/validation/validator';
import { checkMessageRules } from '../../../simulator/validation/rules';
import { fillTemplate, type SendComponent } from '../../../simulator/templates/fill';

/*
 * Whatever the package renders must pass Meta's OpenAPI document, and the rules of Meta's pages that it lacks. The
 * document's contradictions are repaired in one place, `simulator/validation/relax.ts`.
 */

const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';
const DOMAIN = 'https://aurora.example/';
const account = {
  accessToken: 'test-token',
  phoneNumberId: '1001',
  apiVersion: 'v25.0',
  baseUrl: 'https://graph.facebook.com',
};
const validator = requestValidator(
  join(__dirname, '../../../simulator/openapi/business-messaging-api_v23.0.yaml'),
);

function accepted(message: RenderedMessage, as: OutgoingMessage['as'], inReplyTo = 'wamid.IN'): void {
  const to = { kind: 'phone', e164: '+12025550143' } as const;
  const { body } = buildRequest(account, { outboxId: OUTBOX, to, message, as, inReplyTo }, 1_000);
  validator.message(body);
  checkMessageRules(body as Parameters<typeof checkMessageRules>[0]);
}

const chars = (max: number) =>
  fc
    .array(fc.constantFrom(...'abcdefgh ÄÖéàñ 123.,!?'.split('')), { minLength: 1, maxLength: max })
    .map((list) => list.join('').trim())
    .filter((text) => text !== '');
const maybe = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [key]: one }));
const frame = fc
  .tuple(chars(1024), maybe('header', chars(60)), maybe('footer', chars(60)))
  .map(([body, header, footer]) => ({ body, ...header, ...footer }));
const CHOICES = ['confirm', 'reschedule', 'human', 'yes', 'no', 'stop'] as const;

const buttons = fc
  .tuple(frame, fc.uniqueArray(chars(20), { minLength: 1, maxLength: 3 }))
  .map(([framed, titles]): ComposedPart => ({
    kind: 'buttons',
    ...framed,
    buttons: titles.map((title, index) => ({ choice: CHOICES[index] ?? 'yes', title })),
  }));
const row = fc
  .tuple(chars(24), maybe('description', chars(72)))
  .map(([title, description]) => ({ title, ...description }));
const list = fc
  .tuple(frame, chars(20), fc.array(row, { minLength: 1, maxLength: 10 }), fc.nat(9))
  .map(([framed, button, rows, cut]): ComposedPart => {
    const parts = [rows.slice(0, cut), rows.slice(cut)].filter((part) => part.length > 0);
    const sections = parts.map((own, index) => ({ title: `Part ${index}`, rows: own }));
    return { kind: 'list', ...framed, button, sections };
  });
const link = fc.tuple(frame, chars(20), fc.webPath()).map(([framed, title, path]): ComposedPart => ({
  kind: 'link',
  ...framed,
  title,
  url: `${DOMAIN}x${path}`,
}));
const document = maybe('caption', chars(1024)).map((caption): ComposedPart => ({
  kind: 'document',
  link: `${DOMAIN}a.pdf`,
  fileName: 'A.pdf',
  ...caption,
}));
const image = maybe('caption', chars(1024)).map((caption): ComposedPart => ({
  kind: 'image',
  link: `${DOMAIN}a.png`,
  ...caption,
}));
const others = fc.constantFrom<ComposedPart>(
  { kind: 'text', body: 'Hello.' },
  { kind: 'reaction', emoji: '👍' },
  { kind: 'reaction', emoji: '👩🏽‍⚕️' },
);

const composed = (part: ComposedPart, quote: boolean): RenderedMessage =>
  renderComposed({ source: 'composed', id: 'r1', sentBy: 'Maria Rossi', quote, part }, 'en', {
    allowedDomains: ['aurora.example'],
  });

describe('answers that a person of the staff composes', () => {
  it('pass Meta’s document whenever we let them through', () => {
    const parts = fc.oneof(buttons, list, link, document, image, others);
    fc.assert(fc.property(parts, fc.boolean(), (part, quote) => accepted(composed(part, quote), 'reply')));
  });

  it('are checked by something that says no', () => {
    const { origin: _origin, ...rest } = composed(
      { kind: 'link', body: 'a', title: 'b', url: `${DOMAIN}x` },
      false,
    );
    const tooLong = { ...rest, link: { title: 'b'.repeat(21), url: DOMAIN } };
    expect(() => accepted(tooLong, 'reply')).toThrow();
  });
});

const HEADERS = {
  TEXT: { component: { type: 'HEADER', format: 'TEXT', text: 'For {{1}}' }, value: null },
  IMAGE: { component: { type: 'HEADER', format: 'IMAGE' }, value: { kind: 'media', link: `${DOMAIN}a.png` } },
  VIDEO: { component: { type: 'HEADER', format: 'VIDEO' }, value: { kind: 'media', link: `${DOMAIN}a.mp4` } },
  DOCUMENT: {
    component: { type: 'HEADER', format: 'DOCUMENT' },
    value: { kind: 'media', link: `${DOMAIN}a.pdf`, fileName: 'A.pdf' },
  },
  LOCATION: {
    component: { type: 'HEADER', format: 'LOCATION' },
    value: { kind: 'location', latitude: 45.5, longitude: 9.2, name: 'North' },
  },
  NONE: { component: null, value: null },
} as const;

const BUTTONS = [
  [{ type: 'QUICK_REPLY', text: 'Fine' }, { choice: 'confirm' }],
  [{ type: 'QUICK_REPLY', text: 'Stop' }, { choice: 'stop' }],
  [{ type: 'URL', text: 'Open', url: `${DOMAIN}v/{{1}}`, example: ['x'] }, { suffix: 'a/ö' }],
  [{ type: 'URL', text: 'Read', url: `${DOMAIN}read` }, {}],
  [{ type: 'PHONE_NUMBER', text: 'Call', phone_number: '+12025550143' }, {}],
  [{ type: 'COPY_CODE', example: 'CODE' }, { code: 'CODE15' }],
  [{ type: 'FLOW', text: 'Form' }, {}],
] as const;

const first = { type: 'firstName', values: { firstName: 'Ada' } } as const;
const approvedCase = fc.record({
  header: fc.constantFrom(...(Object.keys(HEADERS) as (keyof typeof HEADERS)[])),
  named: fc.boolean(),
  variables: fc.nat(3),
  buttons: fc.subarray([...BUTTONS]),
});

type Case = typeof approvedCase extends fc.Arbitrary<infer T> ? T : never;

function approved({ header, named, variables, buttons: chosen }: Case) {
  const word = (index: number) => (named ? `v${'abcd'[index]}` : String(index + 1));
  const names = Array.from({ length: variables }, (_, index) => word(index));
  const { component, value } = HEADERS[header];
  const headerComponent = component && {
    ...component,
    ...(header === 'TEXT' ? { text: `For {{${word(0)}}}` } : {}),
  };
  const components = [
    ...(headerComponent ? [headerComponent] : []),
    { type: 'BODY', text: `So ${names.map((name) => `it is {{${name}}} now`).join(', and ')} well.` },
    ...(chosen.length === 0 ? [] : [{ type: 'BUTTONS', buttons: chosen.map(([button]) => button) }]),
  ];
  const raw = {
    ...{ name: 'own', language: 'en_US', status: 'APPROVED', category: 'UTILITY', components },
    parameter_format: named ? 'NAMED' : 'POSITIONAL',
  };
  const live = parseLiveTemplate(raw);
  if (!live) throw new Error('no template');
  const message = renderApproved(
    live,
    {
      purpose: 'appointment',
      asks: null,
      origin: {
        source: 'approved',
        language: 'en_US',
        bindings: [
          ...names.map((name) => ({ part: 'body' as const, name, ...first })),
          ...(header === 'TEXT' ? [{ part: 'header' as const, name: word(0), ...first }] : []),
        ],
        header: value,
        buttons: chosen.map(([, given], index) => ({ index, ...given })),
      },
    },
    { now: 0, allowedDomains: ['aurora.example'], locations: ['North'], clinicName: 'Aurora' },
  );
  return { raw, message };
}

describe('templates of the user’s own', () => {
  it('pass Meta’s document and fill their template, whatever header and buttons it has', () => {
    fc.assert(
      fc.property(approvedCase, (given) => {
        const { raw, message } = approved(given);
        accepted(message, 'template');
        const content = contentOf({
          outboxId: OUTBOX,
          to: { kind: 'phone', e164: '+12025550143' },
          message,
          as: 'template',
        }) as Extract<WireContent, { type: 'template' }>;
        // The stand-in for Meta puts the values into the template: the same words as those that were screened.
        const filled = fillTemplate(
          { ...raw, parameterFormat: raw.parameter_format } as unknown as Parameters<typeof fillTemplate>[0],
          content.template.components as unknown as SendComponent[],
        );
        expect(filled.content.body).toBe(message.text);
      }),
    );
  });

  it('send taps back to the message that asked, and nothing about the person', () => {
    const { message } = approved({ header: 'NONE', named: false, variables: 1, buttons: [...BUTTONS] });
    const content = JSON.stringify(
      contentOf({ outboxId: OUTBOX, to: { kind: 'phone', e164: '+12025550143' }, message, as: 'template' }),
    );
    expect(content).toContain(`"payload":"${OUTBOX}.confirm"`);
    expect(content).toContain(`"flow_token":"${OUTBOX}.flow"`);
    expect(content).toContain('"text":"a%2F%C3%B6"');
    expect(content).not.toMatch(/2025550143/);
  });
});
