import fc from 'fast-check';
import { getCountries } from 'libphonenumber-js';
import { DateTime, IANAZone } from 'luxon';
import { inQuietHours, nextPermitted, zonesOfCountry } from '../../../core/schedule';

const NIGHT = { from: '21:00', to: '08:00', sundays: false };
const SIESTA = { from: '13:00', to: '15:30', sundays: false };
const ROME = 'Europe/Rome';
const NEW_YORK = 'America/New_York';
const MINUTE = 60_000;

const local = (iso: string, zone: string): number => DateTime.fromISO(iso, { zone }).toMillis();

describe('inQuietHours', () => {
  it.each([
    ['2026-11-03T20:59', false],
    ['2026-11-03T21:00', true],
    ['2026-11-04T00:00', true],
    ['2026-11-04T07:59', true],
    ['2026-11-04T08:00', false],
  ])('night over midnight, %s in Rome: %s', (iso, quiet) => {
    expect(inQuietHours(local(iso, ROME), [ROME], NIGHT)).toBe(quiet);
  });

  it.each([
    ['2026-11-07T23:59', false],
    ['2026-11-08T00:00', true],
    ['2026-11-08T12:00', true],
    ['2026-11-09T00:00', false],
  ])('a quiet Sunday beside a siesta, %s: %s', (iso, quiet) => {
    expect(inQuietHours(local(iso, ROME), [ROME], { ...SIESTA, sundays: true })).toBe(quiet);
  });

  it('is quiet when it is so in any of the zones or spans', () => {
    const noonInRome = local('2026-11-03T12:00', ROME);
    expect(inQuietHours(noonInRome, [ROME], NIGHT)).toBe(false);
    expect(inQuietHours(noonInRome, [ROME, NEW_YORK], NIGHT)).toBe(true);
    expect(inQuietHours(local('2026-11-03T14:00', ROME), [ROME], [NIGHT, SIESTA])).toBe(true);
  });

  it.each([[[]], [['Mars/Olympus']], [[ROME, '']]])(
    'not knowing where the person is (%j) is quiet',
    (zones) => {
      const noon = local('2026-11-03T12:00', ROME);
      expect(inQuietHours(noon, zones, NIGHT)).toBe(true);
      expect(nextPermitted(noon, zones, NIGHT)).toBeNull();
    },
  );

  it('no spans, no quiet', () => {
    expect(inQuietHours(local('2026-11-03T02:00', ROME), [ROME], [])).toBe(false);
  });
});

describe('nextPermitted', () => {
  it.each([
    ['2026-11-03T12:00', '2026-11-03T12:00'],
    ['2026-11-03T22:15', '2026-11-04T08:00'],
    ['2026-11-04T07:59', '2026-11-04T08:00'],
    // Put back on 25 October: the night is an hour longer.
    ['2026-10-24T22:00', '2026-10-25T08:00'],
    // Put forward on 28 March: an hour shorter.
    ['2027-03-27T22:00', '2027-03-28T08:00'],
  ])('from %s in Rome it is %s', (from, expected) => {
    expect(nextPermitted(local(from, ROME), [ROME], NIGHT)).toBe(local(expected, ROME));
  });

  it('measures real hours over a change of clocks', () => {
    const autumn = local('2026-10-24T22:00', ROME);
    const spring = local('2027-03-27T22:00', ROME);
    expect((nextPermitted(autumn, [ROME], NIGHT) ?? 0) - autumn).toBe(11 * 60 * MINUTE);
    expect((nextPermitted(spring, [ROME], NIGHT) ?? 0) - spring).toBe(9 * 60 * MINUTE);
  });

  it('with quiet hours that end in the gap, it is where the clock jumps', () => {
    const hours = { from: '22:00', to: '02:30', sundays: false };
    expect(nextPermitted(local('2027-03-27T23:00', ROME), [ROME], hours)).toBe(
      local('2027-03-28T03:00', ROME),
    );
    expect(nextPermitted(local('2027-03-13T23:00', NEW_YORK), [NEW_YORK], hours)).toBe(
      local('2027-03-14T03:00', NEW_YORK),
    );
  });

  it('in the hour that comes twice, quiet that ends at half past ends twice', () => {
    const hours = { from: '22:00', to: '02:30', sundays: false };
    const firstEnd = Date.parse('2026-10-25T00:30:00Z');
    const secondQuiet = Date.parse('2026-10-25T01:10:00Z');
    expect(nextPermitted(firstEnd - 60 * MINUTE, [ROME], hours)).toBe(firstEnd);
    expect(inQuietHours(secondQuiet, [ROME], hours)).toBe(true);
    expect(nextPermitted(secondQuiet, [ROME], hours)).toBe(Date.parse('2026-10-25T01:30:00Z'));
  });

  it('skips Saturday night and the quiet Sunday behind it', () => {
    expect(nextPermitted(local('2026-11-07T22:00', ROME), [ROME], { ...NIGHT, sundays: true })).toBe(
      local('2026-11-09T08:00', ROME),
    );
  });

  it('waits until it is day in every zone of a wide country', () => {
    const at = nextPermitted(local('2026-11-04T09:00', NEW_YORK), zonesOfCountry('US'), NIGHT);
    expect(at).toBe(local('2026-11-04T08:00', 'Pacific/Honolulu'));
  });

  it('says so when no time of day suits', () => {
    const halves = [
      { from: '00:00', to: '12:00', sundays: false },
      { from: '12:00', to: '00:00', sundays: false },
    ];
    expect(nextPermitted(local('2026-11-04T09:00', ROME), [ROME], halves)).toBeNull();
  });
});

describe('properties over all zones, spans and clock changes', () => {
  const clockTime = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '59'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const span = fc
    .record({ from: clockTime, to: clockTime, sundays: fc.boolean() })
    .filter(({ from, to }) => from !== to);
  const zone = fc.constantFrom(
    ROME,
    NEW_YORK,
    'Europe/London',
    'Asia/Singapore',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo',
    'Pacific/Honolulu',
  );
  // Half of the instants lie in the nights when the clocks of Rome or New York change.
  const instant = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
    fc
      .tuple(
        fc.constantFrom('2026-10-25T00:00Z', '2027-03-28T00:00Z', '2026-11-01T05:00Z', '2027-03-14T06:00Z'),
        fc.integer({ min: -720, max: 720 }),
      )
      .map(([iso, minutes]) => Date.parse(iso) + minutes * MINUTE),
  );

  it('the next permitted time is permitted, not in the past, and the first', () => {
    fc.assert(
      fc.property(
        instant,
        fc.array(zone, { minLength: 1, maxLength: 2 }),
        fc.array(span, { minLength: 1, maxLength: 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (now, zones, spans, share) => {
          const next = nextPermitted(now, zones, spans);
          if (next === null) return;
          expect(next).toBeGreaterThanOrEqual(now);
          expect(inQuietHours(next, zones, spans)).toBe(false);
          if (next === now) return;
          expect(inQuietHours(next - 1, zones, spans)).toBe(true);
          expect(inQuietHours(now + Math.floor(share * (next - 1 - now)), zones, spans)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('zonesOfCountry', () => {
  it.each([
    ['IT', [ROME]],
    ['it', [ROME]],
    ['GB', ['Europe/London']],
    ['SG', ['Asia/Singapore']],
    ['XK', ['Europe/Belgrade']],
    ['', []],
    ['??', []],
  ])('%j: %j', (country, zones) => {
    expect(zonesOfCountry(country)).toEqual(zones);
  });

  it('has the islands of Spain and both ends of the United States', () => {
    expect(zonesOfCountry('ES')).toEqual(expect.arrayContaining(['Europe/Madrid', 'Atlantic/Canary']));
    expect(zonesOfCountry('US')).toEqual(expect.arrayContaining([NEW_YORK, 'Pacific/Honolulu']));
  });

  it('knows a valid zone for every country that a phone number can have', () => {
    for (const country of getCountries()) {
      const zones = zonesOfCountry(country);
      expect([country, zones.length > 0]).toEqual([country, true]);
      for (const name of zones) expect([name, IANAZone.isValidZone(name)]).toEqual([name, true]);
    }
  });
});
