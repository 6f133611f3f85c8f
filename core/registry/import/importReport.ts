import { stringify } from 'csv-stringify/sync';
import type { RowResult } from '../types';
import { columnOf } from './column';

/** What became of the rows of a file. */
export interface ImportCounts {
  rows: number;
  recorded: number;
  /** On record already. */
  repeated: number;
  refused: number;
  /** Refused rows by code. */
  readonly byCode: Record<string, number>;
}

export const noRows = (): ImportCounts => ({ rows: 0, recorded: 0, repeated: 0, refused: 0, byCode: {} });

/** Of the refused rows in the file that is handed back: where and why, without what stands in the row. */
const COLUMNS = ['row', 'column', 'code', 'reason'];
/** Rows are numbered as a spreadsheet shows them: the header is row 1. */
const FIRST_ROW = 2;

/** A spreadsheet that opens the file must not take a cell for a formula. */
const csvOf = (rows: readonly (string | number)[][], header: boolean): string =>
  stringify([...rows], { header, columns: COLUMNS, escape_formulas: true });

function count(counts: ImportCounts, result: RowResult): void {
  counts.rows += 1;
  if (!result.ok) {
    counts.refused += 1;
    counts.byCode[result.code] = (counts.byCode[result.code] ?? 0) + 1;
  } else if (result.repeated) counts.repeated += 1;
  else counts.recorded += 1;
}

/**
 * Counts the results of an import as they come, and gives the list of its refused rows as pieces of a CSV file; none
 * where no row was refused.
 * @param counts raised batch by batch, so that they hold also when the import fails
 */
export async function* refusedRows(
  batches: AsyncIterable<readonly RowResult[]>,
  counts: ImportCounts,
): AsyncGenerator<string> {
  for await (const batch of batches) {
    const first = counts.rows + FIRST_ROW;
    const isFirst = counts.refused === 0;
    const refusals = batch.flatMap((result, index) =>
      result.ok ? [] : [[first + index, columnOf(result.field ?? ''), result.code, result.sentence]],
    );
    for (const result of batch) count(counts, result);
    if (refusals.length > 0) yield csvOf(refusals, isFirst);
  }
}
