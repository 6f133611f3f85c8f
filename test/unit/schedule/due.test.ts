import fc from 'fast-check';
import { CareError } from '../../../core/errors';
import { REASONS } from '../../../core/policy';
import { DEFAULT_STAGES, dueNow, occurrenceOf } from '../../../core/schedule';
import type { Appointment, AppointmentStatus, DoneLookup, StageRule } from '../../../core/schedule';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 5, 9, 30);
const nothingDone: DoneLookup = () => false;

const appointment = (change: Partial<Appointment> = {}): Appointment => ({
  id: 'A-1',
  startsAt: START,
  status: 'booked',
  ...change,
});

function verdicts(
  given: readonly Appointment[],
  now: number,
  done = nothingDone,
  rules = DEFAULT_STAGES,
): string[] {
  return dueNow(given, rules, now, done).map((verdict) =>
    [verdict.row, verdict.due ? 'due' : verdict.code, verdict.stage ?? ''].join(' ').trim(),
  );
}

const only = (...stages: string[]): readonly StageRule[] =>
  DEFAULT_STAGES.filter(({ stage }) => stages.includes(stage));

describe('the clock of the stages', () => {
  it.each([
    [-48 - 1 / 3600, 'notDueYet reminder48h'],
    [-48, 'due reminder48h'],
    [-25 - 1 / 3600, 'due reminder48h'],
    [-25, 'notDueYet logistics24h'],
    [-24, 'due logistics24h'],
    [-3 - 1 / 3600, 'due logistics24h'],
    [-3, 'notDueYet experience2h'],
    [0, 'notDueYet experience2h'],
    [2, 'due experience2h'],
    [24 - 1 / 3600, 'due experience2h'],
    [24, 'due survey1d'],
    [72, 'stageOver'],
  ])('%d hours from the start: %s', (hours, expected) => {
    expect(verdicts([appointment()], START + hours * HOUR)).toEqual([`0 ${expected}`]);
  });

  it('counts the time after the visit from its end, where that is known', () => {
    const long = appointment({ endsAt: START + 3 * HOUR });
    expect(verdicts([long], START + 4 * HOUR)).toEqual(['0 notDueYet experience2h']);
    expect(verdicts([long], START + 5 * HOUR)).toEqual(['0 due experience2h']);
    // An end before the start is a typing mistake; the start counts.
    expect(verdicts([appointment({ endsAt: START - HOUR })], START + 2 * HOUR)).toEqual([
      '0 due experience2h',
    ]);
  });

  it('says until when a due stage is open and from when the next one is', () => {
    const [due] = dueNow([appointment()], DEFAULT_STAGES, START - 30 * HOUR, nothingDone);
    expect(due).toMatchObject({ due: true, closesAt: START - 25 * HOUR });
    const [next] = dueNow([appointment()], DEFAULT_STAGES, START - 100 * HOUR, nothingDone);
    expect(next).toMatchObject({ code: 'notDueYet', opensAt: START - 48 * HOUR });
  });

  it('offers stages that overlap side by side', () => {
    const rules = only('reminder48h', 'logistics24h').map((rule) => ({ ...rule, closesAt: 0 }));
    expect(verdicts([appointment()], START - HOUR, nothingDone, rules)).toEqual([
      '0 due reminder48h',
      '0 due logistics24h',
    ]);
  });
});

describe('why a row is left out', () => {
  it.each<[AppointmentStatus, number, string]>([
    ['cancelled', -30, 'cancelled'],
    ['cancelled', 3, 'cancelled'],
    ['moveRequested', -30, 'moveRequested'],
    ['noShow', 3, 'noShow'],
    ['done', -30, 'notDueYet experience2h'],
    ['done', 3, 'due experience2h'],
    ['confirmed', -30, 'due reminder48h'],
    ['confirmed', -10, 'due logistics24h'],
  ])('%s, %d hours from the start: %s', (status, hours, expected) => {
    expect(verdicts([appointment({ status })], START + hours * HOUR)).toEqual([`0 ${expected}`]);
  });

  it('a visit that is marked as done gets no reminder, even alone', () => {
    expect(
      verdicts([appointment({ status: 'done' })], START - 30 * HOUR, nothingDone, only('reminder48h')),
    ).toEqual(['0 stageOver']);
  });

  it.each([
    [Number.NaN, 'badStart'],
    [Number.POSITIVE_INFINITY, 'badStart'],
    [1_762_335_000, 'badStart'],
    [Date.UTC(2200, 0, 1), 'badStart'],
  ])('start %d: %s', (startsAt, code) => {
    const [verdict] = dueNow([appointment({ startsAt })], DEFAULT_STAGES, START, nothingDone);
    expect(verdict).toEqual({
      row: 0,
      due: false,
      code,
      sentence: REASONS.badStart.sentence,
      occurrence: null,
    });
  });

  it('an appointment without an id is refused, not guessed', () => {
    expect(verdicts([appointment({ id: ' ' })], START)).toEqual(['0 noOccurrence']);
    expect(() => occurrenceOf(appointment({ id: '' }))).toThrow(CareError);
  });

  it('the same occurrence twice goes out once; a moved one is another', () => {
    const moved = appointment({ startsAt: START + HOUR });
    expect(
      verdicts([appointment(), appointment(), moved, appointment({ id: 'A-2' })], START - 30 * HOUR),
    ).toEqual(['0 due reminder48h', '1 duplicateRow', '2 due reminder48h', '3 due reminder48h']);
  });

  it('what is settled is not offered again, and a final refusal keeps its reason', () => {
    const now = START - 30 * HOUR;
    expect(verdicts([appointment()], now, () => true)).toEqual(['0 alreadySent reminder48h']);
    const [verdict] = dueNow([appointment()], DEFAULT_STAGES, now, () => 'deceased');
    expect(verdict).toMatchObject({ code: 'deceased', sentence: REASONS.deceased.sentence });
  });
});

it('an occurrence holds the id and the instant, whatever the zone it was written in', () => {
  expect(occurrenceOf(appointment({ id: ' A-1 ' }))).toBe('A-1@2026-11-05T09:30:00.000Z');
});

describe('properties', () => {
  const rows = fc.array(
    fc.record({
      id: fc.constantFrom('A', 'B', 'C', ''),
      startsAt: fc.oneof(
        fc.integer({ min: START - 100 * HOUR, max: START + 100 * HOUR }),
        fc.constantFrom(Number.NaN, START, -1),
      ),
      status: fc.constantFrom<AppointmentStatus>(
        'booked',
        'confirmed',
        'moveRequested',
        'cancelled',
        'done',
        'noShow',
      ),
    }),
    { maxLength: 30 },
  );

  it('every row gets an answer, in order, and nothing is due twice', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const result = dueNow(given, DEFAULT_STAGES, START, nothingDone);
        expect([...new Set(result.map(({ row }) => row))]).toEqual(given.map((_row, index) => index));
        const due = result.flatMap((verdict) =>
          verdict.due ? [`${verdict.occurrence} ${verdict.stage}`] : [],
        );
        expect(new Set(due).size).toBe(due.length);
      }),
    );
  });

  it('once all that was due is done, a second run at once has nothing to send', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const sent = new Set<string>();
        for (const verdict of dueNow(given, DEFAULT_STAGES, START, nothingDone)) {
          if (verdict.due) sent.add(`${verdict.occurrence} ${verdict.stage}`);
        }
        const again = dueNow(given, DEFAULT_STAGES, START, (occurrence, stage) =>
          sent.has(`${occurrence} ${stage}`),
        );
        expect(again.filter(({ due }) => due)).toEqual([]);
      }),
    );
  });

  it('nothing is due that was cancelled', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const statuses = dueNow(given, DEFAULT_STAGES, START, nothingDone)
          .filter(({ due }) => due)
          .map(({ row }) => given[row]?.status);
        const silent = ['cancelled', 'moveRequested', 'noShow'];
        expect(statuses.filter((status) => silent.includes(status ?? ''))).toEqual([]);
      }),
    );
  });
});
