import path from 'node:path';
import { SAVE_NOTHING } from '../../cli/saveSettings';
import type { FaultsInput } from '../../simulator';
import type { ManualRun } from '../../tools/n8n';
import { ClinicWorld } from '../e2e/support/clinicWorld';
import { eventually } from '../e2e/support/eventually';
import { post } from '../e2e/support/forgery';
import { filesBelow, found, type Needle, needlesOf } from '../e2e/support/needles';
import { code, line, manualStart, START } from '../support/benchWorkflow';

jest.setTimeout(600_000);

/** A person of the registry and of the simulator only: no table of n8n holds the number. */
const PHONE = '+442079460817';
/** Another, of whom nobody knows. */
const STRANGER = '+442079460818';
/** In no dictionary, so that nothing else can bring it. */
const WORD = 'zaffiropillò';
const SENDAPP = 'careCampaignSendAppApi';
const SENDAPP_KEYS = {
  apiKey: 'leak-sendapp-api-key-4711',
  accountToken: 'leak-sendapp-account-token-4712',
  accessToken: 'leak-sendapp-access-token-4713',
  webhookSecret: 'leak-sendapp-webhook-secret-4714',
};

let clinic: ClinicWorld;
let contactRef: string;
let needles: Needle[];

/** One of each way in which a send can end badly. Those after which a sender may rest come last. */
const CLASSES: [string, FaultsInput][] = [
  ['a malformed request (100)', { refuse: { code: 100, share: 1 } }],
  ['a missing template (132001)', { refuse: { code: 132001, share: 1 } }],
  ['a wrong number of parameters (132000)', { refuse: { code: 132000, share: 1 } }],
  ['somebody who is not on WhatsApp (131026)', { refuse: { code: 131026, share: 1 } }],
  ['a cut connection', { cutShare: 1 }],
  ['a failed status', { fail: { code: 131049, share: 1 } }],
  ['an error of the server (500)', { errorShare: 1 }],
  ['the rate of a pair (131056)', { refuse: { code: 131056, share: 1 } }],
  ['the rate of the number (130429)', { refuse: { code: 130429, share: 1 } }],
  ['a payment that is due (131042)', { refuse: { code: 131042, share: 1 } }],
  ['a locked account (131031)', { refuse: { code: 131031, share: 1 } }],
  ['a token that is no longer valid (190)', { refuse: { code: 190, share: 1 } }],
];
const NO_FAULT: FaultsInput = { refuse: null, fail: null, cutShare: 0, errorShare: 0 };

const runs: [string, ManualRun][] = [];

function plantContact(): Promise<string> {
  const [example] = clinic.world.clinic.contacts.flatMap(({ consents }) => consents);
  if (!example) throw new Error('The sample has no consents');
  return clinic.world.withRegistry(async (registry) => {
    const row = { ...example, person: { phone: PHONE }, profile: { language: 'it', zone: 'Europe/Rome' } };
    const [result] = await registry.consent.record(clinic.key, [row], 'proof');
    if (!result?.ok) throw new Error('The planted consent was refused');
    return result.contactRef;
  });
}

/** The keys of the other provider lie in a credential. */
async function plantSendApp(): Promise<void> {
  const data = { product: 'agent', senderId: 'leak-agent', ...SENDAPP_KEYS };
  await clinic.world.n8n.credentials.create('SendApp', SENDAPP, data);
}

/** Sends one reminder to the person by pseudonym. @param kept n8n is to keep the run, as it does by default */
async function sends(name: string, kept: boolean, options: Record<string, unknown> = {}): Promise<void> {
  const { careCampaignRegistryApi, careCampaignWhatsAppApi } = await clinic.world.credentials();
  const { locations } = clinic.world.clinic.controller;
  const care = { contactRef, kind: 'reminder', occurrence: `leak ${name}`, stage: '48h', language: 'it' };
  const item = { care: { ...care, at: new Date(clinic.now() + 48 * 3_600_000).toISOString() } };
  const definition = line(`Leak ${name}`, [
    manualStart,
    code('Person', `return [{ json: ${JSON.stringify({ ...item, location: locations[0]?.name })} }];`),
    {
      name: 'Text',
      type: 'n8n-nodes-carecampaign.neutralTemplate',
      parameters: {
        operation: 'render',
        template: 'appointment_reminder_48h',
        languageFrom: 'item',
        values: { locationField: 'location' },
      },
      credentials: { careCampaignRegistryApi },
    },
    {
      name: 'Send',
      type: 'n8n-nodes-carecampaign.whatsAppSend',
      parameters: {
        basis: 'purpose',
        personFrom: 'contactRef',
        purpose: 'appointment',
        options: { timeout: 5, ...options },
      },
      credentials: { careCampaignRegistryApi, careCampaignWhatsAppApi },
    },
  ]);
  const settings = kept
    ? {
        ...Object.fromEntries(Object.keys(SAVE_NOTHING).map((key) => [key, 'DEFAULT'])),
        executionOrder: 'v1',
      }
    : definition.settings;
  const { id } = await clinic.world.n8n.workflows.create({ ...definition, settings: settings ?? {} });
  runs.push([name, await clinic.world.n8n.run(id, { trigger: START, timeoutMs: 180_000 })]);
}

const everywhere = (): string[] => found(filesBelow(clinic.world.home.n8nFolder), needles);

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  const { secrets, simulator } = clinic.world;
  simulator.addPersons([{ phone: PHONE, name: 'Planted Person', language: 'it' }]);
  contactRef = await plantContact();
  await plantSendApp();
  const texts = [WORD, PHONE.slice(1), PHONE.slice(3), STRANGER.slice(1), STRANGER.slice(3)];
  needles = [...texts, ...Object.values(secrets), ...Object.values(SENDAPP_KEYS)].flatMap(needlesOf);
});

afterAll(() => clinic.close());

describe('token, secrets, numbers and words', () => {
  it('are found by this test where they lie in the clear', () => {
    const { simulatorFile, folder } = clinic.world.home;
    const hits = found([simulatorFile, path.join(folder, 'demo.json')], needles);
    expect(hits).toEqual(expect.arrayContaining(['simulator.json: as it is', 'demo.json: as it is']));
  });

  it('are nowhere after a dry run and a message that arrives, whose runs n8n keeps', async () => {
    await sends('dry run', true, { dryRun: true });
    await sends('success', true);
    await clinic.world.simulator.webhooksIdle();
    const arrived = clinic.world.simulator.messages().filter(({ person }) => person === PHONE);
    expect(arrived).toHaveLength(1);
    expect(everywhere()).toEqual([]);
  });

  it('are nowhere after webhooks that were refused', async () => {
    const text = `Ho dolore ${WORD}`;
    const refused = [
      await post(clinic, { id: 'wamid.leak1', from: STRANGER, text, appSecret: 'forged-secret' }),
      await post(clinic, { id: 'wamid.leak2', from: STRANGER, text, phoneNumberId: '999999' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 404]);
    expect(everywhere()).toEqual([]);
    for (const { text: said } of refused) expect(hitsIn(said)).toEqual([]);
  });

  it('are nowhere after words of a patient that were heard', async () => {
    clinic.world.simulator.reply({ person: PHONE, text: `Ho dolore al petto ${WORD}` });
    await clinic.world.simulator.webhooksIdle();
    await eventually(
      () => clinic.world.simulator.messages().filter(({ person }) => person === PHONE),
      ({ length }) => length > 1,
    );
    expect(everywhere()).toEqual([]);
  });

  it.each(CLASSES)('are nowhere after %s', async (name, faults) => {
    clinic.world.simulator.setFaults({ ...NO_FAULT, ...faults });
    await sends(name, true);
    clinic.world.simulator.setFaults(NO_FAULT);
    await clinic.world.simulator.webhooksIdle();
    expect(everywhere()).toEqual([]);
  });

  it('are in no output or error of these runs, and the failures were failures', () => {
    expect(hitsIn(JSON.stringify(runs))).toEqual([]);
    const ended = new Map(
      runs.map(([name, { outputs }]) => [name, outputs.Send?.map(({ length }) => length)]),
    );
    expect(ended.get('success')).toEqual([1, 0]);
    for (const [name] of CLASSES.filter(([one]) => one !== 'a failed status'))
      expect([name, ended.get(name)]).toEqual([name, [0, 1]]);
  });

  it('are in no execution that n8n has kept of them', async () => {
    const kept = await Promise.all(
      runs.map(([, { executionId }]) => clinic.world.n8n.executions.get(executionId)),
    );
    expect(kept.filter((one) => one !== undefined).length).toBeGreaterThanOrEqual(runs.length);
    expect(hitsIn(JSON.stringify(kept))).toEqual([]);
  });
});

function hitsIn(text: string): string[] {
  const bytes = Buffer.from(text);
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ spelling }) => spelling);
}
