import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { getTemplate, renderTemplate, toMetaTemplateCreate } from '../../../../core';
import { ConsentRegistry } from '../../../../nodes/ConsentRegistry/ConsentRegistry.node';
import { RegistryAdmin } from '../../../../nodes/RegistryAdmin/RegistryAdmin.node';
import { WhatsAppSend } from '../../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryWith } from '../../../../nodes/shared/registry';
import { runByDay } from '../../../support/clock';
import { runNode } from '../../../support/runNode';
import { closeAll, simulator, templatesPath, type Harness } from '../../../unit/simulator/support';

const PERSON = '+442079460001';
/** Somebody else, whose cap the other tests do not use up. */
const OTHER = '+442079460002';
const controller = { __rl: true, mode: 'key', value: 'aurora' };
const folder = mkdtempSync(join(tmpdir(), 'care-sendapp-'));
const registryCredential = {
  database: 'embedded',
  file: join(folder, 'registry.sqlite'),
  secretKey: Buffer.alloc(32, 7).toString('base64'),
};
const SENDERS = {
  sendAppAgent: 'aurora-desk',
  sendAppOfficial: 'aurora-panel',
  sendAppCloud: 'SIMULATOR1',
} as const;

runByDay();

let sim: Harness;
let occurrence = 0;

beforeAll(async () => {
  sim = await simulator();
  await sim.post(templatesPath, toMetaTemplateCreate(getTemplate('appointment_reminder_48h'), 'en'));
  sim.advance(60_000);
  await run(new RegistryAdmin(), [{}], {
    resource: 'controller',
    operation: 'save',
    key: 'aurora',
    name: 'Clinica Aurora',
    country: 'GB',
    languages: ['en'],
    zone: 'Europe/London',
    privacyNoticeUrl: 'https://aurora.example/privacy',
    allowedDomains: 'aurora.example',
    locations: { location: [{ name: 'North', zone: 'Europe/London' }] },
    pack: 'eu',
  });
  for (const [provider, phoneNumberId] of Object.entries(SENDERS)) {
    await run(new RegistryAdmin(), [{}], {
      resource: 'sender',
      operation: 'save',
      provider,
      controller,
      phoneNumberId,
      displayName: 'Clinica Aurora',
      testNumbers: `${PERSON}, ${OTHER}`,
    });
  }
  await run(
    new ConsentRegistry(),
    [PERSON, OTHER].map((phone) => ({ phone, form: 'f1' })),
    {
      operation: 'record',
      controller,
      personFrom: 'phone',
      phoneField: 'phone',
      purpose: 'appointment',
      kind: 'given',
      source: 'registration form',
      referenceField: 'form',
      proof: {
        textShown: 'I want messages of the clinic.',
        textVersion: '1',
        language: 'en',
        recordedBy: 'desk',
        businessNamed: 'Clinica Aurora',
        privacyNoticeVersion: '1',
      },
      options: { verification: 'desk' },
    },
  );
});

afterEach(() => void sim.setSendApp({ answer: 'id' }));

afterAll(async () => {
  await (await registryWith(registryCredential)).close();
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

async function run(
  type: INodeType,
  items: IDataObject[],
  parameters: IDataObject,
  sendApp: IDataObject = {},
) {
  const result = await runNode(type, {
    items,
    parameters: parameters as INodeParameters,
    credentials: {
      careCampaignRegistryApi: registryCredential,
      careCampaignSendAppApi: {
        apiKey: 'simulator-sendapp-key',
        accountToken: 'simulator-sendapp-token',
        accessToken: 'simulator-sendapp-access',
        instanceId: SENDERS.sendAppCloud,
        riskAccepted: true,
        baseUrl: sim.url,
        simulator: true,
        ...sendApp,
      },
    },
  });
  if (result.error) throw result.error;
  return result.outputs.map((output) => output.map(({ json }) => json));
}

function reminder(phone = PERSON): IDataObject {
  const rendered = renderTemplate(
    'appointment_reminder_48h',
    'en',
    {
      at: Date.now() + 48 * 3_600_000,
      zone: 'Europe/London',
      clinicName: 'Clinica Aurora',
      location: 'North',
    },
    { now: Date.now(), allowedDomains: [], locations: ['North'] },
  );
  if (!rendered.ok) throw new Error(rendered.code);
  occurrence += 1;
  return {
    phone,
    care: {
      kind: 'reminder',
      occurrence: `a${occurrence}`,
      stage: 'reminder48h',
      purpose: 'appointment',
      message: rendered.message as unknown as IDataObject,
    },
  };
}

const send = (items: IDataObject[], sendApp: IDataObject) =>
  run(
    new WhatsAppSend(),
    items,
    { provider: 'sendApp', controller, personFrom: 'phone', phoneField: 'phone', options: {} },
    sendApp,
  );
const codes = (items: IDataObject[] | undefined) =>
  items?.map(({ care }) => ((care as IDataObject).refusal as IDataObject).code);

describe.each([
  ['agent', 'sendAppAgent'],
  ['official', 'sendAppOfficial'],
  ['cloud', 'sendAppCloud'],
] as const)('WhatsApp Send through SendApp %s', (product, provider) => {
  const account = { product, senderId: SENDERS[provider] };

  it('sends what the gate lets out, once, with or without a message id', async () => {
    const before = sim.messages().length;
    const items = [reminder(), reminder()];
    const [sent] = await send(items.slice(0, 1), account);
    sim.setSendApp({ answer: 'noId' });
    const [unnamed] = await send(items.slice(1), account);
    expect([sent, unnamed]).toMatchObject([
      [{ care: { send: { state: 'accepted' } } }],
      [{ care: { send: { state: 'accepted' } } }],
    ]);
    const [, again] = await send(items, account);
    expect(codes(again)).toEqual(['alreadySent', 'alreadySent']);
    expect(
      sim
        .messages()
        .slice(before)
        .map(({ phoneNumberId }) => phoneNumberId),
    ).toEqual([provider, provider]);
  });

  it('never sends again what SendApp may have taken', async () => {
    const items = [reminder()];
    sim.setSendApp({ answer: 'cut' });
    const [, lost] = await send(items, account);
    sim.setSendApp({ answer: 'id' });
    const before = sim.messages().length;
    const [, again] = await send(items, account);
    expect(codes(lost)).toEqual(['answerLost']);
    expect(codes(again)).toHaveLength(1);
    expect(sim.messages()).toHaveLength(before);
  });

  it('says why SendApp refused, in our words', async () => {
    sim.setSendApp({ answer: 'refuse', code: 131047 });
    const [, refused] = await send([reminder()], account);
    expect(codes(refused)).toEqual(['noOpenWindow']);
  });
});

describe('WhatsApp Send through SendApp Cloud', () => {
  const account = { product: 'cloud' };

  it('sends nothing until somebody has accepted the risk', async () => {
    const before = sim.messages().length;
    await expect(send([reminder()], { ...account, riskAccepted: false })).rejects.toMatchObject({
      message: expect.stringContaining('sessionNotForHealth') as string,
    });
    expect(sim.messages()).toHaveLength(before);
  });

  it('stops the run when the session is gone, and offers the rest again', async () => {
    sim.setSendApp({ answer: 'sessionGone' });
    const items = [reminder(OTHER), reminder(OTHER)];
    const [, notSent] = await send(items, account);
    expect(new Set(codes(notSent))).toEqual(new Set(['sessionLost']));
    sim.setSendApp({ answer: 'id' });
    const [sent] = await send(items, account);
    expect(sent).toHaveLength(2);
  });
});

it('refuses an answer in words at Official’s JSON interface before it leaves, and may try again elsewhere', async () => {
  const registry = await registryWith(registryCredential);
  const [event] = await registry.inbox.receive('sendAppOfficial', [
    {
      kind: 'message',
      dedupeKey: 'question',
      phoneNumberId: SENDERS.sendAppOfficial,
      from: { waId: PERSON.slice(1) },
      at: Date.now(),
      text: 'Where do I park?',
      payload: null,
      contextId: null,
      mediaIds: [],
    },
  ]);
  const help = renderTemplate('not_understood', 'en', {}, { now: Date.now(), allowedDomains: [] });
  if (!help.ok || !event) throw new Error('nothing to answer');
  const item = { ...event, care: { message: help.message } } as unknown as IDataObject;
  const answer = (interfaceOf: string) =>
    run(
      new WhatsAppSend(),
      [item],
      {
        provider: 'sendApp',
        controller,
        basis: 'reply',
        personFrom: 'contactRef',
        eventField: 'eventId',
        options: {},
      },
      { product: 'official', senderId: SENDERS.sendAppOfficial, officialApi: interfaceOf },
    );
  const [, refused] = await answer('json');
  expect(codes(refused)).toEqual(['providerLacksKind']);
  sim.reply({ person: PERSON, phoneNumberId: 'sendAppOfficial', text: 'Where do I park?' });
  const [sent] = await answer('apiv3');
  expect(sent).toHaveLength(1);
});
