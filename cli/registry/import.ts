import {
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  realpathSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import {
  CareError,
  type ImportCounts,
  noRows,
  readConsentCsv,
  refusedRows,
  type RowResult,
} from '../../core';
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

const HELP = `
The first line names the columns: phone and purpose, and as many of kind, source, occurredAt, validUntil, textShown,
textVersion, language, reference, recordedBy, businessNamed, privacyNoticeVersion, verification, country, subjectRef,
subjectRelation, birthDate, area, location, tags and the others of the Consent Registry node as there are.
A consent needs its proof and its date. One that has run out already is refused.
Running it again records nothing twice, so an import that was cut off is run again.

Exit codes:
  0  every row is on record (with --dry-run: would be)
  1  the file or the registry could not be read; nothing of the current batch was written
  3  some rows were refused; --refused FILE lists them by row, column and reason`;

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

async function* tidied(batches: AsyncIterable<RowResult[]>): AsyncGenerator<RowResult[]> {
  const collect = garbageCollector();
  let rows = 0;
  for await (const batch of batches) {
    yield batch;
    rows += batch.length;
    if (rows % COLLECT_ROWS < batch.length) collect();
  }
}

/** The list is made even where it stays empty, so that a script finds it. */
async function countAll(
  batches: AsyncIterable<RowResult[]>,
  file: string,
  refusedFile: string | undefined,
): Promise<ImportCounts> {
  const counts = noRows();
  const list = refusedFile === undefined ? null : openList(refusedFile, file);
  for await (const lines of refusedRows(tidied(batches), counts)) list?.write(lines);
  list?.end();
  if (list) await finished(list);
  return counts;
}

function openList(refusedFile: string, file: string): WriteStream {
  if (isSame(refusedFile, file)) {
    throw new CareError(
      'fileUnwritable',
      'The list of refused rows would overwrite the file. Name another one.',
      { field: 'refused' },
    );
  }
  return createWriteStream('', { fd: openedList(refusedFile) });
}

/** Before the first row is recorded: an error of the stream would come too late. */
function openedList(refusedFile: string): number {
  try {
    return openSync(refusedFile, 'w', 0o600);
  } catch {
    throw new CareError(
      'fileUnwritable',
      'The file of --refused cannot be written. Check its folder and your rights on it.',
      { field: 'refused' },
    );
  }
}

/** Also by another path or a link. */
const isSame = (one: string, other: string): boolean =>
  existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
