/**
 * Speed of the registry on both engines, in one run. Absolute figures depend on the machine and on what else it does;
 * the ratios are what may be compared: one question for all people against one a person, and a full registry against a
 * small one, asked in turn. Processor time tells cost from waiting.
 *
 * `npm run bench registry` stores 1,000,000 consents in SQLite and 100,000 in PostgreSQL;
 * `CARECAMPAIGN_ROWS` and `CARECAMPAIGN_POSTGRES_ROWS` store others.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { type ContactRequest, openRegistry, readKeyFile, type Registry } from '../../core';
import { Dice } from '../../simulator/model/random';
import { numberOf, writeConsentTable } from '../support/consentTable';
import { emptyFolder, emptySchema, type TestDatabase } from '../support/database';
import { runImport } from '../support/importCommand';
import { startPostgres } from '../support/postgres';
import { context, NOW, registerAurora, request } from '../support/registry';

const SMALL = 10_000;
const SQLITE_ROWS = Number(process.env.CARECAMPAIGN_ROWS ?? 1_000_000);
const POSTGRES_ROWS = Number(process.env.CARECAMPAIGN_POSTGRES_ROWS ?? 100_000);
const ASKED = 5_000;
const RUNS = 7;
const NAIVE = 250;
const CLAIMS = 1_000;
/** As many as one run of WhatsApp Send claims at a time. */
const CLAIMED_AT_ONCE = 50;
const COMMAND = path.resolve(__dirname, '../../../dist/cli/index.js');

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const say = (what: string, figures: string): void => console.log(`  ${what.padEnd(46)}${figures}`);

interface Speed {
  readonly perSecond: number;
  /** µs of processor time of all threads, for each. */
  readonly cost: number;
}

const inWords = ({ perSecond, cost }: Speed): string =>
  `${whole(perSecond)}/s, ${cost.toFixed(0)} µs of processor each`;

async function speedOf(count: number, work: () => Promise<unknown>): Promise<Speed> {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { perSecond: count / seconds, cost: (user + system) / count };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const median = (speeds: readonly Speed[]): Speed => ({
  perSecond: middle(speeds.map(({ perSecond }) => perSecond)),
  cost: middle(speeds.map(({ cost }) => cost)),
});

interface Filled {
  readonly registry: Registry;
  readonly rows: number;
  remove(): Promise<void>;
}

/** In MB: tables and indexes. */
async function sizeOf(database: TestDatabase): Promise<number> {
  const { options } = database;
  const [row] = await database.sql(
    options.kind === 'embedded'
      ? 'select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()'
      : `select sum(pg_total_relation_size(format('%I.%I', schemaname, tablename))) as bytes
         from pg_tables where schemaname = '${options.schema}'`,
  );
  return Number(row?.bytes) / 1e6;
}

/** A registry into which the command has imported a table. */
async function filled(database: TestDatabase, rows: number): Promise<Filled> {
  const folder = mkdtempSync(path.join(tmpdir(), 'care-bench-'));
  const keyFile = path.join(folder, 'registry.key');
  const table = path.join(folder, 'consents.csv');
  const registry = await openRegistry({
    database: database.options,
    masterKey: readKeyFile(keyFile, path.join(folder, 'nothing')),
    clock: { now: () => NOW },
    random: { bytes: (length) => randomBytes(length) },
  });
  await registerAurora(registry);
  await writeConsentTable(table, rows, { profiles: false, flawed: false });
  const done = await runImport({ command: COMMAND, table, database: database.options, keyFile });
  if (done.counts.recorded !== rows) throw new Error('The import has refused rows of the benchmark');
  const cost = done.processorSeconds === null ? '?' : whole((done.processorSeconds / rows) * 1e6);
  say(
    `import of ${whole(rows)} rows`,
    `${whole(rows / done.seconds)}/s, ${cost} µs of processor each, ${done.peakMegabytes?.toFixed(0) ?? '?'} MB of ` +
      `memory, ${whole(await sizeOf(database))} MB on disk`,
  );
  return {
    registry,
    rows,
    async remove() {
      await registry.close();
      await database.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function anybody(dice: Dice, rows: number, count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(dice.fraction() * rows));
  return [...chosen];
}

function questions(dice: Dice, rows: number, count: number): ContactRequest[] {
  return anybody(dice, rows, count).map((row) => ({
    person: { phone: numberOf(row) },
    purpose: 'appointment',
  }));
}

async function ask(registry: Registry, requests: readonly ContactRequest[]): Promise<void> {
  const decisions = await registry.consent.mayContact('aurora', requests);
  const refused = decisions.find(({ allowed }) => !allowed);
  if (refused) throw new Error(`A decision of the benchmark was ${refused.code}`);
}

/** Both registries in turn, so that what else the machine does hits both alike. */
async function decide(small: Filled, big: Filled, dice: Dice): Promise<void> {
  const speeds = new Map<Filled, Speed[]>([
    [small, []],
    [big, []],
  ]);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [{ registry, rows }, found] of speeds) {
      const requests = questions(dice, rows, ASKED);
      found.push(await speedOf(ASKED, () => ask(registry, requests)));
    }
  }
  const few = median(speeds.get(small) ?? []);
  const many = median(speeds.get(big) ?? []);
  const alone = questions(dice, big.rows, NAIVE);
  const naive = await speedOf(NAIVE, async () => {
    for (const request of alone) await ask(big.registry, [request]);
  });
  const asked = `decisions, ${whole(ASKED)} at once`;
  say(`${asked}, ${whole(small.rows)} stored`, inWords(few));
  say(
    `${asked}, ${whole(big.rows)} stored`,
    `${inWords(many)}; ${(few.perSecond / many.perSecond).toFixed(2)} times slower, at ` +
      `${(many.cost / few.cost).toFixed(2)} times the processor`,
  );
  say(
    'decisions, one by one',
    `${inWords(naive)}; all at once is ${(many.perSecond / naive.perSecond).toFixed(0)} times faster`,
  );
}

async function claim({ registry, rows }: Filled, dice: Dice): Promise<void> {
  const people = anybody(dice, rows, CLAIMS);
  const requests = people.map((row) =>
    request(0, { person: { phone: numberOf(row) }, occurrence: `A-${row}@2026-11-26` }),
  );
  const speed = await speedOf(CLAIMS, async () => {
    for (let start = 0; start < CLAIMS; start += CLAIMED_AT_ONCE) {
      const claims = await registry.outbox.claim(context(), requests.slice(start, start + CLAIMED_AT_ONCE));
      const refused = claims.find(({ claimed }) => !claimed);
      if (refused && !refused.claimed) throw new Error(`A claim of the benchmark was ${refused.code}`);
    }
  });
  say(`claims, ${CLAIMED_AT_ONCE} at once`, inWords(speed));
}

async function bench(place: () => TestDatabase, rows: number): Promise<void> {
  const dice = new Dice('registry', 'bench');
  const small = await filled(place(), SMALL);
  const big = await filled(place(), rows);
  try {
    await decide(small, big, dice);
    await claim(big, dice);
  } finally {
    await small.remove();
    await big.remove();
  }
}

async function main(): Promise<void> {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`${cpus().length} cores, load ${load.join(' ')}`);
  console.log('SQLite, synchronous = full');
  await bench(emptyFolder, SQLITE_ROWS);
  const server = await startPostgres({ durable: true });
  try {
    console.log('PostgreSQL on the same machine, with its own settings: fsync and synchronous_commit are on');
    await bench(() => emptySchema(server.url), POSTGRES_ROWS);
  } finally {
    await server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
