import type { ContactRequest, InboundEvent, PurgeCounts } from '../../../core';
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
} from '../../support/registry';

const DAY = 24 * HOUR;
const YEAR = 366 * DAY;
let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const purge = (change: { dryRun?: boolean } = {}): Promise<PurgeCounts> =>
  test.registry.retention.purge('aurora', { actor: 'admin', ...change });
const record = (...rows: ReturnType<typeof consent>[]) =>
  test.registry.consent.record('aurora', rows, 'test');
const hear = (...events: InboundEvent[]) => test.registry.inbox.receive('metaCloud', events);

async function rows(table: string): Promise<number> {
  const [row] = await test.database.sql(`select count(*) as rows from ${table}`);
  return Number(row?.rows);
}

async function may(number: number, purpose: ContactRequest['purpose'] = 'appointment'): Promise<string> {
  const [decision] = await test.registry.consent.mayContact('aurora', [
    { person: { phone: person(number) }, purpose },
  ]);
  return decision?.code ?? '';
}

/** References that would lead nowhere. */
const DANGLING: readonly (readonly [string, string, string])[] = [
  ['tasks', 'conversation_id', 'conversations'],
  ['tasks', 'event_id', 'inbound_events'],
  ['inbound_events', 'conversation_id', 'conversations'],
  ['inbound_events', 'outbox_id', 'outbox'],
  ['conversation_entries', 'event_id', 'inbound_events'],
  ['conversation_entries', 'outbox_id', 'outbox'],
  ['outbox', 'event_id', 'inbound_events'],
  ['outbox', 'answered_event_id', 'inbound_events'],
  ['outbox', 'consent_event_id', 'consent_events'],
  ['contact_tags', 'event_id', 'inbound_events'],
  ['contact_frequencies', 'event_id', 'inbound_events'],
  ['handles', 'contact_id', 'contacts'],
];

async function dangling(): Promise<string[]> {
  const found: string[] = [];
  for (const [table, column, to] of DANGLING) {
    const lost = await test.database.sql(
      `select ${column} from ${table} where ${column} is not null and ${column} not in (select id from ${to})`,
    );
    if (lost.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

/** A clinic with a bit of everything, made on the day of NOW. */
async function clinic(): Promise<{ outboxId: string; taskId: string }> {
  await record(consent(1, { profile: { language: 'it', zone: 'Europe/Rome', area: 'Centro' } }), consent(2));
  const outboxId = await sent(test.registry, 1);
  await hear(status(outboxId, 'delivered'));
  const [answer, word] = await hear(message(1, { text: 'Yes' }), message(2, { text: 'Where are you?' }));
  await hear(message(3, { text: 'Hello' }));
  const task = await test.registry.desk.openTask(
    'aurora',
    { kind: 'other', ...(word ? { eventId: word.eventId } : {}) },
    'test',
  );
  const [reply] = await test.registry.outbox.claim(context(), [
    request(1, {
      basis: { kind: 'reply', eventId: answer?.eventId ?? '' },
      kind: 'answer',
      occurrence: answer?.eventId ?? '',
    }),
  ]);
  if (reply?.claimed) {
    await test.registry.outbox.markCalling([reply.outboxId]);
    await test.registry.outbox.settleCall(reply.outboxId, { state: 'accepted', messageId: 'wamid.r' });
    await test.registry.outbox.keepText(reply.outboxId, 'Thank you');
  }
  return { outboxId, taskId: task.id };
}

describe('a purge', () => {
  it('takes nothing on the day after', async () => {
    await clinic();
    test.clock.set(NOW + DAY);
    const counts = await purge();
    expect(Object.values(counts).every((rows) => rows === 0)).toBe(true);
  });

  it('takes everything that is past its time, leaves what decides, and no reference leads nowhere', async () => {
    const { taskId } = await clinic();
    await test.registry.desk.close('aurora', taskId, 'Anna', 'test');
    test.clock.set(NOW + 20 * YEAR);
    const counts = await purge();
    expect(counts).toMatchObject({
      conversations: 3,
      tasks: 1,
      outbox: 2,
      windows: 3,
      profile: 1,
      consents: 0,
      contacts: 1,
    });
    expect(counts.inbound).toBeGreaterThan(3);
    expect(counts.audit).toBeGreaterThan(3);
    for (const table of ['outbox', 'inbound_events', 'conversation_entries', 'tasks', 'service_windows'])
      expect([table, await rows(table)]).toEqual([table, 0]);
    expect(await rows('contacts')).toBe(2);
    expect(await rows('consent_events')).toBe(2);
    expect(await dangling()).toEqual([]);
    expect(await purge()).toMatchObject({ outbox: 0, contacts: 0, inbound: 0 });
  });

  it.each([31, 100, 200, 450, 800, 1200, 2000, 4000])(
    'leaves no reference that leads nowhere after %d days',
    async (days) => {
      await clinic();
      test.clock.set(NOW + days * DAY);
      await purge();
      expect(await dangling()).toEqual([]);
    },
  );

  it('counts the same without writing anything in a dry run', async () => {
    await clinic();
    test.clock.set(NOW + 5 * YEAR);
    const before = await test.registry.audit.list('aurora');
    const counted = await purge({ dryRun: true });
    expect(await test.registry.audit.list('aurora')).toEqual(before);
    expect(await rows('outbox')).toBe(2);
    const { outbox, tasks, conversations, windows, profile, consents, audit } = counted;
    expect(await purge()).toMatchObject({
      outbox,
      tasks,
      conversations,
      windows,
      profile,
      consents,
      audit,
    });
    expect(outbox).toBe(2);
  });

  it('is a row of the audit, with its counts', async () => {
    await clinic();
    test.clock.set(NOW + 3 * YEAR);
    await purge();
    const [last, first] = await test.registry.audit.list('aurora', 2);
    expect(last).toMatchObject({ action: 'retention.purge', outcome: 'done', details: { outbox: 2 } });
    expect(first).toMatchObject({ action: 'retention.purge', outcome: 'started' });
  });

  it('touches no other controller', async () => {
    await clinic();
    const { id: _id, paused: _paused, ...input } = await test.registry.controllers.get('aurora');
    const { version: _version, ...policy } = await test.registry.controllers.policy('aurora');
    await test.registry.controllers.save({ ...input, key: 'boreal', policy }, 'test');
    test.clock.set(NOW + 20 * YEAR);
    const counts = await test.registry.retention.purge('boreal', { actor: 'admin' });
    const { audit: _audit, ...others } = counts;
    expect(Object.values(others).every((rows) => rows === 0)).toBe(true);
    expect(await rows('outbox')).toBe(2);
  });

  it('runs beside itself and beside the traffic', async () => {
    await clinic();
    test.clock.set(NOW + 9 * YEAR);
    const other = await test.again();
    await Promise.all([
      purge(),
      other.retention.purge('aurora', { actor: 'other' }),
      hear(message(1), message(2), message(50)),
      test.registry.consent.record('aurora', [consent(60)], 'test'),
    ]);
    expect(await dangling()).toEqual([]);
    expect(await rows('outbox')).toBe(0);
    expect(await may(60)).toBe('ok');
  });

  it('goes on where one was interrupted', async () => {
    const { taskId } = await clinic();
    await test.registry.desk.close('aurora', taskId, 'Anna', 'test');
    test.clock.set(NOW + 20 * YEAR);
    const killed = test.registry.retention.purge('aurora', {
      actor: 'admin',
      onProgress: ({ kind }) => {
        if (kind === 'outbox') throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await dangling()).toEqual([]);
    await purge();
    expect(await rows('inbound_events')).toBe(0);
  });
});

describe('what is never purged', () => {
  it('is a STOP: who is imported again after twenty years is still suppressed', async () => {
    await record(consent(1));
    await hear(message(1, { text: 'STOP' }));
    test.clock.set(NOW + 20 * YEAR);
    await purge();
    expect(await may(1)).toBe('suppressed');
    expect(await rows('suppressions')).toBeGreaterThan(0);
  });

  it('is the last event about a purpose, however old', async () => {
    await record(
      consent(1),
      consent(1, { kind: 'renewed', occurredAt: NOW - HOUR }),
      consent(1, { purpose: 'events', kind: 'refused' }),
    );
    test.clock.set(NOW + 20 * YEAR);
    expect(await purge()).toMatchObject({ consents: 1 });
    expect(await rows('consent_events')).toBe(2);
    expect(await may(1)).toBe('ok');
    expect(await may(1, 'events')).toBe('refused');
  });

  it('is a message about an appointment that is still to come', async () => {
    await record(consent(1));
    const at = NOW + 6 * YEAR;
    const change = { occurrence: 'A-far', asks: { question: 'appointment', about: 'A', at, zone: 'UTC' } };
    await sent(test.registry, 1, change as Parameters<typeof sent>[2]);
    test.clock.set(NOW + 5 * YEAR);
    expect(await purge()).toMatchObject({ outbox: 0 });
    const [again] = await test.registry.outbox.claim(context(), [request(1, { occurrence: 'A-far' })]);
    expect(again).toMatchObject({ claimed: false, code: 'alreadySent' });
  });

  it('is a message that is on its way', async () => {
    await record(consent(1));
    await test.registry.outbox.claim(context(), [request(1)]);
    test.clock.set(NOW + 5 * YEAR);
    expect(await purge()).toMatchObject({ outbox: 0 });
  });

  it('is the event that a tag or a wish rests on', async () => {
    await record(consent(1));
    const [item] = await hear(message(1));
    const proof = { eventId: item?.eventId ?? '' };
    await test.registry.tags.update('aurora', { phone: person(1) }, { add: ['yoga'] }, proof, 'test');
    test.clock.set(NOW + 5 * YEAR);
    await purge();
    expect(await rows('inbound_events')).toBe(1);
    expect(await dangling()).toEqual([]);
  });

  it('are the words of an open task', async () => {
    const { taskId } = await clinic();
    test.clock.set(NOW + 5 * YEAR);
    expect(await purge()).toMatchObject({ conversations: 2, tasks: 0 });
    const [task] = await test.registry.desk.listTasks('aurora');
    expect(task?.conversationId).not.toBeNull();
    await test.registry.desk.close('aurora', taskId, 'Anna', 'test');
    test.clock.set(NOW + 6 * YEAR);
    expect(await purge()).toMatchObject({ conversations: 1, tasks: 1 });
  });

  it.each([
    ['said not to be theirs', "update handles set state = 'disputed'"],
    ['whose holder died', 'update contacts set deceased_at = 1'],
    ['that is restricted', 'update contacts set restricted_at = 1'],
  ])('is a number %s, also without any consent', async (_what, change) => {
    await hear(message(3));
    await test.database.sql(change);
    const before = await may(3);
    test.clock.set(NOW + 5 * YEAR);
    await purge();
    expect(await may(3)).toBe(before);
  });
});

describe('an erased person', () => {
  it('leaves the facts until the limitation period is over, then nothing but the STOP', async () => {
    await record(consent(1));
    await test.registry.consent.withdraw('aurora', { phone: person(1) }, 'all', 'desk', 'test');
    await test.database.sql(`delete from handles; update contacts set erased_at = ${NOW}`);
    test.clock.set(NOW + 9 * YEAR);
    expect(await purge()).toMatchObject({ consents: 0, contacts: 0 });
    test.clock.set(NOW + 11 * YEAR);
    const counts = await purge();
    expect(counts.consents).toBeGreaterThan(0);
    expect(counts.contacts).toBe(1);
    expect(await rows('consent_events')).toBe(0);
    expect(await rows('suppressions')).toBe(1);
  });
});

describe('engagement', () => {
  it('is counted by month and kept for the months of the policy', async () => {
    await record(consent(1));
    await test.database.sql(
      `insert into contact_engagement (contact_id, month, kind, count) select id, '2024-10', 'read', 1 from contacts;
       insert into contact_engagement (contact_id, month, kind, count) select id, '2024-11', 'read', 1 from contacts`,
    );
    expect(await purge()).toMatchObject({ engagement: 1 });
  });
});

describe('the audit', () => {
  const checkpoints = () => test.database.sql('select seq, row_mac from audit_checkpoints');

  it('loses its oldest rows and says where it begins', async () => {
    await record(consent(1));
    const old = (await test.registry.audit.list('aurora'))[0];
    test.clock.set(NOW + 11 * YEAR);
    const { audit } = await purge();
    expect(audit).toBe(old?.seq);
    const left = await test.registry.audit.list('aurora');
    expect(left.map((row) => row.action)).toEqual(['retention.purge', 'retention.purge']);
    expect((await checkpoints()).map((row) => Number(row.seq))).toEqual([old?.seq]);
  });

  it('keeps all of it while a younger row stands before', async () => {
    await record(consent(1));
    test.clock.set(NOW + 9 * YEAR);
    expect(await purge()).toMatchObject({ audit: 0 });
    expect(await checkpoints()).toEqual([]);
  });

  it('is left as it is when it does not hold, and that is said', async () => {
    await record(consent(1));
    await test.database.tamper('audit_entries', `update audit_entries set actor = 'nobody' where seq = 2`);
    test.clock.set(NOW + 11 * YEAR);
    await expect(purge()).rejects.toMatchObject({ code: 'auditBroken' });
    expect(await rows('audit_entries where seq <= 2')).toBe(2);
    const [last] = await test.registry.audit.list('aurora', 1);
    expect(last).toMatchObject({ action: 'retention.purge', outcome: 'auditBroken' });
  });
});
