import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createProvider,
  getTemplate,
  parseFieldWebhook,
  parseSendAppCloudWebhook,
  renderTemplate,
  toMetaTemplateCreate,
  type InboundEvent,
  type OutgoingMessage,
  type ProviderAccount,
} from '../../../core';
import { createTransport } from '../../../nodes/WhatsAppSend/transport';
import { ANNA, closeAll, simulator, templatesPath, type Harness } from './support';

const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';
const INSTANCE = 'SIMULATOR1';

let sim: Harness;
let stopHearing: () => Promise<void> = async () => undefined;
beforeEach(async () => void (sim = await simulator()));
afterEach(async () => {
  await stopHearing();
  stopHearing = async () => undefined;
  await closeAll();
});

const accounts = {
  agent: () => ({
    provider: 'sendAppAgent',
    account: { baseUrl: sim.url, apiKey: 'simulator-sendapp-key', accountToken: 'simulator-sendapp-token' },
  }),
  json: () => official('json'),
  apiv3: () => official('apiv3'),
  cloud: () => ({
    provider: 'sendAppCloud',
    account: {
      baseUrl: sim.url,
      sendPath: 'send',
      accessToken: 'simulator-sendapp-access',
      instanceId: INSTANCE,
      riskAccepted: true,
    },
  }),
} as const satisfies Record<string, () => ProviderAccount>;

const official = (api: 'json' | 'apiv3') =>
  ({
    provider: 'sendAppOfficial',
    account: {
      baseUrl: sim.url,
      accessToken: 'simulator-sendapp-access',
      api,
      templatePath: 'api/send/template',
    },
  }) as const;

function outgoing(key: string, as: OutgoingMessage['as']): OutgoingMessage {
  const values = {
    clinicName: 'Clinica Aurora',
    at: Date.UTC(2027, 2, 1),
    zone: 'Europe/Rome',
    location: 'North',
  };
  const rendered = renderTemplate(key, 'en', values, { now: Date.UTC(2027, 1, 1), allowedDomains: [] });
  if (!rendered.ok) throw new Error(rendered.code);
  return { outboxId: OUTBOX, to: { kind: 'phone', e164: ANNA }, message: rendered.message, as };
}

const INVITATION = outgoing('prevention_invitation', 'template');
const TEXT = outgoing('opt_out_confirmation', 'reply');
const ask = async (account: ProviderAccount, message: OutgoingMessage) =>
  createProvider(account, createTransport(sim.url), 2_000).send(message);

async function approve(): Promise<void> {
  await sim.post(templatesPath, toMetaTemplateCreate(getTemplate('prevention_invitation'), 'en'));
  sim.advance(60_000);
}

async function hearing(): Promise<unknown[]> {
  const bodies: unknown[] = [];
  const server = createServer((request: IncomingMessage, answer) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
      answer.writeHead(200).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stopHearing = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  sim.setSendApp({ webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?secret=s` });
  return bodies;
}

describe.each([
  ['agent', INVITATION],
  ['json', INVITATION],
  ['apiv3', INVITATION],
  ['cloud', TEXT],
] as const)('SendApp %s in the simulator', (product, message) => {
  const account = () => accounts[product]();
  beforeEach(async () => approve());

  it('takes a message with and without naming it, and the phone shows it', async () => {
    const named = await ask(account(), message);
    sim.setSendApp({ answer: 'noId' });
    const unnamed = await ask(account(), message);
    const shown = sim.chat(ANNA);
    expect(named).toEqual({ state: 'accepted', messageId: shown[0]?.id });
    expect(unnamed).toEqual({ state: 'accepted', messageId: null });
    expect(shown).toHaveLength(2);
    expect(shown).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
  });

  it.each([
    ['refuse', { state: 'failed', code: 'noOpenWindow', providerCode: '131047' }, 0],
    ['page', { state: 'unknown' }, 0],
    ['sessionGone', { state: 'released', code: 'sessionLost' }, 0],
    ['cut', { state: 'unknown' }, 1],
  ] as const)('answers with "%s"', async (answer, outcome, arrived) => {
    sim.setSendApp({ answer });
    expect(await ask(account(), message)).toEqual(outcome);
    expect(sim.messages()).toHaveLength(arrived);
  });

  it('keeps no key of the request', async () => {
    await ask(account(), message);
    expect(JSON.stringify(sim.messages())).not.toMatch(/simulator-sendapp-(?:key|token|access)/);
  });
});

describe('what SendApp’s products keep of Meta’s rules', () => {
  it('refuses free text outside the window at Agent and Official, and takes it at Cloud', async () => {
    const closed = { state: 'failed', code: 'noOpenWindow', providerCode: '131047' };
    expect(await ask(accounts.agent(), TEXT)).toEqual(closed);
    expect(await ask(accounts.apiv3(), TEXT)).toEqual(closed);
    expect((await ask(accounts.cloud(), TEXT)).state).toBe('accepted');
  });

  it('knows only approved templates', async () => {
    expect(await ask(accounts.json(), INVITATION)).toMatchObject({
      state: 'released',
      code: 'templateNotApproved',
    });
  });

  it.each([
    ['agent', () => ({ ...accounts.agent(), account: { ...accounts.agent().account, apiKey: 'wrong' } })],
    ['json', () => ({ ...accounts.json(), account: { ...accounts.json().account, accessToken: 'wrong' } })],
    [
      'apiv3',
      () => ({ ...accounts.apiv3(), account: { ...accounts.apiv3().account, accessToken: 'wrong' } }),
    ],
  ] as const)('turns a wrong key of %s away', async (_name, account) => {
    expect(await ask(account(), INVITATION)).toEqual({ state: 'released', code: 'providerAuth' });
  });
});

describe('answers on the phone page', () => {
  const PATHS = { text: 'message', number: 'number', id: 'id', payload: 'payload', own: '' };

  it('go back as SendApp’s webhook where the message came by SendApp, and as Meta’s where it did not', async () => {
    await approve();
    const bodies = await hearing();
    await ask(accounts.agent(), INVITATION);
    sim.reply({ person: ANNA, buttonIndex: 0 });
    await sim.webhooksIdle();
    const events = bodies.flatMap((body) => parseFieldWebhook(body, 'aurora-desk', PATHS, 0));
    expect(events).toMatchObject([
      {
        kind: 'message',
        from: { waId: ANNA.slice(1) },
        payload: expect.stringContaining(`${OUTBOX}.`) as string,
      },
    ]);
    expect((await ask(accounts.agent(), TEXT)).state).toBe('accepted');
  });

  it.each(['A', 'B', 'C'] as const)('come in Cloud’s shape %s', async (shape) => {
    const bodies = await hearing();
    sim.setSendApp({ shape });
    await ask(accounts.cloud(), TEXT);
    sim.reply({ person: ANNA, text: 'STOP' });
    await sim.webhooksIdle();
    const events = bodies.flatMap((body) => parseSendAppCloudWebhook(body, INSTANCE, 0));
    expect(events.filter(({ kind }) => kind === 'message')).toMatchObject([
      { from: { waId: ANNA.slice(1) }, text: 'STOP' },
    ]);
  });

  it('come twice, and by a private id, where they are told to', async () => {
    const bodies = await hearing();
    sim.setSendApp({ duplicate: true, privateIds: true });
    await ask(accounts.cloud(), TEXT);
    sim.reply({ person: ANNA, text: 'STOP' });
    await sim.webhooksIdle();
    const messages = bodies
      .flatMap((body) => parseSendAppCloudWebhook(body, INSTANCE, 0))
      .filter((event): event is Extract<InboundEvent, { kind: 'message' }> => event.kind === 'message');
    expect(messages).toHaveLength(2);
    expect(new Set(messages.map(({ dedupeKey }) => dedupeKey)).size).toBe(1);
    expect(messages[0]?.from).toEqual({ sendAppId: expect.stringMatching(/^\d+$/) as string });
  });

  it('bring the weak statuses of a session', async () => {
    const bodies = await hearing();
    const outcome = await ask(accounts.cloud(), TEXT);
    sim.read(ANNA);
    await sim.webhooksIdle();
    const events = bodies.flatMap((body) => parseSendAppCloudWebhook(body, INSTANCE, 0));
    expect(events.map((event) => event.kind === 'status' && event.status).sort()).toEqual([
      'delivered',
      'read',
      'sent',
    ]);
    expect(events[0]).toMatchObject({ messageId: outcome.state === 'accepted' ? outcome.messageId : '' });
  });
});

describe('the controls', () => {
  it('change what is named, refuse what is unknown, and go back to a good day on reset', async () => {
    expect((await sim.post('/simulator/sendapp', { answer: 'noId' })).body).toMatchObject({
      answer: 'noId',
      shape: 'A',
    });
    expect((await sim.post('/simulator/sendapp', { answr: 'noId' })).status).toBe(400);
    await sim.post('/simulator/reset', {});
    expect((await sim.get('/simulator/sendapp')).body).toMatchObject({ answer: 'id' });
  });

  it('take the webhook’s address as Cloud’s own call gives it', async () => {
    const webhook_url = 'http://127.0.0.1:1/?secret=s';
    const keys = { access_token: 'simulator-sendapp-access', instance_id: INSTANCE };
    await sim.post('/api/set_webhook', { ...keys, webhook_url, enable: 'true' });
    expect((await sim.get('/simulator/sendapp')).body).toMatchObject({ webhookUrl: webhook_url });
  });
});
