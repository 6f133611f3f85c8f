import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { normalizeWebhook, verifySignature as signedFor } from '@kapso/whatsapp-cloud-api/server';
import { parseMetaWebhook, verifySignature } from '../../../core';
import { buildRequest } from '../../../core/messaging/providers/metaCloud/request';
import type { OutgoingMessage } from '../../../core/messaging/types';
import { toMetaTemplateMessage } from '../../../core/templates/meta';
import type { RenderedMessage } from '../../../core/templates';
import { signature } from '../../../simulator/webhooks/dispatcher';
import { inboundValue, preferenceValue, statusValue } from '../../../simulator/webhooks/payloads';
import type { Person, SentMessage } from '../../../simulator/model/types';

/** Two programs that do not know each other must say the same to Meta, and hear the same from it. */

const PHONE = '+12025550143';
const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';
const ADDRESS = {
  phoneNumberId: '1001',
  to: PHONE,
  recipientType: 'individual',
  bizOpaqueCallbackData: OUTBOX,
} as const;

type Body = Record<string, unknown>;
type Messages = WhatsAppClient['messages'];

/** What the public client would send. */
async function theirs(send: (messages: Messages) => Promise<unknown>): Promise<Body> {
  let sent: Body = {};
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    sent = JSON.parse(init?.body as string) as Body;
    return Promise.resolve(Response.json({ messaging_product: 'whatsapp', contacts: [], messages: [] }));
  };
  const client = new WhatsAppClient({ accessToken: 'test-token', fetch: fetch });
  await send(client.messages);
  return sent;
}

const plain: RenderedMessage = {
  template: 'example',
  version: 1,
  language: 'en',
  purpose: 'appointment',
  metaCategory: 'UTILITY',
  use: 'both',
  asks: null,
  ttlSeconds: null,
  text: 'Tomorrow at 10:30.',
  footer: null,
  buttons: [],
  choices: [],
  metaName: 'care_example_v1',
  parameters: [],
};

function ours(as: OutgoingMessage['as'], change: Partial<RenderedMessage>): Body {
  const account = {
    accessToken: 't',
    phoneNumberId: '1001',
    apiVersion: 'v25.0',
    baseUrl: 'https://graph.facebook.com',
  };
  const message = { ...plain, ...change };
  const outgoing = { outboxId: OUTBOX, to: { kind: 'phone', e164: PHONE }, message, as } as const;
  return buildRequest(account, outgoing, 1_000).body as Body;
}

const tap = (choice: string): string => `${OUTBOX}.${choice}`;
const BUTTONS: RenderedMessage['buttons'] = [
  { choice: 'confirm', title: 'Confirm' },
  { choice: 'reschedule', title: 'Move' },
];
const replies = BUTTONS.map(({ choice, title }) => ({ id: tap(choice), title }));
const PARAMETERS = [
  { name: 'date', value: 'Tuesday 3 November' },
  { name: 'time', value: '10:30' },
];
const taps = BUTTONS.map(({ choice }, index) => ({
  type: 'button' as const,
  subType: 'quick_reply' as const,
  index: String(index),
  parameters: [{ type: 'payload' as const, payload: tap(choice) }],
}));
const ROWS = [
  { id: 'location_1', label: 'North' },
  { id: 'location_2', label: 'South', description: 'By the park' },
];
const rows = ROWS.map(({ id, label, description }) => ({
  id: tap(id),
  title: label,
  ...(description === undefined ? {} : { description }),
}));
const LINK = { title: 'Directions', url: 'https://aurora.example/way' };
const FOOTER = 'Automatic message';

/** One kind of message a line: what we send, and what the public client sends for the same. */
const KINDS: [string, Body, (messages: Messages) => Promise<unknown>][] = [
  [
    'a template without variables',
    ours('template', {}),
    (messages) =>
      messages.sendTemplate({
        ...ADDRESS,
        template: { name: 'care_example_v1', language: { code: 'en' }, components: [] },
      }),
  ],
  [
    'a template with named parameters and quick replies',
    ours('template', { parameters: PARAMETERS, buttons: BUTTONS }),
    (messages) =>
      messages.sendTemplate({
        ...ADDRESS,
        template: {
          name: 'care_example_v1',
          language: { code: 'en' },
          components: [
            {
              type: 'body',
              parameters: PARAMETERS.map(({ name, value }) => ({
                type: 'text',
                parameterName: name,
                text: value,
              })),
            },
            ...taps,
          ],
        },
      }),
  ],
  [
    'a text',
    ours('reply', {}),
    (messages) => messages.sendText({ ...ADDRESS, body: plain.text, previewUrl: false }),
  ],
  [
    'reply buttons',
    ours('reply', { buttons: BUTTONS, footer: FOOTER }),
    (messages) =>
      messages.sendInteractiveButtons({
        ...ADDRESS,
        bodyText: plain.text,
        footerText: FOOTER,
        buttons: replies,
      }),
  ],
  [
    'a list',
    ours('reply', { choices: ROWS, listButton: 'Choose' }),
    (messages) =>
      messages.sendInteractiveList({
        ...ADDRESS,
        bodyText: plain.text,
        buttonText: 'Choose',
        sections: [{ rows }],
      }),
  ],
  [
    'a link button',
    ours('reply', { link: LINK }),
    (messages) =>
      messages.sendInteractiveCtaUrl({
        ...ADDRESS,
        bodyText: plain.text,
        parameters: { displayText: LINK.title, url: LINK.url },
      }),
  ],
];

describe('our requests against those of a public client', () => {
  it.each(KINDS)('send %s in the same words', async (_name, body, send) => {
    expect(body).toEqual(await theirs(send));
  });

  it('write the values of a positional template in the same words', async () => {
    const { template } = await theirs((messages) =>
      messages.sendTemplate({
        ...ADDRESS,
        template: {
          name: 'care_example_v1',
          language: { code: 'en' },
          components: [
            { type: 'body', parameters: PARAMETERS.map(({ value }) => ({ type: 'text', text: value })) },
          ],
        },
      }),
    );
    expect(toMetaTemplateMessage({ ...plain, parameters: PARAMETERS }, tap, 'positional')).toEqual(template);
  });

  it('name a person without a number in the same words', async () => {
    const { to: _to, ...address } = ADDRESS;
    const account = {
      accessToken: 't',
      phoneNumberId: '1001',
      apiVersion: 'v25.0',
      baseUrl: 'https://graph.facebook.com',
    };
    const to = { kind: 'bsuid', bsuid: 'IT.1234567890' } as const;
    const { body } = buildRequest(account, { outboxId: OUTBOX, to, message: plain, as: 'reply' }, 1_000);
    const text = { body: plain.text, previewUrl: false };
    expect(body).toEqual(
      await theirs((messages) => messages.sendText({ ...address, recipient: to.bsuid, ...text })),
    );
  });
});

const NUMBER = {
  phoneNumberId: '1001',
  businessAccountId: '2001',
  portfolioId: '3001',
  displayPhoneNumber: '+44 7700 900100',
  verifiedName: 'Aurora',
  throughputPerSecond: 80,
  messagingLimit: 'TIER_2K',
};
const AT = Date.UTC(2027, 2, 1, 9, 30);
const person: Person = {
  phone: PHONE,
  name: 'Ada',
  language: 'en',
  onWhatsApp: true,
  online: true,
  hidesPhone: false,
  stoppedPortfolios: [],
};
const sent = {
  id: 'wamid.sent',
  callbackData: OUTBOX,
  byUserId: false,
  endpoint: 'messages',
  errorCode: 131026,
} as SentMessage;

const inbound = (id: string, type: string, fields: Body) =>
  inboundValue({ id, at: AT, type, fields }, person, NUMBER);
const webhook = (...values: Body[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: NUMBER.businessAccountId, changes: values.map((value) => ({ field: 'messages', value })) }],
});

const HEARD: [string, Body][] = [
  ['a text', inbound('wamid.1', 'text', { text: { body: 'Thanks' } })],
  [
    'a tap on a template button',
    inbound('wamid.2', 'button', {
      context: { id: 'wamid.sent', from: '447700900100' },
      button: { payload: tap('confirm'), text: 'Confirm' },
    }),
  ],
  [
    'a tap on a reply button',
    inbound('wamid.3', 'interactive', {
      context: { id: 'wamid.sent' },
      interactive: { type: 'button_reply', button_reply: { id: tap('confirm'), title: 'Confirm' } },
    }),
  ],
  [
    'a chosen row',
    inbound('wamid.4', 'interactive', {
      interactive: { type: 'list_reply', list_reply: { id: tap('location_1'), title: 'North' } },
    }),
  ],
  ['a reaction', inbound('wamid.5', 'reaction', { reaction: { message_id: 'wamid.sent', emoji: '👍' } })],
  [
    'a picture with words',
    inbound('wamid.6', 'image', {
      image: { id: '900', mime_type: 'image/png', sha256: 'x', caption: 'Here' },
    }),
  ],
];

interface Heard {
  readonly interactive?: Partial<Record<'buttonReply' | 'listReply', { id: string; title: string }>>;
  readonly button?: { payload: string; text: string };
  readonly text?: { body: string };
  readonly image?: { id: string; caption: string };
  readonly reaction?: { messageId: string; emoji: string };
  readonly context?: { id?: string };
  readonly from?: string;
  readonly fromUserId?: string;
  readonly timestamp: string;
}

/** What the public client understands, in the words of our events. */
function understood(payload: unknown) {
  const { phoneNumberId, messages } = normalizeWebhook(payload);
  const [message] = messages as unknown as Heard[];
  if (!message) throw new Error('The public client has found no message');
  const choice = message.interactive?.buttonReply ?? message.interactive?.listReply;
  return {
    kind: 'message',
    phoneNumberId,
    from: { waId: message.from, bsuid: message.fromUserId },
    at: Number(message.timestamp) * 1_000,
    text:
      message.text?.body ??
      message.button?.text ??
      choice?.title ??
      message.image?.caption ??
      message.reaction?.emoji ??
      null,
    payload: message.button?.payload ?? choice?.id ?? null,
    contextId: message.context?.id ?? message.reaction?.messageId ?? null,
    mediaIds: message.image ? [message.image.id] : [],
  };
}

describe('our reading of webhooks against that of a public client', () => {
  it.each(HEARD)('finds the same in %s', (_name, value) => {
    const payload = webhook(value);
    expect(parseMetaWebhook(payload)).toEqual([expect.objectContaining(understood(payload))]);
  });

  it.each(['sent', 'delivered', 'read', 'failed'] as const)('finds the same in the status %s', (status) => {
    const payload = webhook(statusValue(sent, status, AT, person, NUMBER));
    const [theirStatus] = normalizeWebhook(payload).statuses;
    const [event] = parseMetaWebhook(payload);
    expect(event).toMatchObject({
      kind: 'status',
      messageId: theirStatus?.id,
      status: theirStatus?.status,
      at: Number(theirStatus?.timestamp) * 1_000,
      outboxId: theirStatus?.bizOpaqueCallbackData,
      errorCode: status === 'failed' ? String((theirStatus?.errors?.[0] as { code: number }).code) : null,
    });
  });

  it('finds as many events in a request that mixes all of them', () => {
    const payload = webhook(
      ...HEARD.map(([, value]) => value),
      statusValue(sent, 'sent', AT, person, NUMBER),
    );
    const { messages, statuses } = normalizeWebhook(payload);
    expect(parseMetaWebhook(payload)).toHaveLength(messages.length + statuses.length);
  });

  it('hears a stop of marketing, which the public client passes on unread', () => {
    const value = preferenceValue('stop', AT, person, NUMBER);
    const entry = [{ id: NUMBER.businessAccountId, changes: [{ field: 'user_preferences', value }] }];
    const payload = { object: 'whatsapp_business_account', entry };
    expect(parseMetaWebhook(payload)).toEqual([
      expect.objectContaining({ kind: 'preference', value: 'stop' }),
    ]);
    expect(normalizeWebhook(payload).messages).toEqual([]);
  });

  it('believes the same signature, and neither a spoilt one', () => {
    const rawBody = Buffer.from(JSON.stringify(webhook()));
    const good = signature('test-secret', rawBody);
    for (const [header, believed] of [
      [good, true],
      [good.replace(/.$/, (last) => (last === '0' ? '1' : '0')), false],
    ] as const) {
      expect(verifySignature(rawBody, header, 'test-secret')).toBe(believed);
      expect(signedFor({ appSecret: 'test-secret', rawBody, signatureHeader: header })).toBe(believed);
    }
  });
});
