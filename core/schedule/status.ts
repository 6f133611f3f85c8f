import { REASONS } from '../policy/reasons';
import words from './data/status-words.json';
import type { AppointmentStatus } from './types';

export type StatusResult =
  | { readonly ok: true; readonly status: AppointmentStatus }
  | { readonly ok: false; readonly code: 'statusUnknown'; readonly sentence: string };

/** `Annullato `, `ANNULLATO` and `move_requested` are one word each, whatever a calendar system writes. */
const normalise = (word: string): string =>
  word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const STATUSES: ReadonlyMap<string, AppointmentStatus> = new Map(
  (Object.entries(words) as [AppointmentStatus, string[]][]).flatMap(([status, list]) =>
    list.map((word) => [normalise(word), status] as const),
  ),
);

/**
 * The status that the user's own word stands for, in Italian, German, English, Spanish or French. An empty cell is
 * an appointment like any other; a word that nobody explained is refused, for it could mean "cancelled".
 *
 * @param custom the clinic's own words; they come before ours
 */
export function parseStatus(
  value: unknown,
  custom: Readonly<Record<string, AppointmentStatus>> = {},
): StatusResult {
  if (value === null || value === undefined) return { ok: true, status: 'booked' };
  const unknown = { ok: false, code: 'statusUnknown', sentence: REASONS.statusUnknown.sentence } as const;
  if (typeof value !== 'string') return unknown;
  const word = normalise(value);
  const own = Object.entries(custom).find(([key]) => normalise(key) === word);
  const status = own?.[1] ?? (value.trim() === '' ? 'booked' : STATUSES.get(word));
  return status ? { ok: true, status } : unknown;
}
