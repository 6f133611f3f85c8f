import { randomBytes } from 'node:crypto';
import { Kysely, WithSchemaPlugin } from 'kysely';
import { defaultPolicy, openRegistry, type Registry } from '../../../core';
import type { RegistryContext } from '../../../core/registry/context';
import { Keyring } from '../../../core/registry/keyring';
import { postgresEngine } from '../../../core/registry/postgres/engine';
import type { Tables } from '../../../core/registry/schema';
import { reading } from '../../../core/registry/services/reading';
import { sqliteEngine } from '../../../core/registry/sqlite/engine';
import { emptyDatabase } from '../../support/database';
import {
  consent,
  context,
  message,
  NOW,
  person,
  request,
  saveController,
  sent,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const KINDS = ['data', 'lookup', 'conversation'] as const;
const CHILD = { ref: 'child-7', relation: 'child' } as const;

async function may(registry: Registry, number: number): Promise<string | undefined> {
  const [decision] = await registry.consent.mayContact('aurora', [
    { person: { phone: person(number) }, purpose: 'appointment' },
  ]);
  return decision?.code;
}

async function fill(people: number): Promise<void> {
  const rows = Array.from({ length: people }, (_, number) => consent(number));
  await test.registry.consent.record('aurora', rows, 'test');
  await test.registry.consent.record('aurora', [consent(1, { subject: CHILD })], 'test');
}

const keyRows = (kind: string) =>
  test.database.sql(`select id, retired_at from registry_keys where kind = '${kind}' order by created_at`);

/** Stops as a killed process would: between two transactions of the rotation. */
async function interrupted(kind: (typeof KINDS)[number], after: number): Promise<void> {
  let pages = 0;
  const rotating = test.registry.keys.rotate(kind, 'test', {
    batch: 2,
    onProgress: () => {
      pages += 1;
      if (pages === after) throw new Error('killed');
    },
  });
  await expect(rotating).rejects.toThrow('killed');
}

describe('rotating a key', () => {
  it.each(KINDS)('leaves nothing under the old %s key and destroys it', async (kind) => {
    await fill(5);
    await test.registry.inbox.receive('metaCloud', [message(1, { text: 'I come on Thursday' })]);
    const [old] = await keyRows(kind);
    const { converted } = await test.registry.keys.rotate(kind, 'admin', { batch: 2 });
    expect(converted).toBeGreaterThan(0);
    const now = await keyRows(kind);
    expect(now).toHaveLength(1);
    expect(now[0]).toMatchObject({ retired_at: null });
    expect(now[0]?.id).not.toBe(old?.id);
    expect(await test.registry.keys.status()).toContainEqual(
      expect.objectContaining({ kind, oldRows: 0, underWay: false, rotates: true }),
    );
  });

  it('knows every column that is sealed, so that no value is lost with its key', async () => {
    const columns =
      globalThis.registryEngine === 'postgres'
        ? `select table_name as "table", column_name as "column" from information_schema.columns
           where table_schema = current_schema() and (column_name like '%_sealed' or column_name = 'lookup_key')`
        : `select m.name as "table", p.name as "column" from sqlite_master m, pragma_table_info(m.name) p
           where m.type = 'table' and (p.name like '%_sealed' or p.name = 'lookup_key')`;
    const found = (await test.database.sql(columns)).map(
      (row) => `${String(row.table)}.${String(row.column)}`,
    );
    expect(found.sort()).toEqual([
      'consent_events.proof_sealed',
      'conversation_entries.body_sealed',
      'data_subjects.lookup_key',
      'data_subjects.ref_sealed',
      'handles.lookup_key',
      'handles.value_sealed',
      'sender_test_numbers.lookup_key',
      'sender_test_numbers.value_sealed',
    ]);
  });

  it('changes no answer: people, subjects, test numbers and words are found as before', async () => {
    await fill(3);
    await test.registry.senders.setMode('metaCloud', '100200300', 'test', 'test');
    await test.registry.consent.record('aurora', [consent(99)], 'test');
    const [item] = await test.registry.inbox.receive('metaCloud', [message(2, { text: 'See you' })]);
    const task = await test.registry.desk.openTask(
      'aurora',
      { kind: 'other', ...(item ? { eventId: item.eventId } : {}) },
      'test',
    );
    for (const kind of KINDS) await test.registry.keys.rotate(kind, 'admin', { batch: 2 });

    expect(await may(test.registry, 1)).toBe('ok');
    const [child] = await test.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment', subjectRef: CHILD.ref },
    ]);
    expect(child).toMatchObject({ code: 'ok' });
    const [claim] = await test.registry.outbox.claim(context(), [request(99)]);
    expect(claim).toMatchObject({ claimed: true, to: { e164: person(99) } });
    const [refused] = await test.registry.outbox.claim(context(), [request(1)]);
    expect(refused).toMatchObject({ claimed: false, code: 'testMode' });
    const words = await test.registry.desk.read('aurora', task.conversationId ?? '', 'Anna', 'test');
    expect(words.map((entry) => entry.text)).toEqual(['See you']);
    const again = await test.registry.consent.record('aurora', [consent(1, { subject: CHILD })], 'test');
    expect(again).toMatchObject([{ ok: true, repeated: true }]);
  });

  it('stores under the new key what another process had prepared under the old one', async () => {
    await fill(1);
    const other = await test.again();
    await test.registry.keys.rotate('lookup', 'admin');
    await other.consent.record('aurora', [consent(40), consent(40, { purpose: 'survey' })], 'test');
    expect(await may(test.registry, 40)).toBe('ok');
    expect(await test.registry.keys.status()).toContainEqual(
      expect.objectContaining({ kind: 'lookup', oldRows: 0 }),
    );
    expect(await test.registry.consent.record('aurora', [consent(40)], 'test')).toMatchObject([
      { repeated: true },
    ]);
  });

  it.each(KINDS)(
    'goes on with an interrupted rotation of the %s key and makes no third key',
    async (kind) => {
      await fill(7);
      await test.registry.inbox.receive('metaCloud', [message(1), message(2), message(3)]);
      await interrupted(kind, 1);
      const halfway = await keyRows(kind);
      expect(halfway).toHaveLength(2);
      const restarted = await test.again();
      expect(await restarted.keys.status()).toContainEqual(expect.objectContaining({ kind, underWay: true }));
      await restarted.keys.rotate(kind, 'admin', { batch: 2 });
      expect((await keyRows(kind)).map((row) => row.id)).toEqual(
        halfway.filter((row) => row.retired_at === null).map((row) => row.id),
      );
      expect(await may(restarted, 5)).toBe('ok');
    },
  );

  it('makes one new key when two begin together', async () => {
    await fill(6);
    const other = await test.again();
    const before = await test.registry.audit.list('aurora');
    await interrupted('data', 1);
    await Promise.all([test.registry, other].map((each) => each.keys.rotate('data', 'admin', { batch: 2 })));
    const rotated = (await test.registry.audit.list('aurora')).slice(0, -before.length);
    const outcomes = rotated.filter((row) => row.action === 'key.rotate').map((row) => row.outcome);
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(
      outcomes.filter((each) => each === 'started').length,
    );
    expect(await keyRows('data')).toHaveLength(1);
    expect(await may(other, 3)).toBe('ok');
  });

  it('stands in the chain of the controller, which still holds', async () => {
    await fill(1);
    for (const kind of KINDS) await test.registry.keys.rotate(kind, 'admin');
    const rows = (await test.registry.audit.list('aurora')).filter((row) => row.action === 'key.rotate');
    expect(rows.map((row) => `${row.object} ${row.outcome}`)).toEqual(
      [...KINDS].reverse().flatMap((kind) => [`key:${kind} done`, `key:${kind} started`]),
    );
    expect(await test.registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });

  it.each(['suppression', 'audit', 'message'])('refuses to rotate the %s key', async (kind) => {
    await expect(test.registry.keys.rotate(kind as 'data', 'admin')).rejects.toMatchObject({
      code: 'keyNotRotated',
    });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses batches of %d rows before anything changes', async (batch) => {
    await expect(test.registry.keys.rotate('data', 'admin', { batch })).rejects.toMatchObject({
      code: 'inputInvalid',
    });
    expect(await keyRows('data')).toHaveLength(1);
  });

  it('is not needed for a controller that is made later: it starts with the keys of the day', async () => {
    const other = await test.again();
    await test.registry.keys.rotate('data', 'admin');
    const aurora = await other.controllers.get('aurora');
    const { version: _version, ...policy } = defaultPolicy('it');
    const { id: _id, paused: _paused, ...input } = aurora;
    await other.controllers.save({ ...input, key: 'boreal', policy }, 'test');
    await other.consent.record('boreal', [consent(4)], 'test');
    const restarted = await test.again();
    const [decision] = await restarted.consent.mayContact('boreal', [
      { person: { phone: person(4) }, purpose: 'appointment' },
    ]);
    expect(decision).toMatchObject({ code: 'ok' });
    expect(await restarted.keys.status()).toContainEqual(
      expect.objectContaining({ kind: 'data', oldRows: 0 }),
    );
  });
});

describe('another process during a rotation', () => {
  /** A message and a consent of somebody who is known, and the consent of somebody new. */
  async function claimAndRecord(registry: Registry, number: number, contactRef: string): Promise<string> {
    const [claim] = await registry.outbox.claim(context(), [request(number)]);
    const claimed = claim?.claimed && 'e164' in claim.to && claim.to.e164 === person(number);
    const rows = [consent(number), consent(100 + number)];
    const [known, added] = await registry.consent.record('aurora', rows, 'test');
    const repeated = known?.ok && known.repeated && known.contactRef === contactRef;
    return [claimed && 'claimed', repeated && 'repeated', added?.ok && !added.repeated && 'new'].join(', ');
  }

  it.each(KINDS)('keeps finding, hearing, recording and claiming (%s)', async (kind) => {
    const PEOPLE = 40;
    await fill(PEOPLE);
    const other = await test.again();
    const running = new AbortController();
    const rotation = test.registry.keys
      .rotate(kind, 'admin', { batch: 3 })
      .then(() => test.registry.keys.rotate(kind, 'admin', { batch: 3 }))
      .finally(() => running.abort());
    const written: string[] = [];
    let round = 0;
    while (!running.signal.aborted || round === 0) {
      const number = round % PEOPLE;
      const [decision] = await other.consent.mayContact('aurora', [
        { person: { phone: person(number) }, purpose: 'appointment' },
      ]);
      expect(decision).toMatchObject({ code: 'ok' });
      const [heard] = await other.inbox.receive('metaCloud', [message(number)]);
      expect(heard?.contactRef).toBe(decision?.contactRef);
      // Once each: a cap would refuse the next.
      if (round < PEOPLE) written.push(await claimAndRecord(other, number, decision?.contactRef ?? ''));
      round += 1;
    }
    await rotation;
    expect(new Set(written)).toEqual(new Set(['claimed, repeated, new']));
    const doubles = await test.database.sql(
      'select contact_id from handles group by contact_id, kind having count(*) > 1',
    );
    expect(doubles).toEqual([]);
    const [{ people } = { people: 0 }] = await test.database.sql(`select count(*) as people from contacts`);
    expect(Number(people)).toBe(PEOPLE + Math.min(round, PEOPLE));
    expect(await may(test.registry, 100)).toBe('ok');
  });

  it('does not make a second contact of a number that still stands under the old pepper', async () => {
    await fill(6);
    await interrupted('lookup', 1);
    const other = await test.again();
    for (let number = 0; number < 6; number += 1) {
      await other.inbox.receive('metaCloud', [message(number)]);
      await other.consent.record('aurora', [consent(number)], 'test');
    }
    const [{ people } = { people: 0 }] = await test.database.sql('select count(*) as people from contacts');
    expect(Number(people)).toBe(6);
    await test.registry.keys.rotate('lookup', 'admin');
    expect(await may(other, 5)).toBe('ok');
  });

  it('reads once more what a rotation has changed in the middle of the reading', async () => {
    const key = randomBytes(32);
    const random = { bytes: (length: number) => randomBytes(length) };
    const clock = { now: () => NOW };
    const empty = await emptyDatabase();
    const { options: database } = empty;
    const rotator = await openRegistry({ database, masterKey: key, clock, random });
    await saveController(rotator);
    const engine = database.kind === 'postgres' ? postgresEngine(database) : sqliteEngine(database.file);
    const plugins = engine.schema === null ? [] : [new WithSchemaPlugin(engine.schema)];
    const db = new Kysely<Tables>({ dialect: engine.dialect, plugins });
    const keys = await Keyring.open(db, engine, key, clock, random);
    const seen: (readonly string[])[] = [];
    const ctx = { db, engine, keys } as unknown as RegistryContext;
    const answer = await reading(ctx, 'aurora', async () => {
      seen.push(keys.lookups('phone', person(1)));
      if (seen.length > 1) return 'found';
      await rotator.keys.rotate('lookup', 'admin');
      throw new Error('cannot be opened');
    });
    expect(answer).toBe('found');
    expect(seen).toHaveLength(2);
    expect(seen[1]).not.toEqual(seen[0]);
    await Promise.all([db.destroy(), rotator.close()]);
    await empty.remove();
  });

  it('lets a message be answered that was sent before', async () => {
    await fill(2);
    const outboxId = await sent(test.registry, 1);
    await test.registry.keys.rotate('lookup', 'admin');
    const other = await test.again();
    const [item] = await other.inbox.receive('metaCloud', [
      message(1, { text: 'Yes', contextId: `wamid.${outboxId}` }),
    ]);
    expect(item?.replyTo).toMatchObject({ status: 'one', outboxId });
  });
});

describe('an erased person', () => {
  it('is still suppressed when imported again after data and look-up keys were replaced', async () => {
    await fill(2);
    await test.registry.rights.erase(
      'aurora',
      { phone: person(1) },
      'consentWithdrawn',
      'Paola Neri',
      'test',
    );
    await test.registry.keys.rotate('data', 'admin');
    await test.registry.keys.rotate('lookup', 'admin');
    const refused = async (): Promise<unknown[]> => {
      const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
      return [await may(test.registry, 1), claim?.claimed === false && claim.code];
    };
    expect(await refused()).toEqual(['suppressed', 'suppressed']);
    await test.registry.consent.record('aurora', [consent(1, { occurredAt: NOW - 1 })], 'test');
    expect(await refused()).toEqual(['suppressed', 'suppressed']);
  });
});

describe('a changed master key', () => {
  it('opens the registry, and the old one does not any more', async () => {
    await fill(2);
    const changed = randomBytes(32);
    await test.registry.keys.rotateMaster(changed, 'admin');
    await expect(test.again()).rejects.toMatchObject({ code: 'registryWrongKey' });
    const restarted = await test.again(changed);
    expect(await may(restarted, 1)).toBe('ok');
    await test.registry.keys.rotate('data', 'admin');
    expect(await may(restarted, 1)).toBe('ok');
    const rows = await restarted.audit.list('aurora');
    expect(rows.map((row) => row.object)).toContain('key:master');
  });

  it('stops a process that still has the old one at the next rotation, and nothing is lost', async () => {
    await fill(2);
    const other = await test.again();
    const changed = randomBytes(32);
    await test.registry.keys.rotateMaster(changed, 'admin');
    expect(await may(other, 1)).toBe('ok');
    await expect(other.keys.rotate('data', 'admin')).rejects.toMatchObject({ code: 'registryWrongKey' });
    expect(await keyRows('data')).toHaveLength(1);
    await test.registry.keys.rotate('lookup', 'admin');
    await expect(may(other, 1)).rejects.toMatchObject({ code: 'registryWrongKey' });
    await expect(other.inbox.receive('metaCloud', [message(1)])).rejects.toMatchObject({
      code: 'registryWrongKey',
    });
    expect(await may(await test.again(changed), 1)).toBe('ok');
  });

  it.each([0, 16, 33])('refuses a master key of %d bytes', async (bytes) => {
    await expect(test.registry.keys.rotateMaster(randomBytes(bytes), 'admin')).rejects.toMatchObject({
      code: 'registryWrongKey',
    });
    expect(await may(await test.again(), 1)).toBe('unknownContact');
  });
});

describe('a stolen database without the key', () => {
  it('shows no number, no subject and no word, also after rotations', async () => {
    await fill(2);
    await test.registry.inbox.receive('metaCloud', [message(1, { text: 'Please call Tuesday' })]);
    for (const kind of KINDS) await test.registry.keys.rotate(kind, 'admin');
    const everything = await test.database.everything();
    for (const secret of [person(1), person(1).slice(1), CHILD.ref, 'Please call', 'I want to get messages'])
      expect(everything).not.toContain(secret);
  });
});
