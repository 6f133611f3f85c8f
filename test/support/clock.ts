import path from 'node:path';
import { DateTime } from 'luxon';
import type { Clock } from '../../core';

export interface ShiftedClock extends Clock {
  /** Makes an n8n that is started with it run on this clock. */
  readonly env: Record<string, string>;
}

const TUESDAY = 2;

/**
 * A running clock that begins at half past ten (UTC) of the next Tuesday: day in Europe and Singapore, night in New
 * York, far from the edges of quiet hours and from Sunday. A test says the same whenever it is run.
 */
export function tuesdayMorning(): ShiftedClock {
  const now = DateTime.utc();
  const days = (TUESDAY - now.weekday + 7) % 7 || 7;
  const begin = now.plus({ days }).set({ hour: 10, minute: 30, second: 0, millisecond: 0 });
  const ahead = begin.toMillis() - now.toMillis();
  const preload = path.join(process.cwd(), 'test/support/shiftedClock.js');
  return {
    now: () => Date.now() + ahead,
    env: { NODE_OPTIONS: `--require ${preload}`, CARECAMPAIGN_TEST_CLOCK_AHEAD: String(ahead) },
  };
}

const ALL_BUT_DATE = [
  'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval',
  'setTimeout', 'clearTimeout',
] as const; // prettier-ignore

/** The same for a test that runs nodes in its own process: by day, whenever it is run. Timers stay as they are. */
export function runByDay(): void {
  beforeAll(() => {
    const clock = tuesdayMorning();
    jest.useFakeTimers({ now: clock.now(), advanceTimers: true, doNotFake: [...ALL_BUT_DATE] });
  });
  afterAll(() => void jest.useRealTimers());
}
