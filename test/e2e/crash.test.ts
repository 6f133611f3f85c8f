import type { OutboxState } from '../../core';
import type { SentMessage } from '../../simulator';
import { ClinicWorld } from './support/clinicWorld';
import { bookCohort, disagreements, messagesTo, reminderRows, rowsOf, type Booked } from './support/cohort';
import { eventually } from './support/eventually';

jest.setTimeout(300_000);

/** More than one batch of claims, so that a kill finds messages in every state. */
const PEOPLE = 110;
const LATENCY_MS = 4_000;

let clinic: ClinicWorld;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
});

afterAll(() => clinic.close());

const messages = (): SentMessage[] => clinic.world.simulator.messages();

const inState = async (...states: OutboxState[]): Promise<string[]> =>
  (await reminderRows(clinic)).filter(({ state }) => states.includes(state)).map(({ id }) => id);

const counts = (people: readonly Booked[]): number[] => people.map((one) => messagesTo(clinic, one).length);

const statesOf = async (people: readonly Booked[]): Promise<(string | undefined)[]> =>
  (await rowsOf(clinic, people)).map((row) => row?.state);

/** Lets some messages through, slows the rest down, and kills n8n while calls are under way. */
async function killInMidRun(): Promise<void> {
  const { n8n, simulator } = clinic.world;
  const before = messages().length;
  const run = n8n.run(clinic.world.workflow('appointment-reminder'), { trigger: 'Run Now' }).then(
    () => 'ended',
    () => 'was cut',
  );
  await eventually(messages, (all) => all.length >= before + 10, 60_000);
  simulator.setFaults({ latencyMs: LATENCY_MS });
  await eventually(
    () => inState('calling'),
    (rows) => rows.length >= 10,
    60_000,
  );
  await n8n.kill9();
  if ((await run) !== 'was cut') throw new Error('The run ended before n8n was killed');
}

describe('a kill -9 in the middle of a run', () => {
  let people: Booked[];
  let calling: string[];
  /** Calls that the provider took although nobody was there to hear its answer. */
  let taken: string[];

  beforeAll(async () => {
    people = await bookCohort(clinic, 200, PEOPLE);
    clinic.world.simulator.setFaults({ holdWebhooks: true });
    await killInMidRun();
    calling = (await inState('calling')).sort();
    taken = await eventually(
      () => calling.filter((id) => messages().some(({ callbackData }) => callbackData === id)),
      (ids) => ids.length === calling.length,
      LATENCY_MS + 2_000,
    );
    clinic.world.simulator.setFaults({ latencyMs: 0 });
    await clinic.world.restartN8n();
    await clinic.world.n8n.run(clinic.world.workflow('appointment-reminder'), { trigger: 'Run Now' });
  });

  it('has caught calls whose answer nobody heard, beside some that were heard', () => {
    expect(taken.length).toBeGreaterThanOrEqual(5);
    expect(calling.length).toBeLessThan(PEOPLE);
  });

  it('is made up for by the next run: nobody has two, and who has none has a call that was lost on the way', async () => {
    const lost = new Set(calling.filter((id) => !taken.includes(id)));
    const rows = await rowsOf(clinic, people);
    expect(counts(people)).toEqual(rows.map((row) => (row && lost.has(row.id) ? 0 : 1)));
  });

  it('leaves the messages whose answer was lost as unknown until something is heard of them', async () => {
    expect((await inState('unknown')).sort()).toEqual(calling);
    expect(await inState('claimed', 'calling')).toEqual([]);
  });

  it('is settled by the status webhooks; only a message that nobody took stays unknown', async () => {
    clinic.world.simulator.setFaults({ holdWebhooks: false });
    await clinic.world.simulator.webhooksIdle();
    const lost = calling.filter((id) => !taken.includes(id));
    expect((await inState('unknown')).sort()).toEqual(lost);
    const rows = await rowsOf(clinic, people);
    expect(rows.map((row) => row?.state)).toEqual(
      rows.map((row) => (row && lost.includes(row.id) ? 'unknown' : 'delivered')),
    );
    expect(disagreements(await reminderRows(clinic), messages())).toEqual([]);
  });

  it('leaves nothing to do for a third run', async () => {
    const before = messages().length;
    await clinic.run('appointment-reminder');
    expect(messages()).toHaveLength(before);
  });
});

describe('connections that are cut after the message was taken', () => {
  let people: Booked[];

  beforeAll(async () => {
    people = await bookCohort(clinic, 500, 40);
    clinic.world.simulator.setFaults({ cutShare: 0.4, holdWebhooks: true });
    const workflow = clinic.world.workflow('appointment-reminder');
    await clinic.world.n8n.run(workflow, { trigger: 'Run Now' });
    clinic.world.simulator.setFaults({ cutShare: 0 });
    await clinic.world.n8n.run(workflow, { trigger: 'Run Now' });
  });

  it('are not tried again, since the message may have been taken', async () => {
    const states = await statesOf(people);
    expect(new Set(states)).toEqual(new Set(['accepted', 'unknown']));
    expect(counts(people)).toEqual(people.map(() => 1));
  });

  it('are settled by the status webhooks', async () => {
    clinic.world.simulator.setFaults({ holdWebhooks: false });
    await clinic.world.simulator.webhooksIdle();
    expect(await statesOf(people)).toEqual(people.map(() => 'delivered'));
    expect(disagreements(await reminderRows(clinic), messages())).toEqual([]);
  });
});

describe('at the end', () => {
  it('each row of the sample has its message, or the reason why not', async () => {
    const { reminder } = clinic.expected();
    const reasons = await clinic.run('appointment-reminder');
    const told = await clinic.outcomes(reminder, reasons);
    expect(told.filter((line) => line.endsWith('nothing'))).toEqual([]);
  });
});
