import { createReadStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createWriteStream, type WriteStream } from 'node:fs';
import { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { CareError, readConsentCsv, type RowResult } from '../../core';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { PARTLY, print, progressBar } from './output';
import { garbageCollector, inSmallHeap } from './smallHeap';

interface ImportOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly dryRun?: boolean;
  readonly refused?: string;
}

interface Counts {
  rows: number;
  recorded: number;
  repeated: number;
  refused: number;
  readonly byCode: Record<string, number>;
}

const HELP = `
The first line names the columns: phone and purpose, and as many of kind, source, occurredAt, validUntil, textShown,
textVersion, language, reference, recordedBy, businessNamed, privacyNoticeVersion, verification, country, subjectRef,
subjectRelation, birthDate, area, location, tags and the others of the Consent Registry node as there are.
Running it again records nothing twice, so an import that was cut off is run again.

Exit codes:
  0  every row is on record (with --dry-run: would be)
  1  the file or the registry could not be read; nothing of the current batch was written
  3  some rows were refused; --refused FILE lists them by line, column and reason`;

/** `carecampaign registry import FILE` */
export function importCommand(): Command {
  return withConnection(new Command('import'))
    .description('Record consents from a CSV file')
    .argument('<file>', 'CSV file, UTF-8')
    .option('--controller <key>', 'for whom; may be left out where there is only one')
    .option('--dry-run', 'check every row, and record nothing')
    .option('--refused <file>', 'write the rows that were refused to this CSV file, without numbers or names')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(file: string, options: ImportOptions): Promise<void> {
  inSmallHeap();
  const counts = await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    const { zone } = await registry.controllers.get(key);
    const rows = readConsentCsv(bytesOf(file), { zone, now: Date.now() });
    const dryRun = options.dryRun ?? false;
    const batches = await registry.consent.import(key, rows, actor(), { dryRun });
    return countAll(batches, file, options.refused);
  });
  print({ ...counts, ...(options.dryRun ? { dryRun: true } : {}) }, options.json);
  if (counts.refused > 0) process.exitCode = PARTLY;
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const bar = progressBar(sizeOf(file), 'bytes');
  try {
    for await (const piece of createReadStream(file)) {
      yield piece as Uint8Array;
      bar.add((piece as Uint8Array).length);
    }
  } finally {
    bar.end();
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    throw new CareError('fileUnreadable', 'The file cannot be read. Check its path and its rights.', {
      field: 'file',
    });
  }
}

/** A row is garbage as soon as it is written; so many are some tens of megabytes. */
const COLLECT_ROWS = 10_000;

/** The header is line 1. */
const FIRST_LINE = 2;

async function countAll(
  batches: AsyncIterable<RowResult[]>,
  file: string,
  refusedFile: string | undefined,
): Promise<Counts> {
  const counts: Counts = { rows: 0, recorded: 0, repeated: 0, refused: 0, byCode: {} };
  const list = refusedFile === undefined ? null : openList(refusedFile, file);
  const collect = garbageCollector();
  for await (const batch of batches) {
    if (counts.rows % COLLECT_ROWS < batch.length) collect();
    const refusals = batch.flatMap((result, index) =>
      result.ok ? [] : [[counts.rows + index + FIRST_LINE, result.field ?? '', result.code, result.sentence]],
    );
    list?.write(stringify(refusals));
    for (const result of batch) countOne(counts, result);
  }
  list?.end();
  if (list) await finished(list);
  return counts;
}

function openList(refusedFile: string, file: string): WriteStream {
  if (refusedFile === file) {
    throw new CareError(
      'fileUnreadable',
      'The list of refused rows would overwrite the file. Name another one.',
      {
        field: 'refused',
      },
    );
  }
  const list = createWriteStream(refusedFile, { mode: 0o600 });
  list.write(stringify([['row', 'column', 'code', 'reason']]));
  return list;
}

function countOne(counts: Counts, result: RowResult): void {
  counts.rows += 1;
  if (!result.ok) {
    counts.refused += 1;
    counts.byCode[result.code] = (counts.byCode[result.code] ?? 0) + 1;
  } else if (result.repeated) counts.repeated += 1;
  else counts.recorded += 1;
}
