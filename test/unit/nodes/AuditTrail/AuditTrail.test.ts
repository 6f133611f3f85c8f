import type { AuditHead, AuditRow, NotSentFilter } from '../../../../core';
import { AuditTrail } from '../../../../nodes/AuditTrail/AuditTrail.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, jsonOf, type FakeRun } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';
import { person } from '../../../support/registry';

jest.mock('../../../../nodes/shared/registry');

type Audit = NonNullable<NonNullable<Parameters<typeof auroraRegistry>[0]>['audit']>;

async function run(
  operation: string,
  audit: Audit,
  given: object = {},
  more: Omit<FakeRun, 'parameters'> = {},
) {
  jest.mocked(registryFor).mockResolvedValue(auroraRegistry({ audit }));
  const parameters = { controller: auroraParameter, operation, filters: {}, options: {}, ...given };
  const context = executeFunctions({ parameters, ...more });
  const outputs = await new AuditTrail().execute.call(context);
  return { json: jsonOf(outputs)[0]!, outputs, hints: context.hints };
}

const AT = Date.parse('2026-11-24T10:00:00Z');
const row = (seq: number): AuditRow => ({
  seq,
  at: AT,
  actor: 'workflow:1/execution:1/unattended',
  action: 'task.open',
  object: 'task:t1',
  outcome: 'other',
  details: {},
});
const head: AuditHead = { controller: 'aurora', seq: 7, mac: 'm', at: AT, signature: 's' };

describe('Query', () => {
  /** A chain of so many rows. */
  const chain = (length: number, calls: object[] = []): Audit => ({
    query: async (key, filter) => {
      calls.push({ key, ...filter });
      const from = filter.after ?? length + 1;
      const count = Math.min(filter.limit, from - 1);
      const rows = Array.from({ length: count }, (_, index) => row(from - 1 - index));
      return { rows, next: from - 1 > count ? from - count : null };
    },
  });

  it.each([
    [50, { limit: 50 }],
    [1200, { returnAll: true }],
    [700, { limit: 700 }],
  ])('gives %i rows for %j, one item each', async (count, given) => {
    const { json } = await run('query', chain(1200), given);
    expect(json).toHaveLength(count);
    expect(json[0]).toMatchObject({ seq: 1200, at: '2026-11-24T10:00:00.000Z' });
    expect(new Set(json.map(({ seq }) => seq)).size).toBe(count);
  });

  it('reads dates without an offset in the zone of the workflow', async () => {
    const calls: object[] = [];
    const filters = {
      since: '2026-11-24T11:00:00',
      until: '2026-11-24T11:00:00Z',
      action: ' task.open ',
      actor: '',
    };
    await run('query', chain(1, calls), { filters });
    expect(calls).toEqual([
      { key: 'aurora', action: 'task.open', since: AT, until: AT + 3_600_000, limit: 50 },
    ]);
  });

  it('says which date it cannot read', async () => {
    const failing = run('query', chain(1), { filters: { since: 'yesterday' } });
    await expect(failing).rejects.toMatchObject({
      message: expect.stringContaining('parameterInvalid') as string,
      description: expect.stringContaining('Since') as string,
    });
  });
});

describe('Verify', () => {
  const heads: unknown[] = [];
  const audit: Audit = {
    verify: async (_key, { head: given } = {}) => {
      heads.push(given);
      return { ok: false, seq: 3, problem: 'changed', sentence: 'Row 3 is not as it was written.' };
    },
  };
  beforeEach(() => heads.splice(0));

  it('says what is broken and whether a cut tail would have been found', async () => {
    const { json } = await run('verify', audit, { headFrom: 'none' });
    expect(json).toEqual([
      {
        controller: 'aurora',
        ok: false,
        seq: 3,
        problem: 'changed',
        sentence: 'Row 3 is not as it was written.',
        withHead: false,
      },
    ]);
    expect(heads).toEqual([undefined]);
  });

  it.each<[string, object, object[]]>([
    ['pasted', { headFrom: 'pasted', head: JSON.stringify(head) }, [{}]],
    [
      'from the item itself',
      { headFrom: 'item', headField: '' },
      [{ ...head, at: '2026-11-24T10:00:00.000Z' }],
    ],
    ['from a field', { headFrom: 'item', headField: 'row.head' }, [{ row: { head } }]],
    ['from a field with JSON', { headFrom: 'item', headField: 'head' }, [{ head: JSON.stringify(head) }]],
    ['from a row of a table', { headFrom: 'item', headField: '' }, [{ id: 1, ...head, seq: '7' }]],
  ])('takes a head %s', async (_name, given, items) => {
    await run('verify', audit, given, { items: items as never });
    expect(heads).toEqual([head]);
  });

  it('refuses an item without a head and goes on with the next', async () => {
    const { json } = await run(
      'verify',
      audit,
      { headFrom: 'item', headField: '' },
      {
        items: [{ seq: 7 }, { ...head }],
      },
    );
    expect(json).toMatchObject([
      { care: { refusal: { by: 'auditTrail', code: 'parameterInvalid' } } },
      { withHead: true },
    ]);
  });
});

describe('Export Head', () => {
  it('gives one item that Verify takes', async () => {
    const { json } = await run('exportHead', { head: async () => head });
    expect(json).toEqual([{ ...head, at: '2026-11-24T10:00:00.000Z' }]);
  });
});

describe('Export', () => {
  it.each([
    ['jsonl', 'application/x-ndjson'],
    ['csv', 'text/csv'],
  ])('gives a file of type %s', async (format, mime) => {
    const files: unknown[] = [];
    const helpers = {
      prepareBinaryData: async (file: AsyncIterable<Buffer>, fileName: string, mimeType: string) => {
        const chunks: Buffer[] = [];
        for await (const chunk of file) chunks.push(chunk);
        files.push([Buffer.concat(chunks).toString('utf8'), fileName, mimeType]);
        return { data: 'x', mimeType };
      },
    };
    const audit: Audit = {
      export: async (_key, options) =>
        (async function* chunks() {
          yield `${options.format} `;
          yield 'Zürich\n';
        })(),
    };
    const { outputs } = await run('export', audit, { format, binaryPropertyName: 'file' }, { helpers });
    expect(files).toEqual([[`${format} Zürich\n`, `audit-aurora.${format}`, mime]]);
    expect(outputs[0]?.[0]?.binary).toHaveProperty('file');
  });
});

describe('Why Not Sent', () => {
  const filters: NotSentFilter[] = [];
  const audit: Audit = {
    whyNotSent: async (_key, filter) => {
      filters.push(filter);
      const message = { outboxId: 'o1', at: AT, state: 'refused', code: 'noConsent', contactRef: 'k1' };
      return { rows: [message as never], counts: { noConsent: 2, testMode: 5 } };
    },
  };
  beforeEach(() => filters.splice(0));

  it('gives one item for each message and a hint with the counts', async () => {
    const { json, hints } = await run('whyNotSent', audit, {
      of: 'everybody',
      filters: { code: 'noConsent' },
    });
    expect(json).toMatchObject([{ code: 'noConsent', at: '2026-11-24T10:00:00.000Z' }]);
    expect(filters).toEqual([{ code: 'noConsent', limit: 50 }]);
    expect(hints).toMatchObject([{ message: '7 not sent: 5 × testMode, 2 × noConsent' }]);
  });

  it('gives the counts as items, with what to do', async () => {
    const { json } = await run('whyNotSent', audit, { of: 'everybody', show: 'counts' });
    expect(json).toMatchObject([
      { code: 'testMode', count: 5 },
      { code: 'noConsent', count: 2, sentence: expect.stringContaining('consent') as string },
    ]);
  });

  it('looks for the person of each item, and keeps the number to itself', async () => {
    const given = { of: 'person', personFrom: 'phone', phoneField: 'phone', returnAll: true };
    const { json } = await run('whyNotSent', audit, given, { items: [{ phone: person(1) }, { phone: '' }] });
    expect(filters).toMatchObject([{ person: { phone: person(1) }, limit: 10_000 }]);
    expect(json[1]).toMatchObject({ care: { refusal: { code: 'badPhone' } } });
    expect(JSON.stringify(json)).not.toContain(person(1).slice(-6));
  });
});

describe('Report', () => {
  it('gives one item for each purpose and part', async () => {
    const calls: object[] = [];
    const audit: Audit = {
      report: async (_key, options) => {
        calls.push(options);
        return {
          ...options,
          purposes: [{ purpose: 'prevention', sent: 12 } as never],
          parts: [{ purpose: 'prevention', part: 'north', sent: '<5' } as never],
        };
      },
    };
    const given = { since: '2026-11-01T00:00:00Z', until: '2026-12-01T00:00:00Z', breakDownBy: 'area' };
    const { json } = await run('report', audit, given);
    expect(calls).toEqual([{ since: Date.parse(given.since), until: Date.parse(given.until), by: 'area' }]);
    expect(json).toMatchObject([
      { of: 'purpose', purpose: 'prevention', sent: 12, since: '2026-11-01T00:00:00.000Z' },
      { of: 'part', part: 'north', sent: '<5' },
    ]);
  });

  it('needs to know since when', async () => {
    const failing = run('report', {}, { since: '' });
    await expect(failing).rejects.toMatchObject({ description: expect.stringContaining('Since') as string });
  });
});
