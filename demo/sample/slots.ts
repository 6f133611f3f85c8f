import { DateTime } from 'luxon';

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

/** Hours before (positive) or after (negative) which a start lies, seen from `now`; inside the stage's window. */
export const WINDOWS = {
  reminder48h: [26, 47],
  logistics24h: [4, 23],
  experience2h: [-23, -3.5],
  survey1d: [-46, -25.5],
  later: [72, 94],
} as const;

export type WindowName = keyof typeof WINDOWS;

/**
 * Starts inside the window, a quarter of an hour apart, while a clinic is open (8 to 19 local time); ms since epoch.
 * Every window is longer than a night, so there are some whenever the sample is made.
 */
export function openSlots(name: WindowName, zone: string, now: number): readonly number[] {
  const [a, b] = WINDOWS[name];
  const first = Math.ceil((now + a * HOUR) / QUARTER) * QUARTER;
  const quarters = Array.from(
    { length: Math.floor((now + b * HOUR - first) / QUARTER) },
    (_, index) => first + index * QUARTER,
  );
  return quarters.filter((at) => {
    const { hour } = DateTime.fromMillis(at, { zone });
    return hour >= 8 && hour < 19;
  });
}

/**
 * An appointment in the night of the next change of clocks in a zone, at least three days ahead so that it is not
 * due. Written without offset: at 02:30 the hour comes twice in autumn, and 03:15 follows the gap of spring.
 */
export function clockChangeNight(zone: string, now: number): string {
  const start = DateTime.fromMillis(now, { zone }).plus({ days: 4 }).startOf('day');
  for (let days = 0; days < 370; days += 1) {
    const day = start.plus({ days });
    const change = day.plus({ days: 1 }).offset - day.offset;
    if (change !== 0) return `${day.toFormat('yyyy-MM-dd')}T${change < 0 ? '02:30' : '03:15'}:00`;
  }
  throw new Error(`The clocks of ${zone} do not change`);
}
