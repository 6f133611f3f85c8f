import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxRow } from '../../core';
import type { SentMessage } from '../../simulator';
import { ClinicWorld } from '../e2e/support/clinicWorld';
import { bookCohort, messagesTo, reminderRows, rowsOf, type Booked } from '../e2e/support/cohort';
import { eventually } from '../e2e/support/eventually';
import { filesBelow } from '../e2e/support/needles';
import { faultsOf, strangers, type Entry } from './support/ledger';

jest.setTimeout(1_200_000);

const PEOPLE = 400;
const KILLS = 3;
/** People at the end of the list, whom no run has reached when they write. */
const STOPPING = 5;
/** Longer than a writer waits for another, so that calls to the registry fail. */
const LOCKED_MS = 16_000;
/** What was on the wire when the registry went away arrives until then. */
const IN_FLIGHT_MS = 5_000;
/** Slow enough that a run is still under way when it is killed, also on a busy machine. */
const LATENCY_MS = 500;
/** While a STOP is on its way: nobody at the end of the list may have been reached before it is heard. */
const STOP_LATENCY_MS = 10_000;
/** Runs after the last kill: what came back as an error is tried again by the next one. */
const MOST_RUNS = 6;

let clinic: ClinicWorld;
let people: Booked[];
let stopped: Booked[];
/** What the registry knew of each of them when their STOP was committed. */
let rowsAtStop: (OutboxRow | undefined)[];
/** Messages that the phones had soon after the registry went away, and when it came back. */
let whileLocked: [number, number];
let statusWhenLocked: string;

const messages = (): SentMessage[] => clinic.world.simulator.messages();
/** Answers are no templates. */
const isReminder = ({ type }: SentMessage): boolean => type === 'template';
const reminders = (person: Booked): SentMessage[] => messagesTo(clinic, person).filter(isReminder);

const startRun = (): Promise<string> =>
  clinic.world.n8n
    .run(clinic.world.workflow('appointment-reminder'), { trigger: 'Run Now', timeoutMs: 300_000 })
    .then(
      ({ status }) => status,
      () => 'killed',
    );

const moreMessages = (count: number): Promise<SentMessage[]> => {
  const before = messages().length;
  return eventually(messages, (all) => all.length >= before + count, 120_000);
};

async function writeStop(): Promise<void> {
  clinic.world.simulator.setFaults({ latencyMs: STOP_LATENCY_MS });
  for (const { phone } of stopped) clinic.world.simulator.reply({ person: phone, text: 'STOP' });
  const requests = stopped.map(({ phone }) => ({ person: { phone }, purpose: 'appointment' as const }));
  const codes = async (): Promise<string[]> =>
    clinic.world.withRegistry(async (registry) =>
      (await registry.consent.mayContact(clinic.key, requests)).map(({ code }) => code),
    );
  const heard = await eventually(codes, (all) => all.every((code) => code === 'suppressed'), 60_000);
  if (heard.some((code) => code !== 'suppressed')) throw new Error(`STOP was not heard: ${heard.join()}`);
  rowsAtStop = await rowsOf(clinic, stopped);
  clinic.world.simulator.setFaults({ latencyMs: LATENCY_MS });
}

/**
 * Another process that writes and does not end: the registry can be read, and nothing can be claimed. The run waits for
 * its end and goes on, so this comes after all kills.
 */
async function lockRegistry(): Promise<void> {
  const file = filesBelow(clinic.world.home.n8nFolder).find(
    (one) => path.basename(one) === 'registry.sqlite',
  );
  if (file === undefined) throw new Error('The embedded registry has no file');
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('begin immediate');
    await sleep(IN_FLIGHT_MS);
    const soon = messages().length;
    await sleep(LOCKED_MS - IN_FLIGHT_MS);
    whileLocked = [soon, messages().length];
    database.exec('rollback');
  } finally {
    database.close();
  }
}

async function runWithoutRegistry(): Promise<void> {
  const run = startRun();
  await moreMessages(10);
  await lockRegistry();
  statusWhenLocked = await run;
}

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  people = await bookCohort(clinic, 200, PEOPLE);
  stopped = people.slice(-STOPPING);
  clinic.world.simulator.setFaults({
    errorShare: 0.05,
    cutShare: 0.05,
    duplicateShare: 0.3,
    outOfOrderShare: 0.3,
    latencyMs: LATENCY_MS,
  });
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const run = startRun();
    await moreMessages(40);
    if (kill === 2) await writeStop();
    await clinic.world.n8n.kill9();
    await run;
    await clinic.world.restartN8n();
    if (kill === KILLS) await runWithoutRegistry();
  }
  clinic.world.simulator.setFaults({ latencyMs: 100 });
  for (let runs = 0, before = -1; runs < MOST_RUNS && messages().length > before; runs += 1) {
    before = messages().length;
    const status = await startRun();
    if (status !== 'success') throw new Error(`A run without a kill ended with ${status}`);
  }
  clinic.world.simulator.setFaults({ errorShare: 0, cutShare: 0, duplicateShare: 0, outOfOrderShare: 0 });
  await clinic.world.simulator.webhooksIdle();
});

afterAll(() => clinic.close());

describe('after errors, cut connections, repeated and overtaking webhooks, three kills, a lost registry and a STOP', () => {
  it('nobody has a message twice', () => {
    expect(people.filter((person) => reminders(person).length > 1)).toEqual([]);
  });

  it('everybody has one message or a stated reason, and registry and phones agree to the row', async () => {
    const rows = await rowsOf(clinic, people);
    const reasons = new Map(
      Array.from(await clinic.leftOut(), ([key, code]) => [key.split('@')[0] ?? key, code] as const),
    );
    const entries = people.map((person, index): Entry => {
      const leftOut = reasons.get(person.appointmentId);
      return { person, row: rows[index], messages: reminders(person), leftOut };
    });
    expect(entries.flatMap(faultsOf)).toEqual([]);
    expect(strangers(await reminderRows(clinic), messages().filter(isReminder))).toEqual([]);
  });

  it('nothing left while the registry could not be written, and the run came to its end', () => {
    expect(whileLocked[1]).toBe(whileLocked[0]);
    expect(statusWhenLocked).toBe('success');
  });

  it('the faults cost almost nobody their message', () => {
    const without = people.filter((person) => reminders(person).length === 0).length;
    // Who wrote STOP, and calls that were on the wire at the moment of a kill.
    expect(without).toBeLessThan(STOPPING + PEOPLE / 10);
  });

  it('nobody has one after a STOP that was committed before its claim', () => {
    const unclaimed = stopped.filter((_person, index) => {
      const row = rowsAtStop[index];
      return row === undefined || row.state === 'refused';
    });
    expect(unclaimed.length).toBeGreaterThan(0);
    expect(unclaimed.flatMap(reminders)).toEqual([]);
  });

  it('a STOP is confirmed at most once', () => {
    const confirmations = stopped.map(
      (person) => messagesTo(clinic, person).filter((message) => !isReminder(message)).length,
    );
    expect(Math.max(...confirmations)).toBeLessThanOrEqual(1);
  });
});
