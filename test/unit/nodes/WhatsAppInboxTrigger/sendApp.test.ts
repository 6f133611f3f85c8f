import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { CareError } from '../../../../core';
import { WhatsAppInboxTrigger } from '../../../../nodes/WhatsAppInboxTrigger/WhatsAppInboxTrigger.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions } from '../../../support/executeFunctions';
import { consent, NOW, person, testRegistry, type TestRegistry } from '../../../support/registry';

jest.mock('../../../../nodes/shared/registry');

const INSTANCE = 'INSTANCE1';
const SECRET = 'webhook-secret-for-tests';
const WORDS = 'planted words of a patient';
const cloud = { product: 'cloud', accessToken: 'token', instanceId: INSTANCE, webhookSecret: SECRET };
const agent = {
  product: 'agent',
  apiKey: 'key',
  accountToken: 'token',
  senderId: 'aurora-desk',
  webhookSecret: SECRET,
};

let world: TestRegistry;
beforeEach(async () => {
  world = await testRegistry();
  jest.mocked(registryFor).mockResolvedValue(world.registry);
  for (const [provider, phoneNumberId] of [
    ['sendAppCloud', INSTANCE],
    ['sendAppAgent', 'aurora-desk'],
  ] as const) {
    const sender = { controllerKey: 'aurora', provider, phoneNumberId, businessAccountId: phoneNumberId };
    await world.registry.senders.save({ ...sender, displayName: 'Aurora', testNumbers: [] }, 'test');
  }
  await world.registry.consent.record('aurora', [consent(1)], 'test');
});
afterEach(async () => world.close());

const said = (text: string, id = 'K1', instance_id = INSTANCE): string =>
  JSON.stringify({
    instance_id,
    data: {
      event: 'messages.upsert',
      data: [
        {
          key: { remoteJid: `${person(1).slice(1)}@s.whatsapp.net`, fromMe: false, id },
          messageTimestamp: NOW / 1000,
          message: { conversation: text },
        },
      ],
    },
  });

interface Call {
  readonly body: string;
  readonly credential?: object;
  readonly query?: object;
  readonly options?: object;
  readonly webhook?: 'default' | 'setup';
}

async function call({ body, credential = cloud, query = { secret: SECRET }, options = {}, webhook }: Call) {
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
      parameters: { triggerOn: ['message', 'preference'] },
      credentials: { careCampaignSendAppApi: credential },
      node: { parameters: { provider: 'sendApp', sendAppOptions: options } as never },
    }),
    {
      getWebhookName: () => webhook ?? 'default',
      getQueryData: () => query,
      getHeaderData: () => ({}),
      getRequestObject: () => ({ rawBody: Buffer.from(body) }),
      getResponseObject: () => response,
      logger: { warn: (line: string) => void logged.push(line) },
    },
  ) as unknown as IWebhookFunctions;
  const result = await new WhatsAppInboxTrigger().webhook.call(context);
  return { result, answered, logged };
}

const codeOf = async () => {
  const [decision] = await world.registry.consent.mayContact('aurora', [
    { person: { phone: person(1) }, purpose: 'appointment' },
  ]);
  return decision?.code;
};

describe('WhatsApp Inbox Trigger with SendApp', () => {
  it('starts the workflow with an item that holds neither words nor a number', async () => {
    const { result } = await call({ body: said(WORDS) });
    expect(result.workflowData?.[0]).toMatchObject([{ json: { kind: 'message', sender: INSTANCE } }]);
    expect(JSON.stringify(result)).not.toMatch(/planted|442079/);
  });

  it('honours STOP before the workflow starts, and does the work of a repeat once', async () => {
    const first = await call({ body: said('STOP') });
    expect(await codeOf()).toBe('suppressed');
    expect(first.result.workflowData?.[0]).toMatchObject([{ json: { intent: 'stop' } }]);
    expect((await call({ body: said('STOP') })).result).toEqual({ webhookResponse: 'OK' });
  });

  it.each([
    ['no secret', { query: {} }],
    ['a wrong secret', { query: { secret: 'guessed' } }],
    ['no secret in the credential', { credential: { ...cloud, webhookSecret: '' }, query: { secret: '' } }],
  ])('answers 401 to %s and changes nothing', async (_name, request) => {
    const { result, answered } = await call({ body: said('STOP'), ...request });
    expect([answered.status, result]).toEqual([401, { noWebhookResponse: true }]);
    expect(await codeOf()).not.toBe('suppressed');
  });

  it.each([
    ['what is no JSON', 400, { body: '{' }],
    ['another instance', 404, { body: said(WORDS, 'K1', 'OTHER') }],
    [
      'a sender that nobody registered',
      404,
      { body: said(WORDS, 'K1', 'NEW1'), credential: { ...cloud, instanceId: 'NEW1' } },
    ],
    ['a path that is none', 400, { body: '{}', credential: agent, options: { textPath: 'a b' } }],
    ['paths that lead nowhere', 400, { body: '{"planted":"442079"}', credential: agent }],
    ['a handshake, which is Meta’s', 404, { body: '', webhook: 'setup' as const }],
  ])('refuses %s with %i', async (_name, status, request) => {
    const { answered, logged } = await call(request);
    expect(answered.status).toBe(status);
    expect(logged.join()).not.toMatch(/planted|442079/);
  });

  it('answers 200 to events of the session that start nothing', async () => {
    const body = JSON.stringify({ instance_id: INSTANCE, data: { event: 'connection.update', data: {} } });
    expect((await call({ body })).result).toEqual({ webhookResponse: 'OK' });
  });

  it('asks to come again when the registry is away', async () => {
    jest.mocked(registryFor).mockRejectedValue(new CareError('registryUnreachable', 'Away.'));
    expect((await call({ body: said('hello') })).answered.status).toBe(503);
  });

  it('reads Agent’s webhook by the paths of the options', async () => {
    const body = JSON.stringify({ data: { from: person(1), words: 'STOP', key: 'x1' } });
    const options = { textPath: 'data.words', numberPath: 'data.from', idPath: 'data.key' };
    const { result } = await call({ body, credential: agent, options });
    expect(result.workflowData?.[0]).toMatchObject([{ json: { intent: 'stop', sender: 'aurora-desk' } }]);
    expect(await codeOf()).toBe('suppressed');
  });

  it('hears a STOP also where the risk of sending was never accepted', async () => {
    await call({ body: said('STOP'), credential: { ...cloud, riskAccepted: false } });
    expect(await codeOf()).toBe('suppressed');
  });
});

it('gives the sender at SendApp ears when the workflow is published, and takes them after', async () => {
  const inbox = new WhatsAppInboxTrigger().webhookMethods.default;
  const hook = Object.assign(
    executeFunctions({
      credentials: { careCampaignSendAppApi: cloud },
      node: { parameters: { provider: 'sendApp' } },
    }),
    { getMode: () => 'trigger' },
  ) as unknown as IHookFunctions;
  const ears = async () => (await world.registry.senders.get('sendAppCloud', INSTANCE)).inboxSeenAt;
  expect(await inbox.checkExists.call(hook)).toBe(false);
  await inbox.create.call(hook);
  expect(await ears()).not.toBeNull();
  await inbox.delete.call(hook);
  expect(await ears()).toBeNull();
});
