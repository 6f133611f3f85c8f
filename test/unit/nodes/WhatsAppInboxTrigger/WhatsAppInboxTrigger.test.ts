import { createHmac } from 'node:crypto';
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { CareError } from '../../../../core';
import { WhatsAppInboxTrigger } from '../../../../nodes/WhatsAppInboxTrigger/WhatsAppInboxTrigger.node';
import { forwardAddress } from '../../../../nodes/WhatsAppInboxTrigger/forward';
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
    ['no such header', { body: stop, signature: undefined }],
    ['two signatures, one of them right', { body: stop, signature: [sign(stop), sign('other')] }],
    ['a signature in capitals', { body: stop, signature: sign(stop).toUpperCase() }],
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

  it('keeps a STOP although another part of the request cannot be read', async () => {
    const { result, answered } = await call({
      body: envelope({ field: 'messages', value: {} }, text('STOP', 'wamid.1')),
    });
    expect(answered.status).toBe(400);
    expect(result.workflowData?.[0]).toMatchObject([{ json: { intent: 'stop' } }]);
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

  it('starts the workflow with what Meta tells of a template or an account, where that was chosen', async () => {
    const paused = {
      field: 'message_template_status_update',
      value: {
        event: 'PAUSED',
        message_template_id: 5,
        message_template_name: 'reminder_48h',
        message_template_language: 'it',
      },
    };
    const body = envelope(paused, { field: 'account_update', value: { event: 'ACCOUNT_RESTRICTION' } });
    expect((await call({ body })).result).toEqual({ webhookResponse: 'OK' });
    const another = envelope(paused, { field: 'account_update', value: { event: 'ACCOUNT_DELETED' } });
    const { result } = await call({ body: another, triggerOn: ['account', 'template'] });
    // The template came before; the deletion of the account is new.
    expect(result.workflowData?.[0]).toMatchObject([
      { json: { kind: 'account', senders: [PHONE_NUMBER_ID], event: 'ACCOUNT_DELETED', halted: true } },
    ]);
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

/** Lets what runs after the answer come to its end. */
const settled = () => jest.advanceTimersByTimeAsync(60_000);
const SECOND = 'https://crm.aurora.example/whatsapp';

describe('handing requests on', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  const forwarding = (statuses: (number | Error)[]) => {
    const sent: Record<string, unknown>[] = [];
    const httpRequest = async (request: Record<string, unknown>) => {
      sent.push(request);
      const next = statuses.shift() ?? 200;
      if (next instanceof Error) throw next;
      return { statusCode: next };
    };
    return { sent, helpers: { httpRequest } };
  };

  it('passes on the bytes and the signature as they came, once all is stored', async () => {
    const { sent, helpers } = forwarding([200]);
    const body = envelope(text('Buongiorno è 😀', 'wamid.1'));
    await call({ body, options: { forwardTo: SECOND }, helpers });
    await settled();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: SECOND,
      body: Buffer.from(body),
      headers: { 'X-Hub-Signature-256': sign(body) },
      disableFollowRedirect: true,
    });
  });

  it.each<[string, (number | Error)[], number, number]>([
    ['an answer after two faults', [500, new Error('planted 442079460001'), 200], 3, 0],
    ['a receiver that stays away', [new Error('a'), 503, 429], 3, 1],
    ['a receiver that refuses', [401], 1, 1],
  ])('tries again where that can help: %s', async (_name, statuses, calls, lines) => {
    const { sent, helpers } = forwarding(statuses);
    const body = envelope(text('hello', 'wamid.1'));
    const { result, logged } = await call({ body, options: { forwardTo: SECOND }, helpers });
    expect(result.webhookResponse).toBe('OK');
    await settled();
    expect(sent).toHaveLength(calls);
    expect(logged).toHaveLength(lines);
    expect(logged.join()).not.toMatch(/planted|442079|aurora/);
  });

  it.each<[string, Call, number]>([
    ['what nobody signed', { body: envelope(text('x', 'wamid.1')), signature: sign('other') }, 0],
    ['what is none of Meta', { body: '{"object":"page"}' }, 0],
    ['the number of another system', { body: envelope(text('x', 'wamid.1', '999')) }, 1],
  ])('hands on %s or not', async (_name, request, calls) => {
    const { sent, helpers } = forwarding([]);
    await call({ ...request, options: { forwardTo: SECOND }, helpers });
    await settled();
    expect(sent).toHaveLength(calls);
  });

  it('hands nothing on that Meta will deliver again', async () => {
    jest.mocked(registryFor).mockRejectedValue(new CareError('registryUnreachable', 'Away.'));
    const { sent, helpers } = forwarding([]);
    await call({ body: envelope(text('x', 'wamid.1')), options: { forwardTo: SECOND }, helpers });
    await settled();
    expect(sent).toEqual([]);
  });

  const addressOf = (forwardTo: string) => forwardAddress({ parameters: { options: { forwardTo } } });

  it.each([
    'http://crm.aurora.example/whatsapp',
    'ftp://crm.aurora.example',
    'https://user:word@crm.aurora.example',
    '={{ $json.body.url }}',
    'crm.aurora.example',
  ])('may not go to %s', (address) => {
    expect(() => addressOf(address)).toThrow(expect.objectContaining({ code: 'parameterInvalid' }) as Error);
  });

  it.each(['http://127.0.0.1:8090/hook', 'http://localhost:8090/hook', SECOND])('may go to %s', (address) => {
    expect(addressOf(address)).toBe(address);
  });
});

describe('marking messages as read', () => {
  const marking = async (body: string, markRead: boolean) => {
    const sent: Record<string, unknown>[] = [];
    const httpRequestWithAuthentication = async (_type: string, request: Record<string, unknown>) => {
      sent.push(request);
      return { statusCode: 200 };
    };
    await call({ body, options: { markRead }, helpers: { httpRequestWithAuthentication } });
    await new Promise((resolve) => setTimeout(resolve, 10));
    return sent;
  };

  it('tells Meta of each message that is new, by its id', async () => {
    const body = envelope(text('a', 'wamid.1'), text('b', 'wamid.2'));
    const sent = await marking(body, true);
    expect(sent.map(({ url }) => url)).toEqual(
      Array(2).fill(`https://graph.facebook.com/v25.0/${PHONE_NUMBER_ID}/messages`),
    );
    expect(sent.map((request) => request.body)).toEqual([
      { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' },
      { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.2' },
    ]);
    expect(await marking(body, true)).toEqual([]);
  });

  it('does so only where it was chosen', async () => {
    expect(await marking(envelope(text('a', 'wamid.1')), false)).toEqual([]);
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

  it('does not take the ears of a sender for which a second workflow listens, once that one hears', async () => {
    await inbox.create.call(hook('trigger'));
    await inbox.create.call(hook('trigger'));
    await inbox.delete.call(hook('trigger'));
    expect(await ears()).toBeNull();
    await call({ body: envelope(text('hello', 'wamid.1')), mode: 'manual' });
    expect(await ears()).toBeNull();
    await call({ body: envelope(text('hello again', 'wamid.2')) });
    expect(await ears()).toBe(NOW);
  });

  it('is refused where the second address would send personal data in the clear', async () => {
    const context = Object.assign(hook('trigger'), {
      getNode: () => ({
        name: 'Inbox',
        webhookId: 'inbox',
        parameters: { options: { forwardTo: 'http://crm.aurora.example' } },
      }),
    });
    await expect(inbox.checkExists.call(context)).rejects.toThrow('parameterInvalid');
  });

  it('is refused while the URL would still change when the workflow is saved', async () => {
    const context = Object.assign(hook('trigger'), { getNode: () => ({ name: 'Inbox', parameters: {} }) });
    await expect(inbox.checkExists.call(context)).rejects.toThrow('webhookIdMissing');
  });

  it('does neither while somebody only listens in the editor', async () => {
    await inbox.create.call(hook('manual'));
    await inbox.delete.call(hook('manual'));
    expect(await ears()).toBe(NOW);
  });
});
