import { type ConsentInput, readConsentCsv } from '../../../core';
import { person } from '../../support/registry';

const CONTEXT = { zone: 'Europe/Rome', now: Date.parse('2026-11-24T10:00:00Z') };
const HEADER = 'phone,purpose,kind,source,occurredAt,textShown,tags';
const row = (number: number): string =>
  `${person(number)},appointment,given,desk form,2026-11-01,"I agree, gladly",prevention`;

async function read(...pieces: (string | Uint8Array)[]) {
  const rows: (ConsentInput | { ok: false })[] = [];
  for await (const one of readConsentCsv(pieces, CONTEXT)) rows.push(one);
  return rows;
}

describe('a CSV table of consents', () => {
  it.each([
    ['commas', [HEADER, row(1), row(2)].join('\n')],
    ['Windows line ends and an Excel mark', `\uFEFF${[HEADER, row(1), row(2), ''].join('\r\n')}`],
    [
      'semicolons',
      [HEADER, row(1), row(2)].join('\n').replace('I agree, gladly', 'I agree').replaceAll(',', ';'),
    ],
    ['blanks around names and empty lines', `${HEADER.replaceAll(',', ' , ')}\n\n${row(1)}\n\n${row(2)}\n`],
  ])('is read with %s', async (_how, text) => {
    const rows = await read(text);
    expect(rows).toHaveLength(2);
    expect(rows).toMatchObject([
      {
        person: { phone: person(1) },
        purpose: 'appointment',
        kind: 'given',
        occurredAt: Date.parse('2026-10-31T23:00:00Z'),
        profile: { tags: ['prevention'] },
      },
      { person: { phone: person(2) } },
    ]);
  });

  it('is read alike however its bytes are cut', async () => {
    const bytes = Buffer.from(`${HEADER}\n${row(1).replace('gladly', 'perché no')}\n`);
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect(await read(...pieces)).toEqual(await read(bytes));
  });

  it.each([
    ['another purpose', 'purpose', ['x', '+44', 'advertising', 'given', 'desk'].slice(1)],
    ['a date that is none', 'occurredAt', ['+44', 'appointment', 'given', 'desk', 'yesterday']],
  ])('tells %s by its column and goes on', async (_what, field, cells) => {
    const rows = await read([HEADER, cells.join(','), row(2)].join('\n'));
    expect(rows[0]).toMatchObject({ ok: false, field });
    expect(rows[1]).toMatchObject({ person: { phone: person(2) } });
  });

  it('takes no consent without its date for one of today, and every no', async () => {
    const undated = (kind: string) => `${person(1)},review,${kind},desk form,,I agree,`;
    const kinds = ['given', 'renewed', 'withdrawn', 'refused', 'objected'];
    const rows = await read([HEADER, ...kinds.map(undated)].join('\n'));
    expect(rows.slice(0, 2)).toMatchObject(
      Array(2).fill({ ok: false, code: 'rowInvalid', field: 'occurredAt' }),
    );
    expect(rows.slice(2)).toMatchObject(Array(3).fill({ occurredAt: CONTEXT.now }));
  });

  it('is read alike in one long piece that lies in memory', async () => {
    const text = [HEADER, ...Array.from({ length: 3_000 }, (_, index) => row(index))].join('\n');
    expect(await read(Buffer.from(text))).toHaveLength(3_000);
  });

  it.each([
    ['no header', row(1), 'columnMissing'],
    ['no phone column', 'number,purpose\n1,appointment', 'columnMissing'],
    ['a quote that never ends', `${HEADER}\n"${'x'.repeat(100_000)}`, 'csvUnreadable'],
  ])('with %s is refused, and what it holds is not repeated', async (_what, text, code) => {
    const reading = read(text);
    await expect(reading).rejects.toMatchObject({ code });
    await expect(reading).rejects.not.toThrow(person(1).slice(1));
  });

  it('ends its reading when the file ends with an error', async () => {
    async function* broken() {
      yield `${HEADER}\n${row(1)}\n`;
      await Promise.resolve();
      throw new Error('disk gone');
    }
    const rows = readConsentCsv(broken(), CONTEXT);
    await expect(rows.next().then(() => rows.next())).rejects.toMatchObject({ code: 'csvUnreadable' });
  });
});
