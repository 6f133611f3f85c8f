import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { CareError, type Registry } from '../../../core';
import type { TestDatabase } from '../../support/database';
import {
  consent,
  context,
  message,
  person,
  request,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';
import { asksEverything, claims, mayContact, records } from '../../support/yes';

jest.setTimeout(60_000);

let test: TestRegistry;
let registry: Registry;

beforeEach(async () => {
  test = await testRegistry();
  ({ registry } = test);
  await registry.consent.record('aurora', [consent(1)], 'test');
});
afterEach(() => test.close());

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof CareError ? error.code : `no code: ${String(error)}`;
  }
};

describe('without a fault', () => {
  it('the questions of this suite are answered with a yes', async () => {
    expect(await asksEverything(registry)).toEqual(['yes', 'yes', 'done']);
  });
});

describe('a question that makes no sense', () => {
  it.each(['', ' ', '+', 'phone', '0', '+44', '+4420794600010000000000', '\u0000', '٠٢٠'])(
    'about the phone number %j is refused with badPhone',
    async (phone) => {
      const named = { person: { phone } };
      const [decision] = await registry.consent.mayContact('aurora', [{ ...named, purpose: 'appointment' }]);
      const [claim] = await registry.outbox.claim(context(), [request(1, named)]);
      const [row] = await registry.consent.record('aurora', [consent(1, named)], 'test');
      expect(decision).toMatchObject({ allowed: false, code: 'badPhone' });
      expect(claim).toMatchObject({ claimed: false, code: 'badPhone' });
      expect(row).toMatchObject({ ok: false, code: 'badPhone' });
    },
  );

  it.each(['', 'marketing', 'APPOINTMENT', 'constructor', '__proto__'])(
    'for the purpose %j is refused',
    async (name) => {
      const purpose = name as 'appointment';
      const [decision] = await registry.consent.mayContact('aurora', [
        { person: { phone: person(1) }, purpose },
      ]);
      const [claim] = await registry.outbox.claim(context(), [request(1, { purpose })]);
      expect(decision).toMatchObject({ allowed: false, code: 'purposeUnknown' });
      expect(claim).toMatchObject({ claimed: false, code: 'purposeUnknown' });
      expect(await registry.outbox.list('aurora')).toEqual([]);
    },
  );

  it.each<[string, (key: string) => Promise<unknown>]>([
    [
      'may we',
      (key) => registry.consent.mayContact(key, [{ person: { phone: person(1) }, purpose: 'appointment' }]),
    ],
    ['claim', (key) => registry.outbox.claim(context({ controllerKey: key }), [request(1)])],
    ['record', (key) => registry.consent.record(key, [consent(1)], 'test')],
    ['withdraw', (key) => registry.consent.withdraw(key, { phone: person(1) }, 'all', 'desk', 'test')],
    ['audience', (key) => registry.audience.select(key, { purpose: 'prevention', limit: 10 } as never)],
    ['audit', (key) => registry.audit.verify(key)],
  ])('%s, about a controller that nobody registered, stops with controllerUnknown', async (_what, ask) => {
    expect(await codeOf(ask('nobody'))).toBe('controllerUnknown');
    expect(await codeOf(ask(''))).toBe('controllerUnknown');
  });

  it('from a sender that nobody registered stops before anything is written', async () => {
    expect(await codeOf(registry.outbox.claim(context({ phoneNumberId: '404' }), [request(1)]))).toBe(
      'senderUnknown',
    );
    expect(await codeOf(registry.inbox.receive('metaCloud', [message(1, { phoneNumberId: '404' })]))).toBe(
      'senderUnknown',
    );
  });
});

describe('a registry that another process holds', () => {
  it('says so after a while, still answers questions, and goes on when it is let go', async () => {
    const release = await hold(test.database);
    const claim = await claims(registry, 1);
    const asked = await mayContact(registry, 1);
    await release();
    expect([claim, asked]).toEqual(['registryBusy', 'yes']);
    expect(await asksEverything(registry)).toEqual(['yes', 'yes', 'done']);
  });
});

describe('a registry that lost a table', () => {
  it.each([
    'suppressions',
    'consent_events',
    'handles',
    'policy_versions',
    'outbox',
    'audit_entries',
    'controllers',
  ])('gives no right to send without %s', async (table) => {
    await test.database.sql(`alter table ${table} rename to gone`);
    const claim = await claims(registry, 1);
    const asked = await mayContact(registry, 1);
    await test.database.sql(`alter table gone rename to ${table}`);
    expect(claim).toBe('registryDamaged');
    // The audit is only written to.
    expect(asked).toBe(table === 'audit_entries' ? 'yes' : 'registryDamaged');
    expect(await asksEverything(registry)).toEqual(['yes', 'yes', 'done']);
  });
});

describe('a failure in the middle of a batch', () => {
  it('undoes the rows before it as well', async () => {
    await refuseInsert(test.database, 'consent_events', "source = 'third'");
    const rows = [consent(2), consent(3), consent(4, { source: 'third' }), consent(5)];
    await expect(registry.consent.record('aurora', rows, 'test')).rejects.toThrow();
    expect(await Promise.all([2, 3, 4, 5].map((number) => mayContact(registry, number)))).toEqual(
      Array.from({ length: 4 }, () => 'unknownContact'),
    );
    expect(await records(registry, 2)).toBe('done');
    expect(await registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });

  it('in the audit takes the claim back that it should have told about', async () => {
    await refuseInsert(test.database, 'audit_entries', "action = 'outbox.claim'");
    expect(await claims(registry, 1)).toMatch(/^no code/);
    expect(await registry.outbox.list('aurora')).toEqual([]);
  });
});

/** Somebody else’s transaction that has what every writer of the controller needs. */
async function hold({ options }: TestDatabase): Promise<() => Promise<void>> {
  if (options.kind === 'embedded') {
    const other = new DatabaseSync(options.file);
    other.exec('begin immediate');
    return async () => other.close();
  }
  const other = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await other.connect();
  await other.query(`begin; select * from ${options.schema}.controllers for update`);
  return () => other.end();
}

/** As a full disk or a broken page would: the statement fails, whatever stood before it. */
async function refuseInsert(database: TestDatabase, table: string, when: string): Promise<void> {
  const condition = `new.${when}`;
  if (database.options.kind === 'embedded') {
    const { file } = database.options;
    const other = new DatabaseSync(file);
    other.exec(`create trigger fault before insert on ${table} when ${condition}
      begin select raise(abort, 'fault'); end`);
    other.close();
    return;
  }
  await database.sql(`create function fault() returns trigger language plpgsql as
    $$ begin raise exception 'fault'; end $$;
    create trigger fault before insert on ${table} for each row when (${condition}) execute function fault()`);
}
