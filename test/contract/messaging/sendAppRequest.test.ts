import { createProvider, capabilitiesOf, PROVIDER_IDS } from '../../../core/messaging/providers';
import type { ProviderAccount } from '../../../core/messaging/providers';
import {
  TransportError,
  type HttpRequest,
  type HttpResponse,
  type OutgoingMessage,
} from '../../../core/messaging/types';
import { renderTemplate, type RenderedMessage } from '../../../core/templates';

/* Each request field by field against the tables of the SendApp reference (sections 2.2, 3.2, 3.3, 4.1). */

const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';
const PHONE = '+12025550143';
const accounts = {
  agent: {
    provider: 'sendAppAgent',
    account: { baseUrl: 'https://app.sendapp.ai', apiKey: 'planted-key', accountToken: 'planted-token' },
  },
  json: {
    provider: 'sendAppOfficial',
    account: {
      baseUrl: 'https://official.sendapp.cloud',
      accessToken: 'planted-token',
      api: 'json',
      templatePath: 'api/send/template',
    },
  },
  apiv3: {
    provider: 'sendAppOfficial',
    account: {
      baseUrl: 'https://official.sendapp.cloud',
      accessToken: 'planted-token',
      api: 'apiv3',
      templatePath: 'api/send/template',
    },
  },
  cloud: {
    provider: 'sendAppCloud',
    account: {
      baseUrl: 'https://app.sendapp.cloud',
      sendPath: 'send',
      accessToken: 'planted-token',
      instanceId: 'INSTANCE1',
      riskAccepted: true,
    },
  },
} as const satisfies Record<string, ProviderAccount>;

function rendered(key: string, values: object = {}): RenderedMessage {
  const result = renderTemplate(
    key,
    'en',
    {
      at: Date.UTC(2027, 2, 1, 9, 30),
      zone: 'Europe/Rome',
      clinicName: 'Clinica Aurora',
      location: 'North',
      link: 'https://aurora.example/info',
      ...values,
    },
    { now: Date.UTC(2027, 1, 27), allowedDomains: ['aurora.example'], locations: ['North', 'South'] },
  );
  if (!result.ok) throw new Error(result.code);
  return result.message;
}

const outgoing = (
  key: string,
  as: OutgoingMessage['as'],
  patch: Partial<OutgoingMessage> = {},
): OutgoingMessage => ({
  outboxId: OUTBOX,
  to: { kind: 'phone', e164: PHONE },
  message: rendered(key, {
    choices: [
      { id: 'location_1', label: 'North' },
      { id: 'location_2', label: 'South' },
    ],
  }),
  as,
  ...patch,
});

const OK: HttpResponse = {
  status: 200,
  contentType: 'application/json',
  body: { status: 'success', message_id: 'm1' },
};

async function send(
  account: ProviderAccount,
  message: OutgoingMessage,
  answer: (request: HttpRequest) => HttpResponse | Promise<never> = () => OK,
) {
  const requests: HttpRequest[] = [];
  const provider = createProvider(
    account,
    async (request) => {
      requests.push(request);
      return answer(request);
    },
    1_000,
  );
  return { outcome: await provider.send(message), requests, provider };
}

const REMINDER = outgoing('appointment_reminder_48h', 'template');
const TEXT = outgoing('opt_out_confirmation', 'reply');
const BUTTONS = outgoing('stop_check', 'reply');
const LIST = outgoing('prevention_location', 'reply');

describe('SendApp Agent', () => {
  it('sends a template in Meta’s shape, the number as digits and the keys in the body', async () => {
    const { requests, outcome } = await send(accounts.agent, REMINDER);
    expect(outcome).toEqual({ state: 'accepted', messageId: 'm1' });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://app.sendapp.ai/api/whatsapp-meta/send',
        body: {
          apikey: 'planted-key',
          token: 'planted-token',
          number: '12025550143',
          type: 'template',
          template: {
            name: 'care_appointment_reminder_48h_v1',
            language: { code: 'en' },
            components: [
              { type: 'body' },
              {
                type: 'button',
                sub_type: 'quick_reply',
                index: '0',
                parameters: [{ payload: `${OUTBOX}.confirm` }],
              },
              { type: 'button' },
              { type: 'button' },
            ],
          },
        },
      },
    ]);
  });

  it('answers with text, and with buttons whose ids name the message', async () => {
    const text = await send(accounts.agent, TEXT);
    const buttons = await send(accounts.agent, BUTTONS);
    expect(text.requests[0]?.body).toMatchObject({ type: 'freetext', message: expect.any(String) as string });
    expect(text.requests[0]?.body).not.toHaveProperty('buttons');
    const body = buttons.requests[0]?.body as { buttons: { id: string; title: string }[] };
    expect(body.buttons.length).toBeGreaterThan(0);
    expect(body.buttons.every(({ id }) => id.startsWith(`${OUTBOX}.`))).toBe(true);
  });

  it('writes a list as numbered words, since Agent knows no list', async () => {
    const { requests } = await send(accounts.agent, LIST);
    expect(requests[0]?.body).toMatchObject({
      type: 'freetext',
      message: expect.stringMatching(/1\) North\n2\) South/) as string,
    });
  });
});

describe('SendApp Official', () => {
  it('sends a template by name, with the language as a plain text and the token as Bearer', async () => {
    const { requests } = await send(accounts.json, REMINDER);
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://official.sendapp.cloud/api/send/template',
        headers: { Authorization: 'Bearer planted-token' },
        body: {
          phone: '12025550143',
          template: { name: 'care_appointment_reminder_48h_v1', language: 'en' },
          show_in_chat: false,
        },
      },
    ]);
  });

  it('refuses an answer in words before it leaves: the JSON API is known for templates only', async () => {
    const { requests, outcome } = await send(accounts.json, TEXT);
    expect(outcome).toEqual({ state: 'released', code: 'providerLacksKind' });
    expect(requests).toEqual([]);
  });

  const templates = (list: unknown) => (request: HttpRequest) =>
    request.url.endsWith('/apiv3/templates') ? { ...OK, body: list } : OK;
  const INVITATION = outgoing('prevention_invitation', 'template');
  const row = { name: 'care_prevention_invitation_v1', language: 'en' };

  it.each([
    ['a bare list', [{ id: 7, ...row }]],
    ['a list under data', { data: [{ template_id: '7', ...row }] }],
    [
      'a list with strangers in it',
      { templates: [null, { id: 6, name: 'x', language: 'en' }, { id: '7', ...row }] },
    ],
  ])('finds the id of a template for apiv3 in %s', async (_name, list) => {
    const { requests, outcome } = await send(accounts.apiv3, INVITATION, templates(list));
    expect(outcome.state).toBe('accepted');
    const url = new URL(requests[1]?.url ?? '');
    expect(requests[1]?.method).toBe('GET');
    expect(url.origin + url.pathname).toBe('https://official.sendapp.cloud/apiv3/send/template');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      number: PHONE,
      template_id: '7',
      language_code: 'en',
      button1: expect.stringContaining(OUTBOX) as string,
    });
  });

  it('asks for the list of templates once a run', async () => {
    const list = templates([{ id: 7, ...row }]);
    const { provider, requests } = await send(accounts.apiv3, INVITATION, list);
    await provider.send(INVITATION);
    expect(requests.filter(({ url }) => url.endsWith('/templates'))).toHaveLength(1);
  });

  it.each([
    ['a template that is not listed', INVITATION, [], 'templateNotApproved'],
    ['a template with four values, where apiv3 has three', REMINDER, [], 'providerLacksKind'],
    ['a list that is no list', INVITATION, '<html>', 'providerUnreachable'],
  ])('sends nothing for %s', async (_name, message, list, code) => {
    const { requests, outcome } = await send(accounts.apiv3, message, templates(list));
    expect(outcome).toEqual({ state: 'released', code });
    expect(requests.filter(({ url }) => url.includes('/send/'))).toEqual([]);
  });

  it('never puts the token into the address, which proxies keep', async () => {
    const { requests } = await send(accounts.apiv3, TEXT);
    expect(requests[0]?.url).toMatch(
      /^https:\/\/official\.sendapp\.cloud\/apiv3\/send\/text\?number=%2B12025550143&message=/,
    );
    expect(requests[0]?.url).not.toContain('planted');
  });
});

describe('SendApp Cloud', () => {
  it('posts JSON, not the GET that would leave text and token in logs', async () => {
    const { requests } = await send(accounts.cloud, TEXT);
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://app.sendapp.cloud/api/send',
        body: {
          number: '12025550143',
          type: 'text',
          instance_id: 'INSTANCE1',
          access_token: 'planted-token',
        },
      },
    ]);
  });

  it('writes a template with its buttons as words, with numbers that the replies understand', async () => {
    const { requests } = await send(accounts.cloud, REMINDER);
    expect(requests[0]?.body).toMatchObject({ message: expect.stringMatching(/\n1\) .+\n2\) /) as string });
  });

  it('takes the spelling of the path from the account', async () => {
    const { account } = accounts.cloud;
    const older = { provider: 'sendAppCloud', account: { ...account, sendPath: 'send.php' } } as const;
    const { requests } = await send(older, TEXT);
    expect(requests[0]?.url).toBe('https://app.sendapp.cloud/api/send.php');
  });

  it('exists only once somebody has accepted the risk', () => {
    const { account } = accounts.cloud;
    const unconfirmed = { provider: 'sendAppCloud', account: { ...account, riskAccepted: false } } as const;
    expect(() => createProvider(unconfirmed, async () => OK, 1_000)).toThrow(
      expect.objectContaining({ code: 'sessionNotForHealth' }) as Error,
    );
  });
});

describe.each(Object.entries(accounts))('every product of SendApp (%s)', (name, account) => {
  const message = name === 'json' ? REMINDER : TEXT;

  it('asks once and leaves a lost answer unknown', async () => {
    const lost = () => Promise.reject(new TransportError(true, 'lost'));
    const { requests, outcome } = await send(account, message, lost);
    expect(outcome).toEqual({ state: 'unknown' });
    expect(requests).toHaveLength(1);
  });

  it('frees a message that certainly did not get there', async () => {
    const refused = () => Promise.reject(new TransportError(false, 'refused'));
    const { outcome } = await send(account, message, refused);
    expect(outcome).toEqual({ state: 'released', code: 'providerUnreachable' });
  });

  it('refuses somebody who is known by BSUID only, as SendApp takes numbers', async () => {
    const to = { kind: 'bsuid', bsuid: 'IT.abc123' } as const;
    const { requests, outcome } = await send(account, { ...message, to });
    expect(outcome).toEqual({ state: 'released', code: 'badPhone' });
    expect(requests).toEqual([]);
  });

  it('claims no id of ours in any status, so nothing is sent again by itself', () => {
    expect(capabilitiesOf(account.provider)).toMatchObject({ callbackId: false, status: false });
  });
});

it('has a row for each provider that the registry knows', () => {
  expect([...PROVIDER_IDS].sort()).toEqual(['metaCloud', 'sendAppAgent', 'sendAppCloud', 'sendAppOfficial']);
});
