/**
 * Sends through a real n8n and a simulator over TLS that is 100 ms away: WhatsApp Send, gate included, and n8n's own
 * WhatsApp node in the same run, on the same road. Both get their items from one Code node; the times are those that
 * n8n gives for the sending node. Then 100,000 recipients in one run, and what n8n's memory grows by.
 *
 * `npm run bench send`; `CARECAMPAIGN_RECIPIENTS` changes the large run, 0 leaves it out. `CARECAMPAIGN_PROFILE=FOLDER`
 * leaves processor profiles of n8n and of the simulator in that folder.
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchClinic, PLAIN_TEMPLATE } from '../support/benchClinicN8n';
import { idleNodes, ourNodes, recipients, SEND, startRun } from '../support/benchSend';
import { type BenchNode, line, manualStart, START } from '../support/benchWorkflow';
import { SENDER } from '../support/simulatorProcess';

const PEOPLE = 1_000;
const LARGE = Number(process.env.CARECAMPAIGN_RECIPIENTS ?? 100_000);
const LATENCY_MS = 100;
const META_RATE = 80;
/** Ours: no second may get more than the rate, so a run begins as it goes on. */
const BURST = 0;
const UPGRADED_RATE = 1_000;
const RUNS = 3;
const RUN_MS = 600_000;
const MOST_MB = 400;
/** V8 collects late where there is plenty: without a limit the figure would say how much the machine has. */
const HEAP_MB = 800;

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const say = (what: string, figures: string): void => console.log(`  ${what.padEnd(34)}${figures}`);

function native({ credentials: { whatsAppApi } }: BenchClinic): BenchNode[] {
  return [
    {
      name: SEND,
      type: 'n8n-nodes-base.whatsApp',
      typeVersion: 1.1,
      parameters: {
        resource: 'message',
        operation: 'sendTemplate',
        phoneNumberId: SENDER.phoneNumberId,
        recipientPhoneNumber: '={{ $json.phone }}',
        template: `${PLAIN_TEMPLATE.name}|${PLAIN_TEMPLATE.language}`,
      },
      credentials: { whatsAppApi },
      onError: 'continueRegularOutput',
    },
  ];
}

interface Sent {
  readonly accepted: number;
  readonly reached: number;
  readonly seconds: number;
}

/** One run of the editor; the simulator says what was accepted, n8n how long the node took. */
async function sent(
  clinic: BenchClinic,
  name: string,
  perSecond: number,
  steps: readonly BenchNode[],
): Promise<Sent> {
  await clinic.clear(LATENCY_MS, perSecond);
  const definition = line(name, [manualStart, recipients(clinic, PEOPLE, `${name}-${Date.now()}`), ...steps]);
  const { id } = await clinic.n8n.workflows.create(definition);
  const run = await clinic.n8n.run(id, { trigger: START, timeoutMs: RUN_MS });
  if (run.status !== 'success')
    throw new Error(`${name} ended with ${run.status} ${JSON.stringify(run.errors)}`);
  const { accepted, reached } = await clinic.simulator.tally();
  return { accepted, reached, seconds: (run.milliseconds[SEND] ?? 0) / 1_000 };
}

const inWords = ({ accepted, reached, seconds }: Sent): string =>
  `${whole(accepted)} of ${whole(PEOPLE)} accepted, ${whole(reached)} people, ${seconds.toFixed(2)} s, ` +
  `${whole(accepted / seconds)}/s`;

async function atMetasRate(clinic: BenchClinic): Promise<void> {
  console.log(`${META_RATE} messages a second`);
  const most = (1.1 * (PEOPLE - BURST)) / META_RATE;
  const own = await sent(clinic, 'ours-80', META_RATE, ourNodes(clinic, META_RATE));
  const share = own.seconds / (most / 1.1);
  say(
    'WhatsApp Send',
    `${inWords(own)}; ${share.toFixed(2)} times (N - burst)/rate${own.seconds > most ? ', more than 1.1' : ''}`,
  );
  const others = await sent(clinic, 'native-80', META_RATE, native(clinic));
  say("n8n's WhatsApp node", `${inWords(others)}; ${whole(PEOPLE - others.accepted)} refused`);
}

function middle(runs: readonly Sent[]): Sent {
  const run = runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];
  if (!run) throw new Error('There was no run');
  return run;
}

async function upgraded(clinic: BenchClinic): Promise<void> {
  console.log(`${whole(UPGRADED_RATE)} messages a second, the middle one of ${RUNS} runs`);
  const own: Sent[] = [];
  const others: Sent[] = [];
  // In turn, so that what else the machine does hits both alike.
  for (let run = 0; run < RUNS; run += 1) {
    own.push(await sent(clinic, `ours-1000-${run}`, UPGRADED_RATE, ourNodes(clinic, UPGRADED_RATE)));
    others.push(await sent(clinic, `native-1000-${run}`, UPGRADED_RATE, native(clinic)));
  }
  const [fast, slow] = [middle(own), middle(others)];
  const ratio = fast.accepted / fast.seconds / (slow.accepted / slow.seconds);
  say(
    'WhatsApp Send',
    `${inWords(fast)}; ${ratio.toFixed(1)} times n8n's${ratio < 3 ? ', less than 3' : ''}`,
  );
  say("n8n's WhatsApp node", inWords(slow));
}

/** What a process holds for itself, and of files that it has mapped, which the system takes back when it needs room; in MB. */
function memoryOf(pid: number): { own: number; mapped: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) / 1_024;
  return { own: megabytes('RssAnon'), mapped: megabytes('RssFile') };
}

/** n8n that is busy for longer than it keeps a connection answers a question with its end; that is no answer. */
async function isOver({ n8n }: BenchClinic, workflowId: string): Promise<boolean> {
  if (!n8n.running)
    throw new Error(`n8n ended in the large run:\n${readFileSync(n8n.logFile, 'utf8').slice(-2_000)}`);
  const executions = await n8n.executions.list({ workflowId }).catch(() => null);
  return executions !== null && !executions.some(({ status }) => status === 'running' || status === 'new');
}

/** The most that a fresh n8n holds from its start to the end of a run, in MB, as seen five times a second. */
async function peak(
  clinic: BenchClinic,
  name: string,
  nodes: readonly BenchNode[],
): Promise<{ own: number; mapped: number }> {
  await clinic.restartN8n(HEAP_MB);
  let [own, mapped] = [0, 0];
  const watch = setInterval(() => {
    const now = memoryOf(clinic.n8n.pid);
    own = Math.max(own, now.own);
    mapped = Math.max(mapped, now.mapped);
  }, 200);
  try {
    await untilOver(clinic, await startRun(clinic, name, LARGE, nodes));
  } finally {
    clearInterval(watch);
  }
  return { own, mapped };
}

async function untilOver(clinic: BenchClinic, workflowId: string): Promise<void> {
  for (const deadline = Date.now() + RUN_MS; Date.now() < deadline;) {
    if (await isOver(clinic, workflowId)) return;
    await sleep(1_000);
  }
  throw new Error('The large run has not ended');
}

async function large(clinic: BenchClinic): Promise<void> {
  console.log(`${whole(LARGE)} recipients in one run, as fast as it goes`);
  // Meta's limit is not what is measured here.
  await clinic.clear(LATENCY_MS, 100_000);
  const bare = await peak(clinic, 'bench-bare', idleNodes);
  const began = Date.now();
  const own = await peak(clinic, 'bench-large', ourNodes(clinic, UPGRADED_RATE));
  const { accepted, reached, mostOfOneId, firstAt, lastAt } = await clinic.simulator.tally();
  const seconds = ((lastAt ?? began) - (firstAt ?? began)) / 1_000;
  say(
    'WhatsApp Send',
    `${whole(accepted)} accepted, ${whole(LARGE - reached)} lost, ${whole(accepted - reached)} twice, at most ` +
      `${mostOfOneId} for one row, ${whole(accepted / seconds)}/s`,
  );
  say(
    `memory of n8n, heap of ${HEAP_MB} MB`,
    `${whole(own.own)} MB; at most; with nodes of its own that do nothing ${whole(bare.own)} MB, so ` +
      `${whole(own.own - bare.own)} MB are ours${own.own - bare.own > MOST_MB ? `; more than ${MOST_MB}` : ''}; ` +
      `beside it ${whole(own.mapped - bare.mapped)} MB of the registry's file, mapped`,
  );
}

async function main(): Promise<void> {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`${cpus().length} cores, load ${load.join(' ')}; ${LATENCY_MS} ms away, over TLS`);
  const clinic = await BenchClinic.open(Math.max(PEOPLE, LARGE));
  try {
    await atMetasRate(clinic);
    await upgraded(clinic);
    if (LARGE > 0) await large(clinic);
  } finally {
    await clinic.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
