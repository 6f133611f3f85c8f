import fc from 'fast-check';
import {
  CONSENT_KINDS,
  type ConsentInput,
  PURPOSES,
  readConsentCsv,
  type RowRefusal,
  type RowResult,
} from '../../../core';
import { rowsByTable } from '../../support/database';
import { consent, HOUR, NOW, person, PROOF, testRegistry, type TestRegistry } from '../../support/registry';

type Row = ConsentInput | RowRefusal;

const DAY = 24 * HOUR;
/** As the pack `it` says for everything but appointments. */
const VALIDITY = 730 * DAY;
const UNREAD: RowRefusal = {
  ok: false,
  code: 'dateInvalid',
  sentence: 'Write it anew.',
  field: 'occurredAt',
};

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

async function importRows(rows: AsyncIterable<Row> | Iterable<Row>, dryRun = false): Promise<RowResult[]> {
  const results: RowResult[] = [];
  const batches = await test.registry.consent.import('aurora', rows, 'test', { dryRun });
  for await (const batch of batches) results.push(...batch);
  return results;
}

const outcome = (result: RowResult | undefined) => {
  if (!result) return 'nothing';
  if (!result.ok) return [result.code, result.field];
  return result.repeated ? 'repeated' : 'recorded';
};
const outcomes = async (...rows: Row[]) => (await importRows(rows)).map(outcome);

async function counts(): Promise<Record<string, number>> {
  const rows = Object.entries(await rowsByTable(test.database));
  return Object.fromEntries(rows.map(([table, { length }]) => [table, length]));
}

/** Each way in which a row can be at fault, and what the user is told. */
const FAULTS: readonly (readonly [string, (row: ConsentInput) => Row, code: string, field: string])[] = [
  ['no proof', ({ proof: _proof, ...row }) => row, 'proofMissing', 'proof'],
  [
    'a proof without its version',
    (row) => ({ ...row, proof: { ...PROOF, textVersion: '' } }),
    'rowInvalid',
    'proof.textVersion',
  ],
  ['no number', (row) => ({ ...row, person: { phone: '' } }), 'badPhone', 'phone'],
  ['no source', (row) => ({ ...row, source: '' }), 'rowInvalid', 'source'],
  ['a date to come', (row) => ({ ...row, occurredAt: NOW + 1 }), 'occurredInFuture', 'occurredAt'],
  ['an end that is over', (row) => ({ ...row, validUntil: NOW }), 'consentStale', 'validUntil'],
  [
    'a date too long ago',
    (row) => ({ ...row, purpose: 'review', occurredAt: NOW - VALIDITY }),
    'consentStale',
    'occurredAt',
  ],
  ['a birth date to come', (row) => ({ ...row, birthDate: '2999-01-01' }), 'birthDateInvalid', 'birthDate'],
  [
    'a tag that tells of health',
    (row) => ({ ...row, profile: { tags: ['diabetes'] } }),
    'containsPhi',
    'tags',
  ],
  ['a cell that could not be read', () => UNREAD, UNREAD.code, UNREAD.field ?? ''],
];

describe('a row of an import', () => {
  it.each(FAULTS)('with %s is refused by code, sentence and field', async (_what, spoilt, code, field) => {
    const [before, refused, after] = await importRows([consent(1), spoilt(consent(2)), consent(3)]);
    expect([before, after].map(outcome)).toEqual(['recorded', 'recorded']);
    expect(refused).toEqual({
      ok: false,
      code,
      field,
      sentence: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
    expect((await counts()).contacts).toBe(2);
  });

  it('without proof is told to be no consent', async () => {
    const { proof: _proof, ...row } = consent(1);
    expect(await importRows([row])).toMatchObject([
      { sentence: expect.stringContaining('no consent') as string },
    ]);
  });
});

describe('a consent that has run out already', () => {
  const old = { occurredAt: NOW - VALIDITY };

  it.each([
    ['given and never renewed in time', { purpose: 'review', ...old }, ['consentStale', 'occurredAt']],
    ['renewed too long ago', { kind: 'renewed', purpose: 'events', ...old }, ['consentStale', 'occurredAt']],
    ['with an end of its own that is over', { validUntil: NOW - 1 }, ['consentStale', 'validUntil']],
    ['that ends now', { validUntil: NOW }, ['consentStale', 'validUntil']],
    [
      'too old, whatever end it names',
      { purpose: 'review', ...old, validUntil: NOW + DAY },
      ['consentStale', 'occurredAt'],
    ],
  ] as const)('%s is refused', async (_what, change, expected) => {
    expect(await outcomes(consent(1, change))).toEqual([expected]);
  });

  it.each([
    ['one that ends in a moment', { validUntil: NOW + 1 }],
    ['the last day of one', { purpose: 'review', occurredAt: NOW - VALIDITY + 1 }],
    ['an old one for appointments, which last until they are withdrawn', { occurredAt: NOW - 9 * VALIDITY }],
    ['an old withdrawal', { kind: 'withdrawn', purpose: 'review', ...old }],
    ['an old no', { kind: 'refused', purpose: 'review', ...old }],
    ['an old objection with an end', { kind: 'objected', purpose: 'review', ...old, validUntil: NOW - 1 }],
  ] as const)('is not %s', async (_what, change) => {
    expect(await outcomes(consent(1, change))).toEqual(['recorded']);
  });

  it('is history, which Record takes, and which opens nothing', async () => {
    const row = consent(1, { purpose: 'review', ...old });
    expect(await test.registry.consent.record('aurora', [row], 'test')).toMatchObject([{ ok: true }]);
    const asked = { person: row.person, purpose: 'review' } as const;
    const [decision] = await test.registry.consent.mayContact('aurora', [asked]);
    expect(decision?.code).toBe('consentExpired');
  });
});

describe('an import', () => {
  const rows = (): Row[] => [
    consent(1, { subject: { ref: 'child-1', relation: 'child', birthDate: '2015-05-05' } }),
    consent(1, { profile: { language: 'it', area: 'north', tags: ['prevention'] }, birthDate: '1980-12-31' }),
    consent(2, { kind: 'withdrawn', purpose: 'review' }),
    consent(3, { collectedIn: 'protectedService' }),
    UNREAD,
  ];

  it('that is a dry run says what would be, and leaves every row of every table as it was', async () => {
    await importRows([consent(4)]);
    const before = await rowsByTable(test.database);
    const planned = await importRows([consent(4), ...rows()], true);
    expect(planned.map(outcome)).toEqual([
      'repeated',
      'recorded',
      'recorded',
      'recorded',
      'recorded',
      ['dateInvalid', 'occurredAt'],
    ]);
    expect(await rowsByTable(test.database)).toEqual(before);
  });

  it('that runs again records nothing twice, in no table but the audit', async () => {
    await importRows(rows());
    const { audit_entries: _first, ...before } = await counts();
    const again = await importRows(rows());
    expect(again.map(outcome)).toEqual([...Array<string>(4).fill('repeated'), ['dateInvalid', 'occurredAt']]);
    const { audit_entries: _second, ...after } = await counts();
    expect(after).toEqual(before);
  });

  it('answers in the order of the rows, over several batches', async () => {
    const many = Array.from({ length: 2_100 }, (_, index): Row =>
      index % 700 === 699 ? UNREAD : consent(index % 5, { occurredAt: NOW - index - 1 }),
    );
    const told = (await importRows(many)).map((result) => result.ok);
    expect(told).toEqual(many.map((row) => !('ok' in row)));
  });

  it('that was cut off by a broken file keeps what was whole, and takes up the rest when it runs again', async () => {
    const table = 'phone,purpose,kind,source,occurredAt';
    const row = (index: number) => `${person(index % 900)},appointment,withdrawn,list ${index},2026-11-01`;
    const lines = [table, ...Array.from({ length: 1_200 }, (_, index) => row(index))];
    const read = (text: string) => readConsentCsv([text], { zone: 'Europe/Rome', now: NOW });
    const broken = importRows(read(`${lines.join('\n')}\n"${'x'.repeat(100_000)}`));
    await expect(broken).rejects.toMatchObject({ code: 'csvUnreadable' });
    const again = await importRows(read(lines.join('\n')));
    const repeated = again.filter((result) => result.ok && result.repeated).length;
    expect([again.length, again.every(({ ok }) => ok)]).toEqual([1_200, true]);
    expect(repeated).toBe(1_000);
    expect((await counts()).consent_events).toBe(1_200);
  });
});

describe('any mix of good and bad rows', () => {
  const PEOPLE = 4;
  const fault = fc.option(fc.constantFrom(...FAULTS), { nil: null, freq: 2 });
  const mix = fc.array(
    fc.record({
      who: fc.nat(PEOPLE - 1),
      purpose: fc.constantFrom(...PURPOSES.filter((purpose) => purpose !== 'screening')),
      kind: fc.constantFrom(...CONSENT_KINDS),
      age: fc.integer({ min: 1, max: 729 }),
      fault,
    }),
    { maxLength: 25 },
  );

  it('is answered in order; the good ones are recorded and the bad ones are not', async () => {
    let next = 0;
    await fc.assert(
      fc.asyncProperty(mix, async (rows) => {
        const first = (next += PEOPLE);
        const before = await counts();
        const inputs = rows.map(({ who, purpose, kind, age, fault: spoilt }) => {
          // What says no needs no proof and is never stale, so only a yes is spoilt.
          const good = { purpose, kind: spoilt ? ('given' as const) : kind, occurredAt: NOW - age * DAY };
          const row = consent(first + who, good);
          return spoilt ? spoilt[1](row) : row;
        });
        const results = await importRows(inputs);
        expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual(
          rows.map(({ fault: spoilt }) => spoilt?.[2] ?? 'ok'),
        );

        const events = new Set(results.flatMap((result) => (result.ok ? [result.eventId] : [])));
        const people = new Set(rows.flatMap(({ who, fault: spoilt }) => (spoilt ? [] : [who])));
        const after = await counts();
        const grown = (table: string) => (after[table] ?? 0) - (before[table] ?? 0);
        expect(['consent_events', 'contacts', 'handles', 'contact_tags'].map(grown)).toEqual([
          events.size,
          people.size,
          people.size,
          0,
        ]);
        const fresh = results.filter((result) => result.ok && !result.repeated);
        expect(fresh).toHaveLength(events.size);
      }),
      { numRuns: 40 },
    );
  });
});
