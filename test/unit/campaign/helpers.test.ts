import { doneLookup, languageFor, readAppointment } from '../../../core';

describe('readAppointment', () => {
  const cells = {
    id: 'A-1',
    start: '2026-11-03T10:30',
    end: undefined,
    zone: 'Europe/Rome',
    status: undefined,
  };

  it('reads the start in the zone of the row, and takes an empty status for booked', () => {
    expect(readAppointment(cells)).toEqual({
      ok: true,
      appointment: { id: 'A-1', startsAt: Date.UTC(2026, 10, 3, 9, 30), status: 'booked' },
    });
  });

  it('keeps the end, and leaves out one that cannot be read', () => {
    const withEnd = readAppointment({ ...cells, end: '2026-11-03T11:00' });
    expect(withEnd).toMatchObject({ appointment: { endsAt: Date.UTC(2026, 10, 3, 10, 0) } });
    const broken = readAppointment({ ...cells, end: 'later' });
    expect(broken).toEqual(readAppointment(cells));
  });

  it.each([
    ['no id', { id: undefined }, 'noOccurrence'],
    ['a date without a time', { start: '2026-11-03' }, 'startWithoutTime'],
    ['a time that two people read differently', { start: '03/11/2026 10:30' }, 'badStart'],
    ['a zone that does not exist', { zone: 'Europe/Nowhere' }, 'badZone'],
    ['an hour that a spring night leaves out', { start: '2026-03-29T02:30' }, 'startInGap'],
    ['a status word that nobody explained', { status: 'xyzzy' }, 'statusUnknown'],
  ])('refuses %s', (_what, change, code) => {
    expect(readAppointment({ ...cells, ...change })).toMatchObject({ ok: false, code });
  });

  it('understands the clinic’s own word for a status', () => {
    const reading = readAppointment({ ...cells, status: 'Xyzzy' }, { xyzzy: 'cancelled' });
    expect(reading).toMatchObject({ appointment: { status: 'cancelled' } });
  });
});

describe('doneLookup', () => {
  it('tells stages of one appointment apart', () => {
    const done = doneLookup(new Set(['A-1@2026-11-03T09:30:00.000Z\0reminder48h']));
    expect(done('A-1@2026-11-03T09:30:00.000Z', 'reminder48h')).toBe(true);
    expect(done('A-1@2026-11-03T09:30:00.000Z', 'logistics24h')).toBe(false);
    expect(done('A-1@2026-11-04T09:30:00.000Z', 'reminder48h')).toBe(false);
  });
});

describe('languageFor', () => {
  const template = { texts: { it: { body: 'Ciao' }, de: { body: 'Hallo' } } };

  it.each([
    ['the contact’s own language', 'de', ['it'], 'de'],
    ['the controller’s, where the template lacks the contact’s', 'fr', ['it', 'de'], 'it'],
    ['the controller’s next, where the template lacks its first', undefined, ['es', 'de'], 'de'],
    ['none, rather than one that nobody chose', 'fr', ['es'], null],
  ] as const)('takes %s', (_what, wanted, controller, language) => {
    expect(languageFor(template, wanted, controller)).toBe(language);
  });
});
