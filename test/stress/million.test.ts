import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openRegistry, readKeyFile, type Registry } from '../../core';
import { countsOf, isGood, numberOf, writeConsentTable } from '../support/consentTable';
import { emptyFolder, type TestDatabase } from '../support/database';
import { type ImportResult, runImport } from '../support/importCommand';
import { message, registerAurora } from '../support/registry';

/** `CARECAMPAIGN_ROWS` tries it with fewer. */
const ROWS = Number(process.env.CARECAMPAIGN_ROWS ?? 1_000_000);
const AGAIN = Math.min(50_000, ROWS);
const TABLE = { profiles: true, flawed: true };
const MOST_MEGABYTES = 300;
/** Meta takes a webhook for lost after that; n8n answers it when its events are on record. */
const MOST_MS = 5_000;
const BETWEEN_MS = 200;
/** Every so many-th message is a STOP. */
const STOP_EVERY = 3;
const COMMAND = path.resolve(__dirname, '../../dist/cli/index.js');

jest.setTimeout(1_200_000);

let database: TestDatabase;
let registry: Registry;
let folder: string;

/** Of the folder's own: the command reads the same. */
const keyFile = (): string => path.join(folder, 'registry.key');
const registryFile = (): string => path.join(folder, 'registry.sqlite');

beforeAll(async () => {
  database = emptyFolder();
  if (database.options.kind !== 'embedded') throw new Error('The test is about a file');
  folder = path.dirname(database.options.file);
  registry = await openRegistry({
    database: database.options,
    masterKey: readKeyFile(keyFile(), registryFile()),
    clock: { now: () => Date.now() },
    random: { bytes: (length) => randomBytes(length) },
  });
  await registerAurora(registry);
});

afterAll(async () => {
  await registry.close();
  await database.remove();
});

async function importTable(rows: number): Promise<ImportResult> {
  const table = path.join(folder, `${rows}.csv`);
  await writeConsentTable(table, rows, TABLE);
  return runImport({ command: COMMAND, table, database: database.options, keyFile: keyFile() });
}

interface Traffic {
  readonly answeredMs: readonly number[];
  readonly stopped: readonly string[];
  /** Consents that were on record at each message. */
  readonly progress: readonly number[];
}

/** People of the table, from its first rows to its last, who write while it is imported. */
const writerOf = (count: number): number => {
  const row = (count * 7_919) % ROWS;
  return isGood(row) ? row : row + 1;
};

/** Another process, as far as the importing one can tell. */
async function receiveUntil(done: () => boolean): Promise<Traffic> {
  const answeredMs: number[] = [];
  const stopped: string[] = [];
  const progress: number[] = [];
  for (let count = 0; !done(); count += 1) {
    const phone = numberOf(writerOf(count));
    const stops = count % STOP_EVERY === 0;
    const start = performance.now();
    const [item] = await registry.inbox.receive('metaCloud', [
      message(0, { from: { waId: phone.slice(1) }, at: Date.now(), text: stops ? 'STOP' : 'Grazie' }),
    ]);
    answeredMs.push(performance.now() - start);
    if (item?.intent === 'stop') stopped.push(phone);
    progress.push(await consents());
    await setTimeout(BETWEEN_MS);
  }
  return { answeredMs, stopped, progress };
}

async function consents(): Promise<number> {
  const [row] = await database.sql("select max(rowid) as n from consent_events where kind = 'given'");
  return Number(row?.n ?? 0);
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);

function report({ seconds, processorSeconds, peakMegabytes }: ImportResult, { answeredMs }: Traffic): void {
  const sorted = answeredMs.toSorted((a, b) => a - b);
  const rate = Math.round(ROWS / seconds).toLocaleString('en');
  const each = processorSeconds === null ? '?' : ((processorSeconds / ROWS) * 1e6).toFixed(0);
  console.log(
    `${ROWS.toLocaleString('en')} rows: ${rate} a second, ${each} µs of processor each, ` +
      `${peakMegabytes?.toFixed(0) ?? '?'} MB at most, file of ${(statSync(registryFile()).size / 1e6).toFixed(0)} MB\n` +
      `${sorted.length} webhooks meanwhile: median ${at(sorted, 0.5)} ms, 99th percentile ${at(sorted, 0.99)} ms, ` +
      `longest ${at(sorted, 1)} ms`,
  );
}

describe(`a table of ${ROWS.toLocaleString('en')} rows`, () => {
  let traffic: Traffic;
  let imported: ImportResult;

  beforeAll(async () => {
    let done = false;
    const importing = importTable(ROWS).finally(() => (done = true));
    traffic = await receiveUntil(() => done);
    imported = await importing;
    report(imported, traffic);
  });

  it('is imported to the last row', async () => {
    expect(imported.counts).toMatchObject(countsOf(ROWS));
    expect(await consents()).toBeGreaterThan(0);
    const [row] = await database.sql("select count(*) as n from consent_events where kind = 'given'");
    expect(row?.n).toBe(imported.counts.recorded);
  });

  it('goes on record batch by batch', () => {
    expect(new Set(traffic.progress).size).toBeGreaterThan(2);
    expect(traffic.progress).toEqual(traffic.progress.toSorted((a, b) => a - b));
  });

  it('is never in memory as a whole', () => {
    // Nothing is asserted where the system does not tell.
    expect(imported.peakMegabytes ?? 0).toBeLessThan(MOST_MEGABYTES);
  });

  it('keeps no webhook waiting', () => {
    expect(Math.max(...traffic.answeredMs)).toBeLessThan(MOST_MS);
  });

  it('brings nobody back who said STOP meanwhile', async () => {
    expect(traffic.stopped.length).toBeGreaterThan(0);
    const asked = traffic.stopped.map((phone) => ({ person: { phone }, purpose: 'appointment' as const }));
    const decisions = await registry.consent.mayContact('aurora', asked);
    expect(new Set(decisions.map(({ code }) => code))).toEqual(new Set(['suppressed']));
  });

  it('leaves an audit whose chain holds', async () => {
    expect(await registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });

  it('records nothing when it is imported again', async () => {
    const { counts } = await importTable(AGAIN);
    const { refused, recorded, repeated } = countsOf(AGAIN);
    expect(counts).toMatchObject({ rows: AGAIN, recorded: 0, repeated: recorded + repeated, refused });
  });
});
