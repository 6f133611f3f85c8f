import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { parseMetaWebhook, renderTemplate, type InboxItem } from '../../../../core';
import { CareDesk } from '../../../../nodes/CareDesk/CareDesk.node';
import { ConsentRegistry } from '../../../../nodes/ConsentRegistry/ConsentRegistry.node';
import { PreferenceTags } from '../../../../nodes/PreferenceTags/PreferenceTags.node';
import { RegistryAdmin } from '../../../../nodes/RegistryAdmin/RegistryAdmin.node';
import { WhatsAppSend } from '../../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryWith } from '../../../../nodes/shared/registry';
import { runNode } from '../../../support/runNode';
import { graph } from '../../../unit/nodes/WhatsAppSend/graph';

const PERSON = '+442079460001';
const STRANGER = '+442079460002';
const SENDER = '1001';
const controller = { __rl: true, mode: 'key', value: 'aurora' };

const folder = mkdtempSync(join(tmpdir(), 'care-sending-'));
const registryCredential = {
  database: 'embedded',
  file: join(folder, 'registry.sqlite'),
  secretKey: Buffer.alloc(32, 7).toString('base64'),
};
const environment = { ...process.env };
let host: Awaited<ReturnType<typeof graph>>;

beforeAll(async () => {
  host = await graph();
  await run(new RegistryAdmin(), [{}], {
    resource: 'controller',
    operation: 'save',
    key: 'aurora',
    name: 'Clinica Aurora',
    country: 'GB',
    languages: ['en'],
    zone: 'Europe/London',
    privacyNoticeUrl: 'https://aurora.example/privacy',
    allowedDomains: 'aurora.example, portal.aurora.example',
    locations: { location: [{ name: 'North', zone: 'Europe/London' }] },
    pack: 'eu',
  });
  await run(new RegistryAdmin(), [{}], {
    resource: 'sender',
    operation: 'save',
    controller,
    phoneNumberId: SENDER,
    businessAccountId: '2001',
    displayName: 'Clinica Aurora',
    testNumbers: PERSON,
    portfolioId: '',
  });
  await (await registry()).senders.stampInbox('metaCloud', SENDER, Date.now());
});

afterEach(() => void (process.env = { ...environment }));

afterAll(async () => {
  await host.close();
  await (await registry()).close();
  rmSync(folder, { recursive: true, force: true });
});

const registry = () => registryWith(registryCredential);

async function run(type: INodeType, items: IDataObject[], parameters: IDataObject) {
  const result = await runNode(type, {
    items,
    parameters: parameters as INodeParameters,
    credentials: {
      careCampaignRegistryApi: registryCredential,
      careCampaignWhatsAppApi: {
        accessToken: 'planted-token',
        phoneNumberId: SENDER,
        businessAccountId: '2001',
        appSecret: 'secret',
        verifyToken: 'verify',
        baseUrl: host.origin,
        apiVersion: 'v25.0',
        simulator: true,
      },
    },
  });
  if (result.error) throw result.error;
  return result.outputs.map((output) => output.map(({ json }) => json));
}

async function recordConsent(phone: string, purpose: string): Promise<IDataObject> {
  const [[item] = []] = await run(new ConsentRegistry(), [{ phone, form: 'f1' }], {
    operation: 'record',
    controller,
    personFrom: 'phone',
    phoneField: 'phone',
    purpose,
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
  });
  return item?.care as IDataObject;
}

function answer(item: IDataObject, template: string, values: object = {}): IDataObject {
  const rendered = renderTemplate(template, 'en', values, {
    now: Date.now(),
    allowedDomains: ['aurora.example'],
  });
  if (!rendered.ok) throw new Error(rendered.code);
  return { ...item, care: { message: rendered.message as unknown as IDataObject } };
}

async function hear(text: string, id: string): Promise<InboxItem> {
  const message = {
    id,
    from: PERSON.slice(1),
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
  };
  const value = { metadata: { phone_number_id: SENDER }, messages: [{ ...message, text: { body: text } }] };
  const events = parseMetaWebhook({
    object: 'whatsapp_business_account',
    entry: [{ id: '2001', changes: [{ field: 'messages', value }] }],
  });
  const [item] = await (await registry()).inbox.receive('metaCloud', events);
  if (!item) throw new Error('the event started nothing');
  return item;
}

const sendReply = (items: IDataObject[]) =>
  run(new WhatsAppSend(), items, {
    controller,
    basis: 'reply',
    personFrom: 'contactRef',
    eventField: 'eventId',
    options: {},
  });

describe('the registry nodes and the sender in n8n, with a real registry', () => {
  it('lists what was registered, with the domains as a list', async () => {
    expect(await run(new RegistryAdmin(), [{}], { resource: 'controller', operation: 'list' })).toMatchObject(
      [
        [
          {
            key: 'aurora',
            allowedDomains: ['aurora.example', 'portal.aurora.example'],
            locations: [{ name: 'North' }],
          },
        ],
      ],
    );
    expect(
      await run(new RegistryAdmin(), [{}], { resource: 'sender', operation: 'list', controller }),
    ).toMatchObject([[{ phoneNumberId: SENDER, mode: 'test', paused: false }]]);
  });

  it('keeps a policy that was tightened when the controller is saved again', async () => {
    const admin = (parameters: IDataObject) =>
      run(new RegistryAdmin(), [{}], { resource: 'policy', controller, ...parameters });
    await admin({ operation: 'save', change: '{ "campaignAbove": 5 }' });
    await run(new RegistryAdmin(), [{}], {
      resource: 'controller',
      operation: 'save',
      key: 'aurora',
      name: 'Clinica Aurora',
      country: 'GB',
      languages: ['en'],
      zone: 'Europe/London',
      privacyNoticeUrl: 'https://aurora.example/privacy',
      allowedDomains: 'aurora.example, portal.aurora.example',
      locations: { location: [{ name: 'North', zone: 'Europe/London' }] },
      pack: 'eu',
    });
    expect(await admin({ operation: 'get' })).toMatchObject([[{ campaignAbove: 5 }]]);
  });

  it('takes rules of the policy from a form, and leaves alone what is not in it', async () => {
    const admin = (parameters: IDataObject) =>
      run(new RegistryAdmin(), [{}], { resource: 'policy', controller, ...parameters });
    await admin({ operation: 'save', rules: { campaignAbove: 7 } });
    const [[saved] = []] = await admin({
      operation: 'save',
      rules: { quietFrom: '19:00', quietTo: '10:00', quietSundays: true },
      caps: { cap: [{ purpose: 'prevention', messages: 1, days: 60 }] },
      retention: { outboxDays: 500 },
      change: '{ "conversationDays": 10 }',
    });
    expect(saved).toMatchObject({
      campaignAbove: 7,
      quietHours: { from: '19:00', to: '10:00', sundays: true },
      caps: { prevention: { messages: 1, days: 60 } },
      retention: { outboxDays: 500 },
      conversationDays: 10,
    });
    const says = (words: string) => ({ description: expect.stringContaining(words) as string });
    const half = admin({ operation: 'save', rules: { quietFrom: '19:00' } });
    await expect(half).rejects.toMatchObject(says('Quiet Until'));
    const short = admin({ operation: 'save', retention: { outboxDays: 1 } });
    await expect(short).rejects.toMatchObject(says('outboxDays'));
  });

  it('adds what a named person has accepted to what was accepted before', async () => {
    const admin = (parameters: IDataObject) =>
      run(new RegistryAdmin(), [{}], { resource: 'policy', controller, ...parameters });
    const accept = (what: string, more = {}) =>
      admin({ operation: 'acknowledge', what, acceptedBy: 'Paola Neri', ...more });
    await accept('metaSignsNoBaa');
    const [[policy] = []] = await accept('publicScreeningMandate', { reference: 'Resolution 1 of 2026' });
    expect(policy?.acknowledgements).toMatchObject([
      { what: 'metaSignsNoBaa', by: 'Paola Neri' },
      { what: 'publicScreeningMandate', reference: 'Resolution 1 of 2026' },
    ]);
    await expect(accept('publicScreeningMandate')).rejects.toMatchObject({
      message: expect.stringContaining('Reference') as string,
    });
  });

  it('imports rows one by one: a broken one says why, the others are stored once', async () => {
    const row = {
      phone: STRANGER,
      purpose: 'appointment',
      kind: 'given',
      source: 'old list',
      occurredAt: '2026-06-01',
      textShown: 'I want messages.',
      textVersion: '1',
      language: 'en',
      reference: 'r1',
      recordedBy: 'desk',
      businessNamed: 'Clinica Aurora',
      privacyNoticeVersion: '1',
    };
    const rows = [row, { ...row, purpose: 'newsletter' }, { ...row, occurredAt: '06/01/2026' }];
    process.env.EXECUTIONS_DATA_SAVE_ON_SUCCESS = 'none';
    process.env.EXECUTIONS_DATA_SAVE_ON_ERROR = 'none';
    process.env.EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS = 'false';
    const parameters = {
      operation: 'import',
      controller,
      personFrom: 'phone',
      phoneField: 'phone',
      columns: {},
      options: {},
    };
    const [first] = await run(new ConsentRegistry(), rows, parameters);
    expect(first).toMatchObject([
      { care: { consent: { ok: true, repeated: false } } },
      { care: { refusal: { by: 'consentRegistry', code: 'rowInvalid' } } },
      { care: { refusal: { by: 'consentRegistry', code: 'dateInvalid' } } },
    ]);
    const [again] = await run(new ConsentRegistry(), [row], parameters);
    expect(again).toMatchObject([{ care: { consent: { ok: true, repeated: true } } }]);
  });

  it('answers a person who wrote, and says no the third time', async () => {
    await recordConsent(PERSON, 'appointment');
    const item = { ...(await hear('I have a question about parking', 'wamid.q1')) } as unknown as IDataObject;
    const [sent, notSent] = await sendReply([
      answer(item, 'hand_over'),
      answer(item, 'help'),
      answer(item, 'not_understood'),
    ]);
    expect(sent).toHaveLength(2);
    expect(notSent).toMatchObject([{ care: { refusal: { by: 'whatsAppSend', code: 'replyLimit' } } }]);
    expect(host.calls).toHaveLength(2);
    expect(host.calls[0]).toMatchObject({ authorization: 'Bearer planted-token', body: { to: PERSON } });
  });

  it('turns a B after the menu into the tag, with the message as proof, and a C into none', async () => {
    const tags = (item: InboxItem) =>
      run(new PreferenceTags(), [{ ...item }], {
        operation: 'fromReply',
        controller,
        choiceA: 'prevention',
        choiceB: 'events',
        choiceC: 'none',
        countsAsConsent: true,
      });
    const heard = await hear('hello', 'wamid.b');
    expect(await tags({ ...heard, intent: 'preference_b' })).toMatchObject([
      [{ care: { tags: ['events'] } }],
    ]);
    const person = { contactRef: heard.contactRef };
    const may = async () =>
      (await (await registry()).consent.mayContact('aurora', [{ person, purpose: 'events' }]))[0];
    expect((await may())?.code).not.toBe('noConsent');
    const none = await tags({ ...(await hear('hello again', 'wamid.c')), intent: 'preference_c' });
    expect(none).toMatchObject([[{ care: { tags: [] } }]]);
    expect((await may())?.allowed).toBe(false);
    expect(await tags(heard)).toMatchObject([[{ care: { refusal: { code: 'notAPreference' } } }]]);
  });

  it('opens one task for an event, hands it to a named person and closes it', async () => {
    const item = {
      ...(await hear('I want to speak to somebody', 'wamid.p')),
      intent: 'human',
    } as unknown as IDataObject;
    const desk = (parameters: IDataObject, items = [item]) =>
      run(new CareDesk(), items, { resource: 'task', controller, ...parameters });
    const open = { operation: 'open', kind: 'fromItem', eventField: 'eventId', aboutField: 'replyTo.about' };
    const [[opened] = []] = await desk(open);
    const [[repeated] = []] = await desk(open);
    const task = (opened?.care as IDataObject).task as IDataObject;
    expect(task).toMatchObject({ kind: 'person', state: 'open' });
    expect(((repeated?.care as IDataObject).task as IDataObject).id).toBe(task.id);
    const withTask = opened ? [opened] : [];
    const settle = { taskField: 'care.task.id', staffMember: 'Ada Byron' };
    expect(await desk({ operation: 'assign', ...settle }, withTask)).toMatchObject([
      [{ care: { task: { state: 'assigned', assignedTo: 'Ada Byron' } } }],
    ]);
    expect(await desk({ operation: 'assign', ...settle, staffMember: ' ' }, withTask)).toMatchObject([
      [{ care: { refusal: { code: 'staffMemberMissing' } } }],
    ]);
    await desk({ operation: 'close', ...settle }, withTask);
    expect(await desk({ operation: 'list', state: 'closed', taskKind: 'any', limit: 50 })).toMatchObject([
      [{ id: task.id, state: 'closed' }],
    ]);
  });

  it('shows no conversation in a workflow whose runs n8n keeps', async () => {
    const read = run(new CareDesk(), [{ conversationId: 'x' }], {
      resource: 'conversation',
      operation: 'read',
      controller,
      conversationField: 'conversationId',
      staffMember: 'Ada Byron',
    });
    await expect(read).rejects.toMatchObject({
      message: expect.stringContaining('executionDataKept') as string,
    });
  });

  it('lets a named person answer in their own words, and the audit says who', async () => {
    process.env.EXECUTIONS_DATA_SAVE_ON_SUCCESS = 'none';
    process.env.EXECUTIONS_DATA_SAVE_ON_ERROR = 'none';
    process.env.EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS = 'false';
    const item = (await hear('Where do I park?', 'wamid.park')) as unknown as IDataObject;
    const write = (message: string, staffMember = 'Ada Byron') =>
      run(new CareDesk(), [item], {
        resource: 'conversation',
        operation: 'reply',
        controller,
        staffMember,
        replyKind: 'text',
        message,
        quote: false,
        languageField: 'language',
      });
    expect(await write('Behind the house.', ' ')).toMatchObject([
      [{ care: { refusal: { code: 'staffMemberMissing' } } }],
    ]);
    const [[parking] = []] = await write('Behind the house.');
    const [[told] = []] = await write('Your biopsy result is here.');
    const before = host.calls.length;
    const [sent, notSent] = await sendReply([parking ?? {}, told ?? {}]);
    expect(sent).toHaveLength(1);
    expect(notSent).toMatchObject([{ care: { refusal: { code: 'containsPhi' } } }]);
    expect(host.calls.slice(before)).toMatchObject([
      { body: { type: 'text', text: { body: 'Behind the house.' } } },
    ]);
    // The same item again is the same answer, and leaves once.
    const [, again] = await sendReply([parking ?? {}]);
    expect(again).toMatchObject([{ care: { refusal: { code: 'alreadySent' } } }]);
    const rows = await (await registry()).audit.list('aurora', 50);
    const composed = rows.filter(({ action }) => action === 'outbox.compose');
    expect(composed).toMatchObject([{ details: { sentBy: 'Ada Byron', template: 'composed_text' } }]);
  });

  it('asks Meta once which templates there are, however many items it sends', async () => {
    expect(host.lists.length).toBeLessThanOrEqual(1);
  });

  it('writes nothing more to a person who withdrew everything', async () => {
    await run(new ConsentRegistry(), [{ phone: PERSON }], {
      operation: 'withdraw',
      controller,
      personFrom: 'phone',
      phoneField: 'phone',
      scope: 'all',
      source: 'phone call',
      options: {},
    });
    const [decision] = await (
      await registry()
    ).consent.mayContact('aurora', [{ person: { phone: PERSON }, purpose: 'appointment' }]);
    expect(decision).toMatchObject({ allowed: false, code: 'suppressed' });
  });
});
