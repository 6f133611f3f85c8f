import { DateTime } from 'luxon';
import fc from 'fast-check';
import { adultAt, isBirthDate, isUnderAge, type SubjectFact } from '../../../core/consent/age';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

describe('the day on which somebody comes of age', () => {
  it.each([
    ['2008-11-24', '2026-11-24'],
    ['2000-01-01', '2018-01-01'],
    ['1999-12-31', '2017-12-31'],
    // The laws know 28 February and 1 March; the later one never sends too early.
    ['2008-02-29', '2026-03-01'],
  ])('born on %s: %s', (born, of) => {
    expect(adultAt(born)).toBe(day(of));
  });

  it.each([
    '',
    '2008-02-30',
    '2009-02-29',
    '2008-13-01',
    '2008-1-1',
    '24.11.2008',
    '2008-11-24T00:00',
    'soon',
  ])('is nothing for %j', (text) => {
    expect(adultAt(text)).toBeNull();
    expect(isBirthDate(text, NOW)).toBe(false);
  });

  it('is eighteen calendar years later for every other day', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2026-11-24'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const born = DateTime.fromJSDate(date, { zone: 'utc' }).startOf('day');
        fc.pre(!(born.month === 2 && born.day === 29));
        expect(adultAt(born.toISODate() ?? '')).toBe(born.plus({ years: 18 }).toMillis());
      }),
    );
  });

  it.each([
    ['2026-11-24', true],
    ['2026-11-25', false],
    ['1896-01-01', true],
    // A slip such as 1019 for 2019 would make an adult of a child.
    ['1019-05-05', false],
  ])('can somebody be born on %s: %s', (born, possible) => {
    expect(isBirthDate(born, NOW)).toBe(possible);
  });
});

describe('who counts as under age', () => {
  const subject = (change: Partial<SubjectFact> = {}): SubjectFact => ({
    id: 'subject',
    relation: 'child',
    adultAt: null,
    ...change,
  });

  it.each([
    ['a contact that told no age', null, null, null, false],
    ['a contact before the birthday', NOW + 1, null, null, true],
    ['a contact on the birthday', NOW, null, null, false],
    ['a child whose age nobody told', null, 'subject', subject(), true],
    ['a child before the birthday', null, 'subject', subject({ adultAt: NOW + 1 }), true],
    ['a child that came of age', null, 'subject', subject({ adultAt: NOW }), false],
    ['an adult in care whose age nobody told', null, 'subject', subject({ relation: 'caredFor' }), false],
    [
      'somebody in care who is a child',
      null,
      'subject',
      subject({ relation: 'caredFor', adultAt: NOW + 1 }),
      true,
    ],
    [
      'an adult child of a contact that is under age itself',
      NOW + 1,
      'subject',
      subject({ adultAt: 0 }),
      true,
    ],
    ['a data subject that is not on record', null, 'other', subject({ adultAt: 0 }), true],
  ] as const)('%s', (_name, contactAdultAt, subjectId, own, underAge) => {
    const contact = { adultAt: contactAdultAt, subjects: own ? [own] : [] };
    expect(isUnderAge(contact, subjectId, NOW)).toBe(underAge);
  });
});
