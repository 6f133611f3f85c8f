import { DateTime } from 'luxon';
import { REASONS, type ReasonCode } from '../policy/reasons';
import { isPlausibleInstant, isZone } from './instant';

export type StartResult =
  | {
      readonly ok: true;
      /** ms since epoch */
      readonly at: number;
      /** `overlapFirst`: the local time exists twice (clocks put back) and the first one was taken. */
      readonly note: 'overlapFirst' | null;
    }
  | { readonly ok: false; readonly code: ReasonCode; readonly sentence: string };

const ISO_DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
/** Seconds are optional; a space instead of the T is what spreadsheets and SQL write. */
const ISO_LOCAL = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?$/;
const ISO_OFFSET =
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;
const EPOCH_SECONDS = /^\d{10}$/;
const EPOCH_MILLISECONDS = /^\d{12,13}$/;

/**
 * Reads the start of an appointment as a user's table holds it: ISO 8601 with offset (the offset wins over
 * `zone`), ISO local time in `zone`, seconds or milliseconds since the epoch, a `Date`, a luxon `DateTime`.
 * Anything ambiguous is refused, never guessed: "03/04/2026" is two dates.
 *
 * @param zone IANA name; needed for a local time only
 */
export function parseStart(value: unknown, zone: string | null): StartResult {
  if (zone !== null && !isZone(zone)) return refuse('badZone');
  if (value instanceof Date) return instant(value.getTime());
  if (DateTime.isDateTime(value)) return instant(value.toMillis());
  if (typeof value !== 'string' && typeof value !== 'number') return refuse('badStart');
  const text = String(value).trim();
  if (EPOCH_SECONDS.test(text)) return instant(Number(text) * 1000);
  if (EPOCH_MILLISECONDS.test(text)) return instant(Number(text));
  if (ISO_DATE_ONLY.test(text)) return refuse('startWithoutTime');
  const iso = text.replace(' ', 'T').replace(/\s/g, '').replace(',', '.');
  if (ISO_OFFSET.test(text)) return instant(DateTime.fromISO(iso.toUpperCase()).toMillis());
  if (!ISO_LOCAL.test(text)) return refuse('badStart');
  return zone === null ? refuse('startNeedsZone') : localStart(iso, zone);
}

function localStart(iso: string, zone: string): StartResult {
  const wanted = DateTime.fromISO(iso, { zone: 'utc' });
  const found = DateTime.fromISO(iso, { zone });
  if (!wanted.isValid || !found.isValid) return refuse('badStart');
  // In the gap of a spring night luxon moves the clock on: what comes out is not what was written.
  const sameWallClock = found.setZone('utc', { keepLocalTime: true }).toMillis() === wanted.toMillis();
  if (!sameWallClock) return refuse('startInGap');
  const candidates = found.getPossibleOffsets().map((candidate) => candidate.toMillis());
  return instant(Math.min(...candidates), candidates.length > 1 ? 'overlapFirst' : null);
}

function instant(at: number, note: 'overlapFirst' | null = null): StartResult {
  return isPlausibleInstant(at) ? { ok: true, at, note } : refuse('badStart');
}

function refuse(code: ReasonCode): StartResult {
  return { ok: false, code, sentence: REASONS[code].sentence };
}
