import type { Item } from '../../tools/n8n';
import { inboxUrl, readWorkflow, type WorkflowFile, type WorkflowName } from '../../demo/workflows';
import { ClinicWorld } from './support/clinicWorld';
import { eventually } from './support/eventually';

jest.setTimeout(240_000);

const TYPES = ['n8n-nodes-carecampaign.whatsAppSend', 'n8n-nodes-carecampaign.whatsAppInboxTrigger'];
const INSTANCE = 'SIMULATOR1';
const SECRET = 'planted-webhook-secret';

let clinic: ClinicWorld;
let credential: { id: string; name: string };

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  const { n8n, simulator, withRegistry } = bound(clinic);
  credential = await n8n.credentials.create('SendApp', 'careCampaignSendAppApi', {
    ...{ product: 'cloud', simulator: true, baseUrl: simulator.url, riskAccepted: true },
    ...{ accessToken: 'simulator-sendapp-access', instanceId: INSTANCE, webhookSecret: SECRET },
  });
  await withRegistry(async ({ senders }) => {
    const sender = { controllerKey: clinic.key, provider: 'sendAppCloud', phoneNumberId: INSTANCE } as const;
    await senders.save(
      { ...sender, businessAccountId: INSTANCE, displayName: 'Aurora', testNumbers: [] },
      'e2e',
    );
    await senders.setMode('sendAppCloud', INSTANCE, 'live', 'e2e');
  });
});

afterAll(() => clinic.close());

const bound = ({ world }: ClinicWorld) => ({
  n8n: world.n8n,
  simulator: world.simulator,
  withRegistry: world.withRegistry.bind(world),
});

/** A shipped workflow, with SendApp chosen wherever a node asks for a provider. */
async function withSendApp(name: WorkflowName): Promise<string> {
  const { n8n } = clinic.world;
  const picked = await clinic.world.credentials();
  const file = readWorkflow(process.cwd(), name);
  const nodes = file.nodes.map((node) => choose(node, picked));
  const { id } = await n8n.workflows.create({ ...file, name: `${file.name} (SendApp)`, nodes });
  return id;
}

function choose(
  node: WorkflowFile['nodes'][number],
  picked: Awaited<ReturnType<ClinicWorld['world']['credentials']>>,
): WorkflowFile['nodes'][number] {
  const registry = { careCampaignRegistryApi: { ...picked.careCampaignRegistryApi } };
  if (!TYPES.includes(node.type)) return node.credentials ? { ...node, credentials: registry } : node;
  const parameters = { ...(node.parameters as object), provider: 'sendApp' };
  return { ...node, parameters, credentials: { ...registry, careCampaignSendAppApi: { ...credential } } };
}

const codesOf = (items: readonly Item[] = []): string[] =>
  items.map(({ json }) => (json.care as { send: { code?: string } }).send.code ?? 'sent');

describe('the shipped workflows with SendApp', () => {
  it('remind by the session of Cloud, hear a STOP there, and write no more', async () => {
    const { n8n, simulator } = clinic.world;
    const inbox = await withSendApp('inbox');
    await n8n.workflows.activate(inbox);
    simulator.setSendApp({ webhookUrl: `${await inboxUrl(n8n, inbox)}?secret=${SECRET}` });

    const run = await n8n.run(await withSendApp('appointment-reminder'), { trigger: 'Run Now' });
    const [, notSent] = run.outputs['WhatsApp Send'] ?? [];
    expect(run.status).toBe('success');
    expect(codesOf(notSent)).not.toContain('providerLacksKind');
    const messages = simulator.messages();
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.filter(({ phoneNumberId }) => phoneNumberId !== 'sendAppCloud')).toEqual([]);
    // Whoever has two appointments has two texts.
    expect(new Set(messages.map(({ person, content }) => `${person} ${content.body}`)).size).toBe(
      messages.length,
    );

    const [first] = messages;
    const ref = clinic.world.clinic.contacts.find(({ phone }) => phone === first?.person)?.ref ?? '';
    await clinic.patient(ref).says({ text: 'STOP' });
    const decision = await eventually(
      () => clinic.mayContact(ref),
      ({ code }) => code !== 'ok',
    );
    expect(decision.code).toBe('suppressed');
  });

  it('answer 401 to a webhook without the secret, and start nothing', async () => {
    const { n8n } = clinic.world;
    const workflows = await n8n.workflows.list();
    const inbox = workflows.find(({ name }) => name.includes('Inbox') && name.endsWith('(SendApp)'));
    const url = await inboxUrl(n8n, inbox?.id ?? '');
    for (const address of [url, `${url}?secret=guessed`]) {
      const answer = await fetch(address, { method: 'POST', body: '{}' });
      expect([answer.status, await answer.text()]).toEqual([401, 'secretInvalid']);
    }
  });
});
