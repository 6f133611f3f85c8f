import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { NeutralTemplate } from '../../../../nodes/NeutralTemplate/NeutralTemplate.node';
import { WhatsAppSend } from '../../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryWith } from '../../../../nodes/shared/registry';
import { submitTemplates } from '../../../../demo/templates';
import { runByDay } from '../../../support/clock';
import { runNode } from '../../../support/runNode';
import {
  ACCOUNT,
  closeAll,
  NUMBER,
  simulator,
  templatesPath,
  TOKEN,
  type Harness,
} from '../../../unit/simulator/support';

const PERSON = '+442079460001';
const folder = mkdtempSync(join(tmpdir(), 'care-approved-'));
const controller = { __rl: true, mode: 'key', value: 'aurora' };
const registryCredential = {
  database: 'embedded',
  file: join(folder, 'registry.sqlite'),
  secretKey: Buffer.alloc(32, 7).toString('base64'),
};
const registry = () => registryWith(registryCredential);

const VISIT = {
  name: 'visit_file',
  language: 'en_US',
  category: 'UTILITY',
  parameter_format: 'NAMED',
  components: [
    { type: 'HEADER', format: 'DOCUMENT' },
    {
      type: 'BODY',
      text: 'Hello {{first_name}}, we expect you on {{day}} as we agreed with you.',
      example: {
        body_text_named_params: [
          { param_name: 'first_name', example: 'Ada' },
          { param_name: 'day', example: 'Monday' },
        ],
      },
    },
    { type: 'FOOTER', text: 'Write STOP to end messages' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Fine' },
        { type: 'URL', text: 'Open', url: 'https://aurora.example/v/{{1}}', example: ['x'] },
        { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+442079460000' },
      ],
    },
  ],
};

runByDay();

let sim: Harness;

beforeAll(async () => {
  sim = await simulator({ clock: { now: () => Date.now() } });
  await sim.post(templatesPath, VISIT);
  await submitTemplates(sim.url, ACCOUNT, TOKEN);
  const { controllers, senders, consent } = await registry();
  await controllers.save(
    {
      key: 'aurora',
      name: 'Clinica Aurora',
      country: 'GB',
      languages: ['en'],
      zone: 'Europe/London',
      privacyNoticeUrl: 'https://aurora.example/privacy',
      allowedDomains: ['aurora.example'],
      locations: [{ name: 'North', zone: 'Europe/London' }],
      policy: { pack: 'eu', campaignAbove: 50, acknowledgements: [], conversationDays: 30, phi: {} },
    },
    'test',
  );
  await senders.save(
    {
      controllerKey: 'aurora',
      provider: 'metaCloud',
      phoneNumberId: NUMBER,
      businessAccountId: ACCOUNT,
      displayName: 'Clinica Aurora',
      testNumbers: [PERSON],
    },
    'test',
  );
  await senders.stampInbox('metaCloud', NUMBER, Date.now());
  const proof = {
    reference: 'f1',
    textShown: 'I want messages of the clinic.',
    textVersion: '1',
    language: 'en',
    recordedBy: 'desk',
    businessNamed: 'Clinica Aurora',
    privacyNoticeVersion: '1',
  };
  await consent.record(
    'aurora',
    [
      {
        person: { phone: PERSON },
        purpose: 'appointment',
        kind: 'given',
        source: 'form',
        occurredAt: Date.now() - 1_000,
        proof,
        verification: 'desk',
      },
    ],
    'test',
  );
});

afterAll(async () => {
  await closeAll();
  await (await registry()).close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(type: INodeType, items: IDataObject[], parameters: IDataObject) {
  const result = await runNode(type, {
    items,
    parameters: parameters as INodeParameters,
    credentials: {
      careCampaignRegistryApi: registryCredential,
      careCampaignWhatsAppApi: {
        accessToken: TOKEN,
        phoneNumberId: NUMBER,
        businessAccountId: ACCOUNT,
        appSecret: 'secret',
        verifyToken: 'verify',
        baseUrl: sim.url,
        apiVersion: 'v25.0',
        simulator: true,
      },
    },
  });
  if (result.error) throw result.error;
  return result.outputs.map((output) => output.map(({ json }) => json));
}

const render = (item: IDataObject) =>
  run(new NeutralTemplate(), [item], {
    operation: 'renderApproved',
    controller,
    approvedTemplate: { __rl: true, mode: 'list', value: 'visit_file|en_US' },
    purpose: 'appointment',
    asks: 'appointment',
    variables: {
      variable: [
        { name: 'first_name', part: 'body', type: 'firstName', field: 'name' },
        { name: 'day', part: 'body', type: 'date', field: 'start' },
      ],
    },
    header: { linkField: 'file', fileName: 'Way.pdf' },
    buttons: {
      button: [
        { number: 1, choice: 'confirm' },
        { number: 2, suffixField: 'path' },
      ],
    },
  });

const send = (items: IDataObject[]) =>
  run(new WhatsAppSend(), items, {
    controller,
    basis: 'purpose',
    personFrom: 'phone',
    phoneField: 'phone',
    purpose: 'fromItem',
    campaignKey: '',
    options: { kind: 'visit', stage: 'file', occurrenceField: 'visit' },
  });

const ITEM = {
  phone: PERSON,
  name: 'Ada',
  start: '2027-03-01T10:30',
  file: 'https://aurora.example/way.pdf',
  path: 'a/1',
};

describe('a template of the user’s own, from the list at Meta to the phone', () => {
  it('arrives as it was screened, and its button comes back to the message', async () => {
    const [rendered = []] = await render({ ...ITEM, visit: 'v1' });
    const [[sent] = [], notSent] = await send(rendered);
    expect(notSent).toEqual([]);
    const outboxId = ((sent?.care as IDataObject).send as IDataObject).outboxId as string;
    expect(sim.messages().at(-1)?.content).toMatchObject({
      header: { kind: 'document', text: 'Way.pdf', url: 'https://aurora.example/way.pdf' },
      body: expect.stringMatching(
        /^Hello Ada, we expect you on Monday, 1 March.* as we agreed with you\.$/,
      ) as string,
      footer: 'Write STOP to end messages',
      buttons: [
        { kind: 'quickReply', text: 'Fine', payload: `${outboxId}.confirm` },
        { kind: 'url', url: 'https://aurora.example/v/a%2F1' },
        { kind: 'phone', text: 'Call' },
      ],
    });
  });

  it('is stopped by the gate for words about health, wherever they stand', async () => {
    const [rendered = []] = await render({
      ...ITEM,
      visit: 'v2',
      file: 'https://aurora.example/biopsy-result.pdf',
    });
    const [sent, notSent] = await send(rendered);
    expect(sent).toEqual([]);
    expect(notSent).toMatchObject([{ care: { refusal: { code: 'containsPhi' } } }]);
  });
});
