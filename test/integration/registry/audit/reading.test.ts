import { parse } from 'csv-parse/sync';
import type { AuditFilter, Registry } from '../../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  request,
  sent,
  status,
  testRegistry,
  type TestRegistry,
} from '../../../support/registry';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const entry = (change: object = {}) => ({
  actor: 'workflow:12/execution:1/unattended',
  action: 'test.append',
  object: 'policy:1',
  outcome: 'done',
  ...change,
});
const append = (change: object = {}) => test.registry.audit.append('aurora', entry(change));
const query = (filter: Partial<AuditFilter> = {}) =>
  test.registry.audit.query('aurora', { limit: 100, ...filter });

async function contactOf(number: number): Promise<string> {
  const [result] = await test.registry.consent.record('aurora', [consent(number)], 'test');
  if (!result?.ok) throw new Error('not recorded');
  return result.contactRef;
}

describe('a query', () => {
  it.each<[string, Partial<AuditFilter>, number]>([
    ['a run', { actor: 'workflow:12/execution:1/unattended' }, 2],
    ['a workflow with all its runs', { actor: 'workflow:12' }, 3],
    ['no workflow whose ID begins alike', { actor: 'workflow:1' }, 0],
    ['an action', { action: 'test.other' }, 1],
    ['an object', { object: 'policy:2' }, 1],
    ['a period', { since: NOW + 1, until: NOW + 2 }, 1],
    ['several of them at once', { actor: 'workflow:12', action: 'test.other' }, 1],
  ])('finds the rows of %s', async (_name, filter, count) => {
    await append();
    await append({ object: 'policy:2', action: 'test.other' });
    test.clock.set(NOW + 1);
    await append({ actor: 'workflow:12/execution:2/unattended' });
    test.clock.set(NOW + 2);
    await append({ actor: 'workflow:123/execution:3/unattended' });
    expect((await query(filter)).rows).toHaveLength(count);
  });

  it('shows page after page, newest first and each row once, while rows are added', async () => {
    const before = (await query()).rows.length;
    for (let index = 0; index < 7; index += 1) await append();
    const seqs: number[] = [];
    let after: number | undefined;
    do {
      const page = await query({ limit: 3, ...(after === undefined ? {} : { after }) });
      seqs.push(...page.rows.map(({ seq }) => seq));
      after = page.next ?? undefined;
      await append();
    } while (after !== undefined);
    expect(seqs).toEqual(Array.from({ length: before + 7 }, (_, index) => before + 7 - index));
  });

  it('finds all about a person: also who read what they wrote', async () => {
    const contactRef = await contactOf(1);
    await contactOf(2);
    const [item] = await test.registry.inbox.receive('metaCloud', [message(1, { text: 'Ich habe Fieber' })]);
    const task = await test.registry.desk.openTask(
      'aurora',
      { kind: 'sensitive', eventId: item!.eventId },
      'test',
    );
    await test.registry.desk.read('aurora', task.conversationId!, 'Paola Neri', 'test');
    await test.registry.consent.withdraw('aurora', { contactRef }, 'all', 'desk', 'test');
    await test.registry.consent.withdraw('aurora', { phone: person(2) }, 'all', 'desk', 'test');
    const { rows } = await query({ contactRef });
    expect(rows.map(({ action }) => action)).toEqual(['suppress', 'conversation.read', 'task.open']);
  });

  it('shows one controller nothing of another', async () => {
    const controller = await test.registry.controllers.get('aurora');
    const policy = {
      pack: 'it' as const,
      campaignAbove: 50,
      acknowledgements: [],
      conversationDays: 0,
      phi: {},
    };
    await test.registry.controllers.save({ ...controller, key: 'borea', policy }, 'test');
    await append({ action: 'test.own' });
    const { rows } = await test.registry.audit.query('borea', { limit: 100 });
    expect(rows.map(({ action }) => action)).not.toContain('test.own');
    await expect(test.registry.audit.query('nobody', { limit: 1 })).rejects.toMatchObject({
      code: 'controllerUnknown',
    });
  });
});

async function exported(options: Parameters<Registry['audit']['export']>[1]): Promise<string> {
  let text = '';
  for await (const chunk of await test.registry.audit.export('aurora', options)) text += chunk;
  return text;
}

describe('an export', () => {
  const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
  const check = (lines: string[], options = {}) => test.registry.audit.verifyExport('aurora', lines, options);

  it('holds every row in its order, as CSV that no spreadsheet takes for formulas', async () => {
    for (let index = 0; index < 600; index += 1) await append();
    await test.database.tamper(
      'audit_entries',
      `update audit_entries set actor = '=HYPERLINK("x")' where seq = 2; update audit_entries set object = '-1' where seq = 3; update audit_entries set object = '@x' where seq = 4; update audit_entries set object = '+x' where seq = 5`,
    );
    const rows = parse<Record<string, string>>(await exported({ format: 'csv' }), { columns: true });
    expect(rows.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: rows.length }, (_, i) => i + 1));
    expect(rows[1]).toMatchObject({ actor: `'=HYPERLINK("x")`, at: new Date(NOW).toISOString() });
    expect(rows.slice(2, 5).map(({ object }) => object)).toEqual(["'-1", "'@x", "'+x"]);
  });

  it('has a heading also without rows', async () => {
    const text = await exported({ format: 'csv', since: NOW + HOUR });
    expect(text).toBe('seq,at,actor,action,object,outcome,details\n');
    expect(await exported({ format: 'jsonl', since: NOW + HOUR })).toBe('');
  });

  it('can be verified as a copy, when the rows in the registry are long gone', async () => {
    for (let index = 0; index < 600; index += 1) await append({ details: { 2: 'x', 1: index, b: null } });
    const head = await test.registry.audit.head('aurora');
    const lines = linesOf(await exported({ format: 'jsonl' }));
    await test.database.sql('delete from audit_entries');
    expect(await check(lines, { head })).toEqual({ ok: true, rows: lines.length, from: 1, to: lines.length });
  });

  it('can be verified as a part of the chain', async () => {
    await append();
    test.clock.set(NOW + HOUR);
    await append();
    await append();
    test.clock.set(NOW + 2 * HOUR);
    await append();
    const part = linesOf(await exported({ format: 'jsonl', since: NOW + HOUR, until: NOW + 2 * HOUR }));
    expect(part).toHaveLength(2);
    expect(await check(part)).toMatchObject({ ok: true, rows: 2 });
  });

  const other = (line: string, change: object): string =>
    JSON.stringify({ ...(JSON.parse(line) as object), ...change });

  it.each<[string, (lines: string[]) => string[], object]>([
    ['an edited line', (l) => l.with(2, other(l[2]!, { outcome: 'x' })), { seq: 3, problem: 'changed' }],
    ['other details', (l) => l.with(2, other(l[2]!, { details: { a: 1 } })), { seq: 3, problem: 'changed' }],
    ['a broken link', (l) => l.with(2, other(l[2]!, { previousMac: 'x' })), { seq: 3, problem: 'changed' }],
    ['a line that is no row', (l) => l.with(2, 'x'), { seq: 3, problem: 'changed' }],
    ['a missing line', (l) => l.toSpliced(2, 1), { seq: 3, problem: 'missing' }],
    ['a line twice', (l) => l.toSpliced(2, 0, l[1]!), { seq: 2, problem: 'inserted' }],
    ['no line', () => [], { seq: 1, problem: 'missing' }],
  ])('is told apart with %s', async (_name, edit, verdict) => {
    await append();
    expect(await check(edit(linesOf(await exported({ format: 'jsonl' }))))).toMatchObject({
      ok: false,
      ...verdict,
    });
  });

  it('is told apart when its end is cut, by the head', async () => {
    const head = await test.registry.audit.head('aurora');
    const lines = linesOf(await exported({ format: 'jsonl' })).slice(0, -1);
    expect(await check(lines)).toMatchObject({ ok: true });
    expect(await check(lines, { head })).toMatchObject({ problem: 'cutTail', seq: head.seq });
  });
});

describe('why a message was not sent', () => {
  const why = (filter: object = {}) => test.registry.audit.whyNotSent('aurora', { limit: 50, ...filter });

  beforeEach(async () => {
    await test.registry.consent.record(
      'aurora',
      [1, 2, 3, 4].map((number) => consent(number)),
      'test',
    );
    await test.registry.consent.withdraw('aurora', { phone: person(1) }, 'appointment', 'desk', 'test');
    const requests = [
      request(1, { occurrence: 'Mario Rossi 2026' }),
      request(2, { screened: ['Your HIV test'] }),
      request(9),
    ];
    await test.registry.outbox.claim(context(), requests);
    const failed = await sent(test.registry, 3);
    await test.registry.inbox.receive('metaCloud', [status(failed, 'failed', { errorCode: '131026' })]);
    const [lost] = await test.registry.outbox.claim(context(), [request(4)]);
    if (!lost?.claimed) throw new Error('not claimed');
    await test.registry.outbox.markCalling([lost.outboxId]);
    await test.registry.outbox.settleCall(lost.outboxId, { state: 'unknown' });
    await sent(test.registry, 2, { occurrence: 'B-2' });
  });

  it('tells the code, the words and what decided, and counts by code', async () => {
    const { rows, counts } = await why();
    expect(counts).toEqual({
      consentWithdrawn: 1,
      containsPhi: 1,
      unknownContact: 1,
      noWhatsApp: 1,
      answerLost: 1,
    });
    const [withdrawal] = await test.database.sql("select id from consent_events where kind = 'withdrawn'");
    expect(rows.find(({ code }) => code === 'consentWithdrawn')).toMatchObject({
      sentence: expect.stringContaining('withdrew') as string,
      state: 'refused',
      final: false,
      kind: 'reminder',
      stage: 'reminder48h',
      template: 'appointment_reminder_48h',
      purpose: 'appointment',
      actor: 'workflow:1/execution:1',
      policyVersion: 1,
      consentEventId: withdrawal?.id,
    });
    expect(rows.find(({ code }) => code === 'noWhatsApp')).toMatchObject({
      state: 'failed',
      final: true,
      providerCode: '131026',
    });
  });

  it.each<[string, object, string[]]>([
    ['a person', { person: { phone: person(1) } }, ['consentWithdrawn']],
    ['a code', { code: 'containsPhi' }, ['containsPhi']],
    ['an occurrence', { occurrence: 'Mario Rossi 2026' }, ['consentWithdrawn']],
    ['a kind that nothing has', { kind: 'survey' }, []],
    ['a period that is over', { until: NOW }, []],
    ['the limit', { limit: 1, code: 'containsPhi' }, ['containsPhi']],
  ])('is narrowed down by %s', async (_name, filter, codes) => {
    expect((await why(filter)).rows.map(({ code }) => code)).toEqual(codes);
  });

  it('says of whom the registry does not know that it does not', async () => {
    await expect(why({ person: { phone: person(50) } })).rejects.toMatchObject({ code: 'unknownContact' });
    await expect(why({ person: { phone: '12' } })).rejects.toMatchObject({ code: 'badPhone' });
  });

  it('counts by when it was decided, also where an old refusal was judged again', async () => {
    test.clock.set(NOW + HOUR);
    await test.registry.outbox.claim(context(), [request(9)]);
    expect((await why({ since: NOW + HOUR })).counts).toEqual({ unknownContact: 1 });
  });

  it('shows no key of the user’s own, which may hold a name', async () => {
    await test.registry.outbox.claim(context(), [
      request(9, { kind: 'visit of Mario', stage: '+39 333 1234567', occurrence: 'Mario' }),
    ]);
    const { rows } = await why();
    expect(JSON.stringify(rows)).not.toMatch(/Mario|333/);
    const again = await why({ occurrence: 'Mario Rossi 2026' });
    expect(rows.map(({ occurrence }) => occurrence)).toContain(again.rows[0]?.occurrence);
  });
});

describe('the report', () => {
  const report = (by?: 'campaign' | 'area') =>
    test.registry.audit.report('aurora', { since: NOW - HOUR, until: NOW + HOUR, ...(by ? { by } : {}) });

  async function invite(numbers: readonly number[], area: string, key: string): Promise<string[]> {
    const given = numbers.map((number) =>
      consent(number, { purpose: 'prevention', occurredAt: NOW - 1, profile: { area, language: 'en' } }),
    );
    await test.registry.consent.record('aurora', given, 'test');
    await test.registry.campaigns.save('aurora', { key, name: key, purpose: 'prevention' }, 'test');
    await test.registry.campaigns.approve('aurora', key, 'Paola Neri', 'test');
    const ids: string[] = [];
    for (const number of numbers) {
      const invitation = { kind: `campaign:${key}`, occurrence: `${key}:${number}`, stage: 'invitation' };
      ids.push(
        await sent(test.registry, number, {
          ...invitation,
          purpose: 'prevention',
          asks: null,
          campaignKey: key,
        }),
      );
    }
    return ids;
  }

  it('counts what was sent, how it ended, and what people said', async () => {
    const [read, failed] = await invite([1, 2, 3], 'north', 'autumn');
    await test.registry.inbox.receive('metaCloud', [
      status(read!, 'read'),
      status(failed!, 'failed', { errorCode: '131026' }),
    ]);
    await test.registry.outbox.claim(context(), [request(9)]);
    await test.registry.inbox.receive('metaCloud', [message(3, { text: 'STOP' })]);
    await test.registry.consent.withdraw('aurora', { phone: person(1) }, 'prevention', 'desk', 'test');
    const { purposes, parts } = await report();
    const prevention = purposes.find(({ purpose }) => purpose === 'prevention');
    expect(prevention).toEqual({
      purpose: 'prevention',
      sent: 3,
      delivered: 1,
      read: 1,
      failed: 1,
      unknown: 0,
      refused: 0,
      refusedBy: {},
      optOuts: 1,
      consentsGiven: 3,
      consentsWithdrawn: 1,
    });
    expect(purposes.find(({ purpose }) => purpose === 'appointment')).toMatchObject({
      refused: 1,
      refusedBy: { unknownContact: 1 },
      optOuts: 1,
    });
    expect(parts).toEqual([]);
  });

  it.each(['campaign', 'area'] as const)('covers small numbers by %s', async (by) => {
    await invite([1, 2, 3, 4, 5, 6], 'north', 'north');
    await invite([11, 12, 13, 14, 15, 16, 17], 'east', 'east');
    await invite([21, 22], 'south', 'south');
    const { parts, purposes } = await report(by);
    expect(purposes.find(({ purpose }) => purpose === 'prevention')).toMatchObject({ sent: 15 });
    expect(parts.map(({ part, sent: count }) => [part, count])).toEqual([
      ['east', 7],
      // 15 - 7 - 6 would tell that there are two in the south.
      ['north', 'withheld'],
      ['south', '<5'],
    ]);
  });

  it('refuses a period that ends before it begins', async () => {
    const backwards = test.registry.audit.report('aurora', { since: NOW, until: NOW });
    await expect(backwards).rejects.toMatchObject({ code: 'inputInvalid' });
  });
});

describe('what the audit keeps', () => {
  const PHONE = '+39 333 123 4567';
  const PHRASE = 'she cannot walk since Tuesday';
  const WORD = 'diabetes';
  const TEXTS = [PHONE, PHONE.replaceAll(' ', ''), PHONE.slice(1).replaceAll(' ', ''), PHRASE];

  it.each(TEXTS)('is neither a number nor a text: %s', async (plant) => {
    await append({ actor: plant, action: plant, object: plant, outcome: plant, details: { [plant]: plant } });
    await append({ details: { note: Number(plant.replace(/\D/g, '')) } });
    expect(await test.database.everything()).not.toContain(plant);
  });

  it.each([...TEXTS, WORD])('is no key that gives somebody away: %s', async (plant) => {
    await append({
      actor: `cli:${plant}`,
      object: `contact:${plant}`,
      details: { person: plant, note: plant },
    });
    expect(await test.database.everything()).not.toContain(plant);
  });

  it.each(TEXTS)('holds nothing of what callers bring along: %s', async (plant) => {
    const { registry } = test;
    const proof = { ...consent(1).proof!, textShown: plant, reference: plant, recordedBy: plant };
    await registry.consent.record('aurora', [consent(1, { source: plant, proof })], plant);
    await registry.tags.update('aurora', { phone: person(1) }, {}, { recordedBy: plant }, plant);
    const task = await registry.desk.openTask('aurora', { kind: 'other', about: plant }, plant);
    await registry.desk.close('aurora', task.id, plant, plant);
    await registry.campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'events' }, plant);
    await registry.campaigns.approve('aurora', 'autumn', plant, plant);
    await registry.outbox.claim(context({ actor: plant }), [
      request(1, { kind: plant, occurrence: plant, stage: plant, screened: [plant] }),
    ]);
    await registry.consent.withdraw('aurora', { phone: person(1) }, 'all', plant, plant);
    const rows = JSON.stringify(await test.database.sql('select * from audit_entries'));
    expect(rows).not.toContain(plant);
    expect(rows).toContain('hidden.');
  });

  it('is all that the nodes write by themselves', async () => {
    const id = 'k3j5h2g7f4d6s2a5q7w3e4r6t2';
    const actors = [
      'inbox',
      'cli:paola.neri',
      'workflow:12/execution:12345678/unattended',
      'workflow:Ab3xY12345678901/execution:7/user:0b9d3c1e-1111-4222-8333-123456789012',
    ];
    const details = {
      person: 'Paola de’ Neri',
      by: 'M. Rossi',
      until: '2027-03-01',
      rows: 12,
      at: NOW,
      ref: id,
    };
    for (const actor of actors) await append({ actor, object: `contact:${id}`, details });
    const { rows } = await query({ action: 'test.append' });
    expect(rows.map(({ actor }) => actor)).toEqual(actors.toReversed());
    expect(rows[0]).toMatchObject({ object: `contact:${id}`, details });
  });
});
