import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator, type Simulator } from '../simulator';
import { N8nInstance, packPackage } from '../tools/n8n';
import { fillRegistry, openDemoRegistry, writeHistory } from './clinic';
import { type DemoState, Home } from './home';
import { sampleClinic, type SampleClinic } from './sample';
import { assertFree, readSettings, type Settings } from './settings';
import { leftOut, notDue, printTable, resultRows } from './table';
import { submitTemplates } from './templates';
import { importWorkflows, inboxUrl } from './workflows';

const ROOT = process.cwd();
const APPOINTMENTS = 'care_appointments_v1';
const LEFT_OUT = 'care_left_out_v1';
/** Statuses come by webhook, a moment after the send. */
const STATUS_WAIT_MS = 3_000;

interface Demo {
  readonly settings: Settings;
  readonly home: Home;
  readonly clinic: SampleClinic;
  readonly simulator: Simulator;
  readonly n8n: N8nInstance;
  state: DemoState;
}

const say = (text: string): void => console.log(text);

function openSimulator(
  settings: Settings,
  home: Home,
  state: DemoState,
  clinic: SampleClinic,
): Promise<Simulator> {
  const { phoneNumberId, businessAccountId, portfolioId, displayName } = clinic.sender;
  return startSimulator({
    port: settings.simulatorPort,
    stateFile: home.simulatorFile,
    ...state.secrets,
    phoneNumbers: [
      {
        phoneNumberId,
        businessAccountId,
        portfolioId: portfolioId ?? 'portfolio',
        displayPhoneNumber: '+39 06 0000 0000',
        verifiedName: displayName,
      },
    ],
    persons: clinic.phones.map((person) => ({ ...person })),
  });
}

async function createCredentials(demo: Demo): Promise<Record<string, { id: string; name: string }>> {
  const { n8n, clinic, simulator, state } = demo;
  const known = await n8n.credentials.list();
  const create = async (
    name: string,
    type: string,
    data: Record<string, unknown>,
  ): Promise<{ id: string; name: string }> =>
    known.find((credential) => credential.type === type) ?? (await n8n.credentials.create(name, type, data));
  return {
    careCampaignRegistryApi: await create('CareCampaign Registry', 'careCampaignRegistryApi', {
      database: 'embedded',
    }),
    careCampaignWhatsAppApi: await create('CareCampaign WhatsApp', 'careCampaignWhatsAppApi', {
      ...state.secrets,
      phoneNumberId: clinic.sender.phoneNumberId,
      businessAccountId: clinic.sender.businessAccountId,
      apiVersion: 'v23.0',
      simulator: true,
      baseUrl: simulator.url,
    }),
  };
}

async function fillAppointments({ n8n, clinic }: Demo): Promise<void> {
  const tables = await n8n.dataTables.list();
  const known = tables.find((table) => table.name === APPOINTMENTS);
  const [first] = clinic.appointments;
  const columns = Object.keys(first ?? {}).map((name) => ({ name, type: 'string' as const }));
  const { id } = known ?? (await n8n.dataTables.create(APPOINTMENTS, columns));
  if (known && (await n8n.dataTables.rows(id)).length > 0) return;
  await n8n.dataTables.insert(
    id,
    clinic.appointments.map((row) => ({ ...row })),
  );
}

/** All that is made once. What an earlier, broken start has made is found and kept. */
async function makeDemo(demo: Demo): Promise<void> {
  const { home, clinic, n8n, simulator, state } = demo;
  say('Recording the sample clinic: consents, refusals, appointments …');
  const registry = await openDemoRegistry(home.n8nFolder);
  try {
    await fillRegistry(registry, clinic);
  } finally {
    await registry.close();
  }
  await writeHistory(home.n8nFolder, clinic, state.madeAt);
  await submitTemplates(simulator.url, clinic.sender.businessAccountId, state.secrets.accessToken);
  await fillAppointments(demo);
  say('Importing the workflows and publishing them …');
  const workflows = await importWorkflows(n8n, ROOT, await createCredentials(demo));
  for (const name of ['inbox', 'appointment-reminder', 'satisfaction-survey'] as const) {
    await n8n.workflows.activate(workflows[name]);
  }
  demo.state = { ...state, workflows, ready: true };
  home.write(demo.state);
}

async function runReminders(demo: Demo): Promise<void> {
  const { n8n, clinic, home, state } = demo;
  const workflow = state.workflows['appointment-reminder'] ?? '';
  const run = await n8n.run(workflow, { trigger: 'Run Now' });
  for (const [node, message] of Object.entries(run.errors)) say(`The node "${node}" failed: ${message}`);
  await sleep(STATUS_WAIT_MS);
  const tables = await n8n.dataTables.list();
  const table = tables.find(({ name }) => name === LEFT_OUT);
  const registry = await openDemoRegistry(home.n8nFolder);
  try {
    const outbox = await registry.outbox.list(clinic.controller.key, { kind: 'reminder' });
    const rows = resultRows(clinic.appointments, outbox, {
      byRow: notDue(run.outputs['Due Reminders']?.[4] ?? []),
      byOccurrence: leftOut(table ? await n8n.dataTables.rows(table.id) : []),
    });
    say(printTable(rows, process.stdout.columns || 140));
  } finally {
    await registry.close();
  }
}

function explain({ n8n, simulator, home }: Demo): void {
  say(`
  n8n editor    ${n8n.url}
  login         ${n8n.owner.email}  /  ${n8n.owner.password}
  phone page    ${simulator.url}
  data          ${home.folder}

  Try this on the phone page: open a chat and tap "Move", write "STOP", or answer a survey with 2.
  Then run the workflow "CareCampaign: Appointment Reminder" again in the editor: nobody gets a message twice,
  and whoever wrote STOP is left out. Ctrl-C ends; the next start continues here.
`);
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  await assertFree('N8N_PORT', settings.n8nPort);
  await assertFree('SIMULATOR_PORT', settings.simulatorPort);
  const home = new Home(settings.home);
  const state = home.read(Date.now());
  const clinic = sampleClinic(state.madeAt);
  const tarball = await packPackage(ROOT, home.packageFolder);
  const simulator = await openSimulator(settings, home, state, clinic);
  say('Starting n8n with the packed package …');
  const n8n = await N8nInstance.start({ userFolder: home.n8nFolder, port: settings.n8nPort, tarball });
  const demo: Demo = { settings, home, clinic, simulator, n8n, state };
  try {
    if (!state.ready) await makeDemo(demo);
    simulator.setWebhookUrl(await inboxUrl(n8n, demo.state.workflows.inbox ?? ''));
    await runReminders(demo);
    explain(demo);
    await untilStopped();
  } finally {
    say('Stopping …');
    await n8n.stop();
    await simulator.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
