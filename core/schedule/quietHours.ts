import { DateTime } from 'luxon';
import type { QuietHours } from '../policy/types';
import { isZone } from './instant';

const MINUTE = 60_000;
/** Longer than a Sunday between two nights in the zones farthest apart: past it, no time is permitted at all. */
const HORIZON = 8 * 24 * 60 * MINUTE;
const SUNDAY = 7;

type HoursList = QuietHours | readonly QuietHours[];

const listOf = (hours: HoursList): readonly QuietHours[] => ('from' in hours ? [hours] : hours);

const minutesOf = (clockTime: string): number => {
  const [hour = 0, minute = 0] = clockTime.split(':').map(Number);
  return hour * 60 + minute;
};

/**
 * Whether it is quiet for somebody who may be in any of these zones. With no zone, or one that does not exist, it
 * is: not knowing where the person is must not wake them.
 *
 * @param now ms since epoch
 * @param zones IANA names
 * @param hours one span or several; quiet is what lies in any of them
 */
export function inQuietHours(now: number, zones: readonly string[], hours: HoursList): boolean {
  if (zones.length === 0) return true;
  return zones.some((zone) => {
    const local = localTime(now, zone);
    return local === null || listOf(hours).some((span) => isQuiet(local, span));
  });
}

/** Thousands of people are decided about at one instant: what time it is in a zone then is worked out once. */
const localTimes = new Map<string, DateTime | null>();
let instantOfLocalTimes = Number.NaN;

/** null for a zone that does not exist. */
function localTime(now: number, zone: string): DateTime | null {
  if (now !== instantOfLocalTimes) localTimes.clear();
  instantOfLocalTimes = now;
  const known = localTimes.get(zone);
  if (known !== undefined) return known;
  const local = isZone(zone) ? DateTime.fromMillis(now, { zone }) : null;
  localTimes.set(zone, local);
  return local;
}

function isQuiet(local: DateTime, { from, to, sundays }: QuietHours): boolean {
  if (sundays && local.weekday === SUNDAY) return true;
  const [minute, start, end] = [local.hour * 60 + local.minute, minutesOf(from), minutesOf(to)];
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

/**
 * The first instant from `now` on that is quiet in none of the zones, in ms since epoch; null when there is none
 * (no zone given, or the spans leave no time of day that suits all zones).
 */
export function nextPermitted(now: number, zones: readonly string[], hours: HoursList): number | null {
  const distinct = [...new Set(zones)];
  if (distinct.length === 0 || distinct.some((zone) => !isZone(zone))) return null;
  let at = now;
  while (at - now <= HORIZON) {
    const end = latestEnd(at, distinct, listOf(hours));
    if (end === null) return at;
    at = end;
  }
  return null;
}

/** The latest end of the spans that hold at this instant; null when none does. */
function latestEnd(at: number, zones: readonly string[], hours: readonly QuietHours[]): number | null {
  let latest: number | null = null;
  for (const zone of zones) {
    const local = DateTime.fromMillis(at, { zone });
    for (const span of hours) {
      if (isQuiet(local, span)) latest = Math.max(latest ?? 0, endOf(local, span));
    }
  }
  return latest;
}

function endOf(local: DateTime, span: QuietHours): number {
  if (span.sundays && local.weekday === SUNDAY) return local.plus({ days: 1 }).startOf('day').toMillis();
  const to = minutesOf(span.to);
  const wall = { hour: Math.floor(to / 60), minute: to % 60, second: 0, millisecond: 0 };
  const today = local.hour * 60 + local.minute < to;
  const end = (today ? local : local.plus({ days: 1 })).set(wall);
  if (end.hour * 60 + end.minute !== to) return endAtGap(end, span);
  // On the night when the clocks go back, `to` may come twice, and luxon may name the one that has passed.
  const ahead = end
    .getPossibleOffsets()
    .map((candidate) => candidate.toMillis())
    .filter((candidate) => candidate > local.toMillis());
  return ahead.length > 0 ? Math.min(...ahead) : local.toMillis() + MINUTE;
}

/** `to` falls into the hour that a spring night leaves out: the quiet ends where the clock jumps. */
function endAtGap(after: DateTime, span: QuietHours): number {
  let end = after;
  while (!isQuiet(end.minus(MINUTE), span)) end = end.minus(MINUTE);
  return end.toMillis();
}
