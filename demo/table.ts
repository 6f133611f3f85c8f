import Table from 'cli-table3';
import { z } from 'zod/v4';
import { occurrenceOf, type OutboxRow, parseStart, reasonFor } from '../core';
import type { SampleRow } from './sample';

export interface ResultRow {
  readonly appointment: string;
  readonly patient: string;
  readonly message: string;
  readonly outcome: string;
  readonly why: string;
}

const MESSAGES: Readonly<Record<string, string>> = {
  reminder48h: 'Reminder (T-48h)',
  logistics24h: 'Logistics (T-24h)',
  experience2h: 'Experience (T+2h)',
  survey1d: 'Survey (Day After)',
};

const Refused = z.looseObject({
  rowId: z.string(),
  care: z.looseObject({ refusal: z.looseObject({ code: z.string(), sentence: z.string() }) }),
});
const LeftOut = z.looseObject({
  leftOutKey: z.string(),
  stage: z.string(),
  code: z.string(),
  why: z.string(),
});

export interface Refusal {
  readonly stage: string;
  readonly code: string;
  readonly sentence: string;
}

/** Rows that Due Reminders did not let through, by row. */
export function notDue(items: readonly { readonly json: unknown }[]): Map<string, Refusal> {
  const refused = items.map((item) => Refused.parse(item.json));
  return new Map(refused.map(({ rowId, care: { refusal } }) => [rowId, { stage: '', ...refusal }]));
}

/** Rows that a gate refused, by occurrence: what the workflow wrote into its Data Table. */
export function leftOut(rows: readonly unknown[]): Map<string, Refusal> {
  const entries = rows.map((row) => LeftOut.parse(row));
  return new Map(
    entries.map(({ leftOutKey, stage, code, why }) => [
      leftOutKey.split('|')[0] ?? '',
      { stage, code, sentence: why },
    ]),
  );
}

function occurrenceOfRow(row: SampleRow): string {
  const start = parseStart(row.startsAt, row.zone);
  return start.ok ? occurrenceOf({ id: row.appointmentId, startsAt: start.at, status: 'booked' }) : '';
}

/** Codes with which a message that has left is not offered again. */
const DONE: readonly string[] = ['alreadySent', 'stageOver'];

/** One line for each appointment row: what it got, or why it got nothing. */
export function resultRows(
  rows: readonly SampleRow[],
  outbox: readonly OutboxRow[],
  refused: {
    readonly byRow: ReadonlyMap<string, Refusal>;
    readonly byOccurrence: ReadonlyMap<string, Refusal>;
  },
): ResultRow[] {
  return rows.map((row) => {
    const base = { appointment: row.appointmentId, patient: row.firstName };
    const occurrence = occurrenceOfRow(row);
    const early = refused.byRow.get(row.rowId);
    const sent = outbox.find((each) => each.occurrence === occurrence && each.state !== 'refused');
    if (sent && (!early || DONE.includes(early.code))) {
      return {
        ...base,
        message: MESSAGES[sent.stage] ?? sent.stage,
        outcome: sent.state,
        why: sent.code === null ? '' : reasonFor(sent.code).sentence,
      };
    }
    const refusal = early ?? refused.byOccurrence.get(occurrence);
    if (!refusal) return { ...base, message: '–', outcome: '–', why: '' };
    return { ...base, message: MESSAGES[refusal.stage] ?? '–', outcome: refusal.code, why: refusal.sentence };
  });
}

export function printTable(rows: readonly ResultRow[], width: number): string {
  const fixed = 12 + 12 + 22 + 22 + 6;
  const table = new Table({
    head: ['Appointment', 'Patient', 'Message', 'Outcome', 'Why not, and what to do'],
    colWidths: [13, 12, 20, 22, Math.max(30, width - fixed)],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([row.appointment, row.patient, row.message, row.outcome, row.why]);
  return table.toString();
}
