import { createHmac } from 'node:crypto';
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { CareError } from '../../../../core';
import { WhatsAppInboxTrigger } from '../../../../nodes/WhatsAppInboxTrigger/WhatsAppInboxTrigger.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions } from '../../../support/executeFunctions';
import {
  consent,
  NOW,
  person,
  PHONE_NUMBER_ID,
  testRegistry,
  type TestRegistry,
} from '../../../support/registry';

jest.mock('../../../../nodes/shared/registry');

const SECRET = 'app-secret-for-tests';
const WORDS = 'planted words of a patient';
const credential = {
  accessToken: 'token',
  phoneNumberId: PHONE_NUMBER_ID,
  businessAccountId: '900',
  appSecret: SECRET,
  verifyToken: 'verify',
  apiVersion: 'v25.0',
};

let world: TestRegistry;
beforeEach(async () => {
  world = await testRegistry();
  jest.mocked(registryFor).mockResolvedValue(world.registry);
});
afterEach(async () => world.close());

const text = (body: string, id: string, phoneNumberId = PHONE_NUMBER_ID) => ({
  field: 'messages',
  value: {
    metadata: { phone_number_id: phoneNumberId },
    messages: [{ id, from: person(1).slice(1), timestamp: String(NOW / 1000), type: 'text', text: { body } }],
  },
});
const envelope = (...changes: object[]) =>
  JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '900', changes }] });
const sign = (body: string) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

interface Call {
  body?: string;
  signature?: string | string[] | undefined;
  triggerOn?: string[];
  secret?: string;
  setup?: Record<string, string>;
  options?: { forwardTo?: string; markRead?: boolean };
  mode?: string;
  helpers?: Record<string, unknown>;
}

async function call(given: Call) {
  const { body = '', triggerOn, secret = SECRET, setup, options = {}, mode = 'webhook' } = given;
  const signature = 'signature' in given ? given.signature : sign(body);
  const answered: { status?: number; body?: string } = {};
  const logged: string[] = [];
  const response = {
    status: (status: number) => {
      answered.status = status;
      return response;
    },
    type: () => response,
    send: (sent: string) => void (answered.body = sent),
  };
  const context = Object.assign(
    executeFunctions({
      parameters: { triggerOn: triggerOn ?? ['message', 'preference'], options },
      node: { parameters: { options } },
      credentials: { careCampaignWhatsAppApi: { ...credential, appSecret: secret } },
      helpers: given.helpers ?? {},
    }),
    {
      getMode: () => mode,
      getWebhookName: () => (setup ? 'setup' : 'default'),
      getQueryData: () => setup ?? {},
      getHeaderData: () => ({ 'x-hub-signature-256': signature }),
      getRequestObject: () => ({ rawBody: Buffer.from(body) }),
      getResponseObject: () => response,
      logger: { warn: (line: string) => void logged.push(line) },
    },
  ) as unknown as IWebhookFunctions;
  const result = await new WhatsAppInboxTrigger().webhook.call(context);
  return { result, answered, logged };
}

describe('WhatsApp Inbox Trigger', () => {
  beforeEach(async () => {
    await world.registry.consent.record('aurora', [consent(1)], 'test');
  });

  it('starts the workflow with an item that holds neither words nor a number', async () => {
    const { result } = await call({ body: envelope(text(WORDS, 'wamid.1')) });
    const [[item] = []] = result.workflowData ?? [];
    expect(Object.keys(item?.json ?? {}).sort()).toEqual(
      [
        'eventId',
        'contactRef',
        'sender',
        'kind',
        'intent',
        'value',
        'sensitive',
        'categories',
        'language',
        'replyTo',
        'alreadyStopped',
        'suspectedStop',
        'wrongNumber',
        'deceased',
      ].sort(),
    );
    expect(JSON.stringify(result)).not.toMatch(/planted|442079/);
  });

  it('does the work of a repeated delivery once', async () => {
    const body = envelope(text('hello', 'wamid.1'));
    await call({ body });
    const { result } = await call({ body });
    expect(result).toEqual({ webhookResponse: 'OK' });
  });

  it('honours STOP before the workflow starts', async () => {
    await call({ body: envelope(text('STOP', 'wamid.1')) });
    const [decision] = await world.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
    ]);
    expect(decision).toMatchObject({ allowed: false, code: 'suppressed' });
  });

  const stop = envelope(text('STOP', 'wamid.1'));
  it.each<[string, Call]>([
    ['a wrong signature', { body: stop, signature: sign('other') }],
    ['no signature', { body: stop, signature: '' }],
    ['no app secret in the credential', { body: stop, secret: '' }],
  ])('answers 401 to %s and changes nothing', async (_name, request) => {
    const { result, answered } = await call(request);
    expect(answered.status).toBe(401);
    expect(result).toEqual({ noWebhookResponse: true });
    const [decision] = await world.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
    ]);
    expect(decision?.code).not.toBe('suppressed');
  });

  it.each([
    ['what is no JSON', 400, '{'],
    ["what is none of Meta's", 400, '{"object":"page"}'],
    ['a sender that nobody registered', 404, envelope(text(WORDS, 'wamid.1', '999'))],
  ])('refuses %s with %i and a log line without data', async (_name, status, body) => {
    const { answered, logged } = await call({ body });
    expect(answered.status).toBe(status);
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toMatch(/planted|442079|999/);
  });

  it("keeps a STOP although another sender's event in the same request is refused", async () => {
    const { result, answered } = await call({
      body: envelope(text('x', 'wamid.2', '999'), text('STOP', 'wamid.1')),
    });
    expect(answered.status).toBe(404);
    expect(result.workflowData?.[0]).toMatchObject([{ json: { intent: 'stop' } }]);
  });

  it('asks Meta to come again when the registry is away', async () => {
    jest.mocked(registryFor).mockRejectedValue(new CareError('registryUnreachable', 'Away.'));
    const { answered } = await call({ body: envelope(text('hello', 'wamid.1')) });
    expect(answered.status).toBe(503);
  });

  it('starts nothing for kinds that were not chosen', async () => {
    const { result } = await call({ body: envelope(text('hello', 'wamid.1')), triggerOn: ['status'] });
    expect(result).toEqual({ webhookResponse: 'OK' });
  });

  it.each([
    ['verify', 200, '4711'],
    ['guessed', 403, 'The verify token does not match.'],
  ])('answers the handshake with the token %s by %i', async (token, status, body) => {
    const setup = { 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '4711' };
    const { answered } = await call({ setup });
    expect(answered).toEqual({ status, body });
  });
});

describe('publishing the workflow of the inbox', () => {
  const inbox = new WhatsAppInboxTrigger().webhookMethods.default;
  const hook = (mode: string) =>
    Object.assign(executeFunctions({ credentials: { careCampaignWhatsAppApi: credential } }), {
      getMode: () => mode,
    }) as unknown as IHookFunctions;
  const ears = async () => (await world.registry.senders.get('metaCloud', PHONE_NUMBER_ID)).inboxSeenAt;

  it('gives the sender ears, and takes them when it is unpublished', async () => {
    await inbox.delete.call(hook('trigger'));
    expect(await ears()).toBeNull();
    expect(await inbox.checkExists.call(hook('trigger'))).toBe(false);
    await inbox.create.call(hook('trigger'));
    expect(await ears()).not.toBeNull();
    expect(await inbox.checkExists.call(hook('trigger'))).toBe(true);
  });

  it('does neither while somebody only listens in the editor', async () => {
    await inbox.create.call(hook('manual'));
    await inbox.delete.call(hook('manual'));
    expect(await ears()).toBe(NOW);
  });
});
