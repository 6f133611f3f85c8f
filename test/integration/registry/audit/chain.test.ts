import fc from 'fast-check';
import type { AuditHead } from '../../../../core';
import { NOW, testRegistry, type TestRegistry } from '../../../support/registry';
import { auditMacOf } from './auditKey';

const COLUMNS = ['at', 'actor', 'action', 'object', 'outcome', 'details', 'mac', 'controller_id'] as const;
const INSERT =
  'insert into audit_entries (controller_id, seq, at, actor, action, object, outcome, details, mac)';
const UP = (from: number) =>
  `update audit_entries set seq = -seq where seq >= ${from}; update audit_entries set seq = 1 - seq where seq < 0`;

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const verify = (head?: AuditHead) => test.registry.audit.verify('aurora', head ? { head } : {});
const append = async (count: number, registry = test.registry) => {
  for (let index = 0; index < count; index += 1) {
    const entry = { actor: 'test', action: 'test.append', object: `policy:${index}`, outcome: 'done' };
    await registry.audit.append('aurora', entry);
  }
};
const lastSeq = async () => (await test.registry.audit.head('aurora')).seq;
const tamper = (sql: string) => test.database.tamper('audit_entries', sql);

describe('a chain that nobody touched', () => {
  it('verifies, and says which rows it holds', async () => {
    await append(3);
    const rows = await lastSeq();
    expect(await verify()).toEqual({ ok: true, rows, from: 1, to: rows });
  });

  it('stays one chain when several registries write at once', async () => {
    const before = await lastSeq();
    const others = await Promise.all([1, 2, 3].map(() => test.again()));
    await Promise.all([test.registry, ...others].map((registry) => append(50, registry)));
    expect(await verify()).toEqual({ ok: true, rows: before + 200, from: 1, to: before + 200 });
  });

  it('verifies over many pages while others write', async () => {
    await append(1200);
    const [verdict] = await Promise.all([verify(), append(20)]);
    expect(verdict).toMatchObject({ ok: true });
  });

  it('cannot be changed without taking the lock off first', async () => {
    const change = test.database.sql("update audit_entries set outcome = 'other'");
    await expect(change).rejects.toThrow('append-only');
  });
});

describe('a chain that somebody changed', () => {
  beforeEach(() => append(4));

  it.each([
    ['an edit', "update audit_entries set outcome = 'other' where seq = 3", 3, 'changed'],
    ['a deletion', 'delete from audit_entries where seq = 3', 3, 'missing'],
    ['the deletion of its first row', 'delete from audit_entries where seq = 1', 1, 'missing'],
    ['the deletion of all rows', 'delete from audit_entries', 1, 'missing'],
    [
      'a deletion after which the rest moves up',
      'delete from audit_entries where seq = 3; update audit_entries set seq = -seq where seq > 3; update audit_entries set seq = -seq - 1 where seq < 0',
      3,
      'changed',
    ],
    [
      'a row in between',
      `${UP(3)}; ${INSERT} select controller_id, 3, at, actor, action, object, outcome, details, mac from audit_entries where seq = 2`,
      3,
      'inserted',
    ],
    [
      'a row before the first',
      `${INSERT} select controller_id, 0, at, actor, action, object, outcome, details, mac from audit_entries where seq = 2`,
      0,
      'inserted',
    ],
    [
      'a swap',
      'update audit_entries set seq = 99 where seq = 3; update audit_entries set seq = 3 where seq = 4; update audit_entries set seq = 4 where seq = 99',
      3,
      'reordered',
    ],
  ] as const)('names the first row that is not right after %s', async (_name, sql, seq, problem) => {
    await tamper(sql);
    const verdict = await verify();
    expect(verdict).toMatchObject({ ok: false, seq, problem });
    expect(verdict.ok ? '' : verdict.sentence).toContain(String(seq));
  });

  it.each(COLUMNS)('finds an edit of the column %s', async (column) => {
    const value = column === 'at' ? 'at + 1' : "'x'";
    const other = `insert into controllers select 'x', 'other', name, country, languages, zone, privacy_notice_url, allowed_domains, locations, key_epoch, created_at, paused_at from controllers`;
    await tamper(`${other}; update audit_entries set ${column} = ${value} where seq = 3`);
    expect(await verify()).toMatchObject({ ok: false, seq: 3 });
  });

  it('finds the row, whichever it is', async () => {
    await append(30);
    const last = await lastSeq();
    const rows = fc.uniqueArray(fc.integer({ min: 1, max: last }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(rows, async (seqs) => {
        const list = seqs.join(', ');
        await tamper(`update audit_entries set actor = actor || '!' where seq in (${list})`);
        expect(await verify()).toMatchObject({ ok: false, seq: Math.min(...seqs), problem: 'changed' });
        await tamper(
          `update audit_entries set actor = substr(actor, 1, length(actor) - 1) where seq in (${list})`,
        );
      }),
      { numRuns: 10 },
    );
    expect(await verify()).toMatchObject({ ok: true });
  });

  it('stays readable and exportable, so that somebody can see what was changed', async () => {
    const far = Number.MAX_SAFE_INTEGER;
    await tamper(`update audit_entries set details = 'no json', at = ${far} where seq = 3`);
    const { rows } = await test.registry.audit.query('aurora', { limit: 100 });
    expect(rows.find(({ seq }) => seq === 3)?.details).toEqual({ unreadable: true });
    let file = '';
    for await (const chunk of await test.registry.audit.export('aurora', { format: 'csv' })) file += chunk;
    expect(file).toContain(String(far));
  });
});

describe('an exported head', () => {
  let head: AuditHead;
  beforeEach(async () => {
    await append(4);
    head = await test.registry.audit.head('aurora');
  });

  it('fits the chain that it was exported from, also when the chain has grown', async () => {
    expect(await verify(head)).toMatchObject({ ok: true });
    await append(2);
    expect(await verify(head)).toMatchObject({ ok: true, to: head.seq + 2 });
  });

  it('finds rows that were cut off at the end, which nothing else does', async () => {
    await tamper(`delete from audit_entries where seq > ${head.seq - 2}`);
    expect(await verify()).toMatchObject({ ok: true });
    expect(await verify(head)).toMatchObject({ ok: false, seq: head.seq - 1, problem: 'cutTail' });
  });

  it('finds a chain that went on another way, as after an old backup', async () => {
    await tamper(`delete from audit_entries where seq > ${head.seq - 2}`);
    test.clock.set(NOW + 1);
    await append(5);
    expect(await verify()).toMatchObject({ ok: true });
    expect(await verify(head)).toMatchObject({ ok: false, seq: head.seq, problem: 'replaced' });
  });

  it.each([
    ['a row number', { seq: 2 }],
    ['an instant', { at: NOW - 1 }],
    ['a hash', { mac: 'x' }],
    ['a signature', { signature: 'x' }],
    ['a controller', { controller: 'borea' }],
  ])('is not believed when %s in it was edited', async (_name, edit) => {
    const verdict = await verify({ ...head, ...edit });
    expect(verdict).toMatchObject({ ok: false, problem: 'headUnknown' });
  });
});

describe('a chain whose old rows were purged', () => {
  const PURGED = 4;

  /** What a purge writes, made with the registry's own key. */
  async function purge(change: { mac?: string } = {}): Promise<void> {
    const [row] = await test.database.sql(
      `select controller_id, mac from audit_entries where seq = ${PURGED}`,
    );
    const { controller_id: controllerId, mac: rowMac } = row as { controller_id: string; mac: string };
    const mac = change.mac ?? (await ownMac(JSON.stringify([controllerId, PURGED, rowMac, NOW])));
    await test.database.sql(
      `begin; insert into audit_checkpoints (controller_id, seq, row_mac, at, mac) values ('${controllerId}', ${PURGED}, '${rowMac}', ${NOW}, '${mac}'); delete from audit_entries where seq <= ${PURGED}; commit`,
    );
  }

  const ownMac = (text: string): Promise<string> =>
    auditMacOf(test, 'carecampaign/audit/checkpoint/v1', text);

  beforeEach(() => append(6));

  it('goes on from the mark of the purge', async () => {
    const to = await lastSeq();
    await purge();
    expect(await verify()).toEqual({ ok: true, rows: to - PURGED, from: PURGED + 1, to });
    await append(1);
    expect(await verify()).toMatchObject({ ok: true, to: to + 1 });
  });

  it('is not taken for a broken one while the purge goes on', async () => {
    await append(600);
    const [during] = await Promise.all([verify(), purge()]);
    expect(during).toMatchObject({ ok: true });
    expect(await verify()).toMatchObject({ ok: true, from: PURGED + 1 });
  });

  it('goes on also where the purge left no row', async () => {
    await purge();
    await test.database.sql(`delete from audit_entries where seq > ${PURGED}`);
    await append(1);
    expect(await verify()).toMatchObject({ ok: true, rows: 1, from: PURGED + 1 });
  });

  it.each([
    ['that was not written by the registry', 'checkpointForged', () => purge({ mac: 'x' })],
    ['that is gone', 'missing', () => purge().then(() => drop('delete from audit_checkpoints'))],
    [
      'that was moved',
      'checkpointForged',
      () => purge().then(() => drop('update audit_checkpoints set seq = 5')),
    ],
  ] as const)('does not believe a mark %s', async (_name, problem, act) => {
    await act();
    expect(await verify()).toMatchObject({ ok: false, problem });
  });

  it('finds a row that was put back, and one that is missing behind the mark', async () => {
    await purge();
    await tamper(`delete from audit_entries where seq = ${PURGED + 1}`);
    expect(await verify()).toMatchObject({ ok: false, seq: PURGED + 1, problem: 'missing' });
  });

  it('cannot be held against a head from before, except that of its very mark', async () => {
    const old = await headAt(2);
    const same = await headAt(PURGED);
    await purge();
    expect(await verify(old)).toMatchObject({ ok: false, seq: 2, problem: 'headTooOld' });
    expect(await verify(same)).toMatchObject({ ok: true });
  });

  const drop = (sql: string) => test.database.sql(sql).then(() => undefined);

  async function headAt(seq: number): Promise<AuditHead> {
    const [row] = await test.database.sql(`select controller_id, mac from audit_entries where seq = ${seq}`);
    const { controller_id: id, mac } = row as { controller_id: string; mac: string };
    const signature = await auditMacOf(
      test,
      'carecampaign/audit/head/v1',
      JSON.stringify([id, seq, mac, NOW]),
    );
    return { controller: 'aurora', seq, mac, at: NOW, signature };
  }
});
