import fc from 'fast-check';
import { DateTime } from 'luxon';
import { REASONS } from '../../../core/policy';
import { parseStart } from '../../../core/schedule';

const ROME = 'Europe/Rome';
const at = (iso: string): number => Date.parse(iso);
const read = (value: unknown, zone: string | null): unknown => {
  const result = parseStart(value, zone);
  return result.ok ? [result.at, result.note] : result.code;
};

describe('parseStart reads', () => {
  const instant = at('2026-11-05T09:30:00Z');
  it.each([
    ['2026-11-05T10:30:00+01:00', null],
    ['2026-11-05T10:30+01:00', 'America/New_York'],
    ['2026-11-05T09:30:00Z', null],
    ['2026-11-05t09:30:00.000z', null],
    ['2026-11-05 10:30:00 +0100', null],
    ['2026-11-05 10:30:00+01', null],
    ['2026-11-05T10:30', ROME],
    ['2026-11-05 10:30:00', ROME],
    [' 2026-11-05T10:30:00,000 ', ROME],
    [instant, null],
    [String(instant), null],
    [instant / 1000, null],
    [new Date(instant), null],
    [DateTime.fromMillis(instant), null],
  ])('%s in %s', (value, zone) => {
    expect(read(value, zone)).toEqual([instant, null]);
  });
});

describe('parseStart refuses rather than guesses', () => {
  it.each([
    ['03/04/2026 10:30', ROME, 'badStart'],
    ['5.11.2026 10:30', ROME, 'badStart'],
    ['2026-13-05T10:30', ROME, 'badStart'],
    ['2026-02-30T10:30', ROME, 'badStart'],
    ['2026-11-05T25:00', ROME, 'badStart'],
    ['2026-02-30T10:30Z', null, 'badStart'],
    ['tomorrow', ROME, 'badStart'],
    ['', ROME, 'badStart'],
    [null, ROME, 'badStart'],
    [undefined, ROME, 'badStart'],
    [{}, ROME, 'badStart'],
    [true, ROME, 'badStart'],
    [45_966.4375, ROME, 'badStart'],
    [new Date(Number.NaN), ROME, 'badStart'],
    ['2026-11-05', ROME, 'startWithoutTime'],
    ['2026-11-05T10:30', null, 'startNeedsZone'],
    ['2026-11-05T10:30', 'Europe/Roma', 'badZone'],
    ['2026-11-05T10:30', '', 'badZone'],
  ])('%s in %s: %s', (value, zone, code) => {
    expect(parseStart(value, zone)).toEqual({
      ok: false,
      code,
      sentence: REASONS[code as keyof typeof REASONS].sentence,
    });
  });
});

describe('nights when the clocks change', () => {
  it.each([
    // Put back: 02:00 to 03:00 comes twice in Rome, 01:00 to 02:00 in New York.
    ['2026-10-25T02:30', ROME, [at('2026-10-25T00:30:00Z'), 'overlapFirst']],
    ['2026-10-25T01:59', ROME, [at('2026-10-24T23:59:00Z'), null]],
    ['2026-10-25T03:00', ROME, [at('2026-10-25T02:00:00Z'), null]],
    ['2026-11-01T01:30', 'America/New_York', [at('2026-11-01T05:30:00Z'), 'overlapFirst']],
    // Put forward: 02:00 to 03:00 does not exist.
    ['2027-03-28T02:30', ROME, 'startInGap'],
    ['2027-03-28T01:59', ROME, [at('2027-03-28T00:59:00Z'), null]],
    ['2027-03-28T03:00', ROME, [at('2027-03-28T01:00:00Z'), null]],
    ['2027-03-14T02:30', 'America/New_York', 'startInGap'],
    // The offset says which of the two it is.
    ['2026-10-25T02:30:00+01:00', ROME, [at('2026-10-25T01:30:00Z'), null]],
  ])('%s in %s', (value, zone, expected) => {
    expect(read(value, zone)).toEqual(expected);
  });
});

it('what it reads is the wall clock that was written, on any day in any of these zones', () => {
  const zones = fc.constantFrom(
    ROME,
    'America/New_York',
    'Europe/London',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
  );
  const walls = fc
    .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) })
    .map((ms) => new Date(ms).toISOString().slice(0, 16));
  fc.assert(
    fc.property(walls, zones, (wall, zone) => {
      const result = parseStart(wall, zone);
      const back = result.ok
        ? DateTime.fromMillis(result.at, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")
        : result.code;
      expect([wall, 'startInGap']).toContain(back);
    }),
  );
});
