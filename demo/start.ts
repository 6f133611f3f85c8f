import { setTimeout as sleep } from 'node:timers/promises';
import { packPackage } from '../tools/n8n';
import { Home } from './home';
import { assertFree, readSettings } from './settings';
import { leftOut, notDue, printTable, resultRows } from './table';
import { LEFT_OUT_TABLE, World } from './world';

const ROOT = process.cwd();
/** Statuses come by webhook, a moment after the send. */
const STATUS_WAIT_MS = 3_000;

const say = (text: string): void => console.log(text);

async function runReminders(world: World): Promise<void> {
  const { n8n, clinic } = world;
  const run = await n8n.run(world.workflow('appointment-reminder'), { trigger: 'Run Now' });
  for (const [node, message] of Object.entries(run.errors)) say(`The node "${node}" failed: ${message}`);
  await sleep(STATUS_WAIT_MS);
  const outbox = await world.withRegistry((registry) =>
    registry.outbox.list(clinic.controller.key, { kind: 'reminder' }),
  );
  const rows = resultRows(clinic.appointments, outbox, {
    byRow: notDue(run.outputs['Due Reminders']?.[4] ?? []),
    byOccurrence: leftOut(await world.rows(LEFT_OUT_TABLE)),
  });
  say(printTable(rows, process.stdout.columns || 140));
}

function explain({ n8n, simulator, home }: World): void {
  say(`
  n8n editor    ${n8n.url}
  login         ${n8n.owner.email}  /  ${n8n.owner.password}
  phone page    ${simulator.url}
  data          ${home.folder}

  Try this on the phone page: open a chat and tap "Move it", write "STOP", or answer a survey with 2.
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
  const { home, n8nPort, simulatorPort } = readSettings(process.env);
  await assertFree('N8N_PORT', n8nPort);
  await assertFree('SIMULATOR_PORT', simulatorPort);
  const tarball = await packPackage(ROOT, new Home(home).packageFolder);
  const world = await World.open({ home, n8nPort, simulatorPort, root: ROOT, tarball, say });
  try {
    await runReminders(world);
    explain(world);
    await untilStopped();
    say('Stopping …');
  } finally {
    await world.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
