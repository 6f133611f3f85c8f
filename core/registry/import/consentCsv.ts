import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { CareError } from '../../errors';
import { refusal } from '../../policy/reasons';
import type { ConsentInput, RowRefusal } from '../types';
import { consentFromText, type RowContext } from './consentText';

/** A CSV file as it comes: bytes or text, in pieces of any size. */
export type CsvSource = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** The parser does not pause within a piece, and a file that n8n holds in memory comes as one. */
const PIECE_BYTES = 64 * 1024;

async function* inPieces(source: CsvSource): AsyncGenerator<Uint8Array> {
  for await (const part of source) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    for (let start = 0; start < bytes.length; start += PIECE_BYTES)
      yield bytes.subarray(start, start + PIECE_BYTES);
  }
}

const DELIMITERS = [',', ';', '\t'];
/** A record longer than this is no row of a table but a quote that was never closed. */
const MAX_RECORD_BYTES = 64 * 1024;

type CsvRecord = Readonly<Record<string, string>>;

/** What csv-parse finds wrong names its rule by a code, and may quote the row: only where it stood goes on. */
function unreadable(error: unknown): CareError {
  const line = (error as { lines?: number }).lines;
  return refusal('csvUnreadable', line === undefined ? {} : { index: line });
}

function rowOf(record: CsvRecord, context: RowContext): ConsentInput | RowRefusal {
  const read = (key: string): string | undefined => {
    const text = record[key]?.trim();
    return text === undefined || text === '' ? undefined : text;
  };
  const phone = read('phone') ?? '';
  const country = read('country');
  const person = { phone, ...(country === undefined ? {} : { country }) };
  try {
    return consentFromText(person, read, { ...context, dated: true });
  } catch (error) {
    if (!(error instanceof CareError)) throw error;
    const { code, message: sentence, at } = error;
    return { ok: false, code, sentence, ...(at.field === undefined ? {} : { field: at.field }) };
  }
}

/**
 * Reads consents from a CSV table, a row at a time: the column `phone` (with `country` for numbers without a country
 * code) says who, the columns of `ROW_KEYS` say what. A row that cannot be read comes as its refusal; so does a yes
 * without its date.
 * @throws CareError `csvUnreadable`, or `columnMissing` when the header has no `phone` or no `purpose`
 */
export async function* readConsentCsv(
  source: CsvSource,
  context: RowContext,
): AsyncGenerator<ConsentInput | RowRefusal> {
  const table = parse({
    columns: (header: string[]) => header.map(checkedColumn(header)),
    bom: true,
    delimiter: DELIMITERS,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    relax_column_count: true,
  });
  // A failure on either side ends the other, and comes out of the loop below.
  const records: AsyncIterable<CsvRecord> = pipeline(Readable.from(inPieces(source)), table, () => undefined);
  try {
    for await (const record of records) yield rowOf(record, context);
  } catch (error) {
    throw error instanceof CareError ? error : unreadable(error);
  }
}

const NEEDED = ['phone', 'purpose'];

function checkedColumn(header: readonly string[]): (name: string) => string {
  const names = header.map((name) => name.trim());
  const missing = NEEDED.find((name) => !names.includes(name));
  if (missing !== undefined) throw refusal('columnMissing', { field: missing });
  return (name) => name.trim();
}
