import { REASONS } from '../policy';
import { parseStart, parseStatus, type Appointment, type AppointmentStatus } from '../schedule';

/** An appointment as the cells of a user's table hold it. */
export interface AppointmentCells {
  readonly id: string | undefined;
  readonly start: unknown;
  readonly end: unknown;
  /** IANA name; null: the table names none and there is no default. */
  readonly zone: string | null;
  readonly status: unknown;
}

export type AppointmentReading =
  | { readonly ok: true; readonly appointment: Appointment }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

/**
 * Reads one row. A row that cannot be read for certain is refused with the reason, never guessed. An end that
 * cannot be read is left out: the stages after the visit then count from its start.
 *
 * @param statusWords the clinic's own words for a status
 */
export function readAppointment(
  cells: AppointmentCells,
  statusWords: Readonly<Record<string, AppointmentStatus>> = {},
): AppointmentReading {
  if (cells.id === undefined) {
    return { ok: false, code: 'noOccurrence', sentence: REASONS.noOccurrence.sentence };
  }
  const start = parseStart(cells.start, cells.zone);
  if (!start.ok) return start;
  const status = parseStatus(cells.status, statusWords);
  if (!status.ok) return status;
  const end = parseStart(cells.end, cells.zone);
  const endsAt = end.ok ? { endsAt: end.at } : {};
  return { ok: true, appointment: { id: cells.id, startsAt: start.at, status: status.status, ...endsAt } };
}
