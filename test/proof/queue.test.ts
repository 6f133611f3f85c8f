import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { N8nProcess } from '../../tools/n8n';
import { ClinicWorld } from '../e2e/support/clinicWorld';
import { bookCohort, disagreements, messagesTo, reminderRows, type Booked } from '../e2e/support/cohort';
import { eventually } from '../e2e/support/eventually';
import { catalogueText, shown } from '../e2e/support/patient';
import { credentialFor } from '../e2e/support/registryServer';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { startRedis, type TestRedis } from './support/redis';

jest.setTimeout(600_000);

const PEOPLE = 80;

let server: TestPostgres;
let redis: TestRedis;
let clinic: ClinicWorld;
let worker: N8nProcess;
let people: Booked[];

/** As n8n's own documentation sets queue mode up: one database and one Redis for all processes. */
function queueMode(): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(server.url);
  return {
    EXECUTIONS_MODE: 'queue',
    OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
    QUEUE_BULL_REDIS_HOST: '127.0.0.1',
    QUEUE_BULL_REDIS_PORT: String(redis.port),
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: hostname,
    DB_POSTGRESDB_PORT: port,
    DB_POSTGRESDB_DATABASE: pathname.slice(1),
    DB_POSTGRESDB_USER: username,
    DB_POSTGRESDB_PASSWORD: password,
  };
}

beforeAll(async () => {
  server = await startPostgres();
  redis = await startRedis();
  clinic = await ClinicWorld.open({ registry: credentialFor(server.url), env: queueMode() });
  worker = await clinic.world.startWorker();
});

afterAll(() => worker.stop());
afterAll(() => clinic.close());
afterAll(() => redis.stop());
afterAll(() => server.stop());

/** Answers are no templates. */
const messages = () => clinic.world.simulator.messages().filter(({ type }) => type === 'template');
const workerLog = (): string =>
  readFileSync(path.join(clinic.world.home.n8nFolder, 'n8n-worker.log'), 'utf8');
const runNow = () =>
  clinic.world.n8n.run(clinic.world.workflow('appointment-reminder'), { trigger: 'Run Now' });

describe('the embedded registry in queue mode', () => {
  let embedded: { id: string; name: string };

  beforeAll(async () => {
    const { credentials } = clinic.world.n8n;
    embedded = await credentials.create('Embedded', 'careCampaignRegistryApi', { database: 'embedded' });
  });

  it('is refused by the test of the credential, in the main process', async () => {
    const { status, message } = await clinic.world.n8n.credentials.test(embedded.id);
    expect(status).toBe('Error');
    expect(message).toMatch(
      /Choose PostgreSQL in the registry credential\. \(embeddedRegistryInQueueMode\)$/,
    );
  });

  it('is refused in a worker, and nothing is sent', async () => {
    const { workflows } = clinic.world.n8n;
    const shipped = await workflows.get(clinic.world.workflow('appointment-reminder'));
    const { id, name } = embedded;
    const nodes = shipped.nodes.map((node) => {
      const own = node.credentials as Record<string, unknown> | undefined;
      return own ? { ...node, credentials: { ...own, careCampaignRegistryApi: { id, name } } } : node;
    });
    const { connections, settings } = shipped;
    const copy = await workflows.create({
      name: 'On the embedded registry',
      nodes,
      connections,
      settings: settings ?? {},
    });
    const run = await clinic.world.n8n.run(copy.id, { trigger: 'Run Now' });
    expect(run.status).toBe('error');
    expect(Object.values(run.errors).join()).toContain('embeddedRegistryInQueueMode');
    expect(messages()).toEqual([]);
  });
});

describe('PostgreSQL in queue mode', () => {
  beforeAll(async () => {
    people = await bookCohort(clinic, 200, PEOPLE);
  });

  it('gives everybody one message, although three runs go on at once in the worker', async () => {
    const before = workerLog().length;
    const runs = await Promise.all([runNow(), runNow(), runNow()]);
    expect(runs.map(({ status, errors }) => ({ status, errors }))).toEqual(
      runs.map(() => ({ status: 'success', errors: {} })),
    );
    await clinic.world.simulator.webhooksIdle();
    expect(people.map((person) => messagesTo(clinic, person).length)).toEqual(people.map(() => 1));
    expect(disagreements(await reminderRows(clinic), messages())).toEqual([]);
    for (const { executionId } of runs)
      expect(workerLog().slice(before)).toContain(`Worker finished execution ${executionId}`);
  });

  it('hears a STOP in the main process and confirms it from the worker', async () => {
    const marco = clinic.patient('marco');
    const before = marco.received().length;
    await marco.says({ text: 'STOP' });
    expect(await clinic.mayContact('marco')).toMatchObject({ code: 'suppressed' });
    const answers = await eventually(
      () => marco.received().slice(before),
      ({ length }) => length > 0,
    );
    expect(shown(answers)).toEqual([catalogueText('opt_out_confirmation', marco.contact)]);
    await clinic.book(['marco'], 'Q');
    const after = messages().length;
    await runNow();
    expect(messages()).toHaveLength(after);
  });
});

describe('a worker that is killed in the middle of a run', () => {
  let later: Booked[];
  let calling: string[];

  beforeAll(async () => {
    later = await bookCohort(clinic, 400, PEOPLE);
    clinic.world.simulator.setFaults({ latencyMs: 1_000 });
    const before = messages().length;
    // n8n keeps nothing of it, and does not tell how it ended.
    const cut = runNow().catch(() => undefined);
    await eventually(messages, (all) => all.length >= before + 20, 60_000);
    await worker.kill9();
    calling = (await reminderRows(clinic)).filter(({ state }) => state === 'calling').map(({ id }) => id);
    clinic.world.simulator.setFaults({ latencyMs: 0 });
    worker = await clinic.world.startWorker();
    await clinic.run('appointment-reminder');
    await cut;
    await clinic.world.simulator.webhooksIdle();
  });

  it('has caught calls whose answer nobody heard', () => {
    expect(calling.length).toBeGreaterThan(0);
    expect(calling.length).toBeLessThan(PEOPLE);
  });

  it('is made up for by the next one: nobody has two messages, and who has none had a call that was lost', async () => {
    const rows = await reminderRows(clinic);
    const byId = new Map(rows.map(({ id, state }) => [id, state]));
    const lost = calling.filter((id) => byId.get(id) === 'unknown').length;
    const counts = later.map((person) => messagesTo(clinic, person).length);
    expect(counts.filter((count) => count > 1)).toEqual([]);
    expect(counts.filter((count) => count === 0)).toHaveLength(lost);
    expect(rows.filter(({ state }) => state === 'claimed' || state === 'calling')).toEqual([]);
    expect(disagreements(rows, messages())).toEqual([]);
  });
});
