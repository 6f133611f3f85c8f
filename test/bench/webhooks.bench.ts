/**
 * Meta's webhooks at 500 events a second for a minute, in batches, with repeats and disorder, to the Inbox of a real n8n
 * that sends at the same time. Requests leave at their time whether or not the one before is answered, so a slow answer
 * delays nobody. Afterwards the registry is handed every event once more: what it has not kept it would take as new.
 *
 * `npm run bench webhooks`; `CARECAMPAIGN_SECONDS` makes it shorter.
 */
import { Agent } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { parseMetaWebhook } from '../../core';
import { inboxUrl } from '../../demo/workflows';
import { BenchClinic, CONTROLLER } from '../support/benchClinicN8n';
import { ourNodes, startRun } from '../support/benchSend';
import { line } from '../support/benchWorkflow';
import { type MetaBatch, metaBatches } from '../support/metaBatches';
import { SENDER } from '../support/simulatorProcess';

const SECONDS = Number(process.env.CARECAMPAIGN_SECONDS ?? 60);
const PER_SECOND = 500;
const BATCH = 25;
/** Three statuses each, an answer of every third, and a tenth of all twice, come to the rate. */
const SENT = Math.round((PER_SECOND * SECONDS) / ((3 + 1 / 3) * 1.1));
const SENDING_RATE = 80;
const MOST_P99_MS = 200;
const PATIENCE_MS = 600_000;

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const say = (what: string, figures: string): void => console.log(`  ${what.padEnd(34)}${figures}`);

async function publishInbox(clinic: BenchClinic): Promise<string> {
  const { careCampaignRegistryApi, careCampaignWhatsAppApi } = clinic.credentials;
  const definition = line('Inbox', [
    {
      name: 'Inbox',
      type: 'n8n-nodes-carecampaign.whatsAppInboxTrigger',
      typeVersion: 2,
      parameters: { triggerOn: ['message', 'preference'] },
      credentials: { careCampaignRegistryApi, careCampaignWhatsAppApi },
      webhookId: 'bench-inbox',
    },
    { name: 'Nothing', type: 'n8n-nodes-base.noOp', parameters: {} },
  ]);
  const { id } = await clinic.n8n.workflows.create(definition);
  await clinic.n8n.workflows.activate(id);
  return inboxUrl(clinic.n8n, id);
}

/** Messages whose statuses are then told. Nobody hears of them before. */
async function sendFirst(clinic: BenchClinic): Promise<void> {
  await clinic.clear(0, 100_000);
  await startRun(clinic, 'bench-first', SENT, ourNodes(clinic, 1_000));
  await untilAccepted(clinic, SENT);
}

async function untilAccepted(clinic: BenchClinic, count: number): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    if ((await clinic.simulator.tally()).accepted >= count) return;
    await sleep(1_000);
  }
  throw new Error(`The simulator has not accepted ${count} messages`);
}

interface Answered {
  readonly ms: number;
  readonly status: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

async function post(url: string, { body, signature }: MetaBatch): Promise<Answered> {
  const began = performance.now();
  const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': signature };
  const { status } = await axios
    .post(url, body, { headers, httpAgent: agent, proxy: false, validateStatus: () => true })
    .catch(() => ({ status: 0 }));
  return { ms: performance.now() - began, status };
}

async function atTheRate(url: string, batches: readonly MetaBatch[]): Promise<Answered[]> {
  const began = performance.now();
  const answers: Promise<Answered>[] = [];
  for (const [index, batch] of batches.entries()) {
    const due = began + (index * BATCH * 1_000) / PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
    answers.push(post(url, batch));
  }
  return Promise.all(answers);
}

const eventsOf = ({ body }: MetaBatch) => parseMetaWebhook(JSON.parse(body.toString()));

async function missing(clinic: BenchClinic, batches: readonly MetaBatch[]): Promise<[number, number]> {
  return clinic.withRegistry(async (registry) => {
    const rows = await registry.outbox.list(CONTROLLER, { states: ['read'], limit: SENT * 2 });
    let taken = 0;
    for (const batch of batches) taken += (await registry.inbox.receive('metaCloud', eventsOf(batch))).length;
    return [SENT - rows.length, taken];
  });
}

const share = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

async function bench(clinic: BenchClinic): Promise<void> {
  const url = await publishInbox(clinic);
  await sendFirst(clinic);
  const batches = metaBatches({
    number: {
      ...SENDER,
      displayPhoneNumber: '+44 7700 900100',
      portfolioId: '100000000000301',
      verifiedName: 'Aurora',
      throughputPerSecond: SENDING_RATE,
      messagingLimit: 'TIER_2K',
    },
    appSecret: SENDER.appSecret,
    sent: await clinic.simulator.messages(),
    inbound: SENT / 3,
    repeated: 0.1,
    disorder: 200,
    batch: BATCH,
  });
  await clinic.clear(100, SENDING_RATE);
  await startRun(clinic, 'bench-meanwhile', SENDING_RATE * SECONDS, ourNodes(clinic, SENDING_RATE));
  await untilAccepted(clinic, 1);
  const answers = await atTheRate(url, batches);
  const { accepted, refused } = await clinic.simulator.tally();
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const p99 = share(times, 0.99);
  const events = batches.reduce((sum, batch) => sum + batch.events, 0);
  say(
    'events',
    `${whole(events)} in ${whole(batches.length)} requests of ${BATCH}, ${whole(events / SECONDS)}/s`,
  );
  say(
    'acknowledged after',
    `${whole(share(times, 0.5))} ms (half), ${whole(p99)} ms (99 %), ${whole(share(times, 1))} ms (all)` +
      (p99 > MOST_P99_MS ? `; 99 % is more than ${MOST_P99_MS}` : ''),
  );
  say('not answered with 200', whole(answers.filter(({ status }) => status !== 200).length));
  say(
    'sent meanwhile',
    `${whole(accepted)} (${whole(accepted / SECONDS)}/s), refused ${JSON.stringify(refused)}`,
  );
  const [statuses, messages] = await missing(clinic, batches);
  say('lost', `${whole(statuses)} statuses, ${whole(messages)} messages`);
}

async function main(): Promise<void> {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`${cpus().length} cores, load ${load.join(' ')}`);
  const clinic = await BenchClinic.open(Math.max(SENT, SENDING_RATE * SECONDS));
  try {
    await bench(clinic);
  } finally {
    await clinic.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
