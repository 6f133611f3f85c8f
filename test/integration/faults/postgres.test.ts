import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import getPort from 'get-port';
import { Client, Pool } from 'pg';
import { openRegistry, type Registry, type RegistryOptions } from '../../../core';
import { impatient } from '../../../core/registry/postgres/pool';
import { emptySchema } from '../../support/database';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { consent, NOW, registerAurora, testRegistry, type TestRegistry } from '../../support/registry';
import { childProgram } from '../../support/registryChild';
import { asksEverything, claims, mayContact, records } from '../../support/yes';

jest.setTimeout(120_000);

type Settings = Extract<RegistryOptions['database'], { kind: 'postgres' }>;

const ALL_WELL = ['yes', 'yes', 'done'];

let server: TestPostgres;
let settings: Settings;

beforeAll(async () => {
  server = await startPostgres();
  settings = emptySchema(server.url).options as Settings;
});
afterAll(() => server.stop());

const open = (change: Partial<Settings> = {}, masterKey = randomBytes(32)): Promise<Registry> =>
  openRegistry({
    database: { ...settings, ...change },
    masterKey,
    clock: { now: () => NOW },
    random: { bytes: (length) => randomBytes(length) },
  });

async function asAdministrator(statements: string): Promise<void> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(statements).finally(() => client.end());
}

describe('a registry that cannot be opened', () => {
  let nobody: number;
  beforeAll(async () => {
    nobody = await getPort({ host: '127.0.0.1' });
    await asAdministrator("create role guest login password 'guest'");
  });

  it.each<[string, () => Partial<Settings>, string]>([
    ['a port where nobody listens', () => ({ port: nobody }), 'registryUnreachable'],
    ['a host that has no address', () => ({ host: 'nowhere.invalid' }), 'registryUnreachable'],
    ['a wrong password', () => ({ password: 'guess' }), 'registryAccessDenied'],
    ['no password', () => ({ password: '' }), 'registryAccessDenied'],
    ['a user that is not there', () => ({ user: 'stranger' }), 'registryAccessDenied'],
    ['a database that is not there', () => ({ database: 'missing' }), 'registryUnreachable'],
    ['a user without rights', () => ({ user: 'guest', password: 'guest' }), 'registryAccessDenied'],
    ['SSL that the server does not offer', () => ({ ssl: 'verify' }), 'registryUnreachable'],
    ['encryption that the server does not offer', () => ({ ssl: 'encrypt' }), 'registryUnreachable'],
  ])('with %s', async (_what, change, code) => {
    const failure = await open(change()).then(String, (error: unknown) => error);
    expect(failure).toMatchObject({ name: 'CareError', code });
    expect(String(failure)).not.toMatch(/guess|stranger|missing|nowhere/);
  });

  it('by a user who may read the tables of another and do no more', async () => {
    const owner = await open();
    await owner.close();
    await asAdministrator(`grant usage on schema ${settings.schema} to guest;
      grant select on all tables in schema ${settings.schema} to guest`);
    await expect(open({ user: 'guest', password: 'guest' })).rejects.toMatchObject({
      code: expect.stringMatching(/^registry(AccessDenied|WrongKey)$/) as string,
    });
  });
});

describe('a role that owns the schema and may do nothing else', () => {
  it('is enough to make the registry and to use it', async () => {
    await asAdministrator(`create role least login password 'least' nosuperuser nocreatedb nocreaterole;
      create schema least authorization least`);
    const registry = await open({ user: 'least', password: 'least', schema: 'least' });
    await registerAurora(registry);
    await registry.consent.record('aurora', [consent(1)], 'test');
    expect(await asksEverything(registry)).toEqual(ALL_WELL);
    await registry.close();
  });
});

describe('a database that only lets itself be read', () => {
  it('gives a code to whoever wants to send', async () => {
    const place = emptySchema(server.url);
    const masterKey = randomBytes(32);
    const database = place.options as Settings;
    const registry = await open(database, masterKey);
    await registerAurora(registry);
    await registry.consent.record('aurora', [consent(1)], 'test');
    await registry.close();

    await asAdministrator('alter role carecampaign set default_transaction_read_only = on');
    const replica = await open(database, masterKey);
    expect(await asksEverything(replica)).toEqual(['yes', 'registryReadOnly', 'registryReadOnly']);
    await replica.close();
    await asAdministrator(
      'begin read write; alter role carecampaign reset default_transaction_read_only; commit',
    );
    await place.remove();
  });
});

describe('a server that goes away and comes back', () => {
  let test: TestRegistry;
  let registry: Registry;
  beforeEach(async () => {
    test = await testRegistry('live', emptySchema(server.url));
    ({ registry } = test);
    await registry.consent.record('aurora', [consent(1)], 'test');
  });
  afterEach(() => test.close());

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'while nobody asks (%s): the next question is answered',
    async (signal) => {
      await server.halt(signal);
      expect(await asksEverything(registry)).toEqual(Array.from({ length: 3 }, () => 'registryUnreachable'));
      await server.start();
      expect(await asksEverything(registry)).toEqual(ALL_WELL);
    },
  );

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'while a claim waits in the middle of its transaction (%s)',
    async (signal) => {
      const other = new Client({ connectionString: server.url });
      other.on('error', () => undefined);
      await other.connect();
      const { schema } = test.database.options as Settings;
      await other.query(`begin; lock table ${schema}.outbox in exclusive mode`);
      const waiting = [claims(registry, 1), records(registry, 2)];
      await setTimeout(300);
      await server.halt(signal);
      const [claim, recorded] = await Promise.all(waiting);
      expect(claim).toBe('registryUnreachable');
      // The record may have been through before the server went.
      expect(recorded).toMatch(/^(registryUnreachable|done)$/);
      await server.start();
      expect(await registry.outbox.list('aurora')).toEqual([]);
      expect(await asksEverything(registry)).toEqual(ALL_WELL);
      expect(await registry.audit.verify('aurora')).toMatchObject({ ok: true });
    },
  );

  it('leaves the process that asks alive, and answers it again', async () => {
    const program = childProgram();
    const masterKey = randomBytes(32);
    const place = emptySchema(server.url);
    const first = await open(place.options as Settings, masterKey);
    await registerAurora(first);
    await first.consent.record('aurora', [consent(1)], 'test');
    await first.close();
    const child = program.start({
      database: place.options,
      masterKey: masterKey.toString('base64'),
      work: 'ask',
      seed: '',
    });
    const asked = (wanted: string) => child.until(({ outcomes }) => outcomes?.[2] === wanted);
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      await asked('done');
      await server.halt(signal);
      await asked('registryUnreachable');
      await server.start();
    }
    await asked('done');
    child.finish();
    expect(await child.ended()).toBe(0);
    const codes = new Set(child.lines.flatMap(({ outcomes = [] }) => outcomes));
    expect([...codes].filter((code) => code.startsWith('no code'))).toEqual([]);
    program.remove();
  });

  it('rolls a batch back when one of its rows waits too long for another process', async () => {
    const { schema } = test.database.options as Settings;
    const other = new Client({ connectionString: server.url });
    await other.connect();
    await other.query(`begin; lock table ${schema}.handles in exclusive mode`);
    const rows = [consent(6), consent(1, { source: 'again' }), consent(7)];
    await expect(registry.consent.record('aurora', rows, 'test')).rejects.toMatchObject({
      code: 'registryBusy',
    });
    await other.end();
    expect(await mayContact(registry, 6)).toBe('unknownContact');
    expect(await asksEverything(registry)).toEqual(ALL_WELL);
  });
});

describe('a connection on which no answer comes', () => {
  it('is closed, and nobody else is made to wait behind it', async () => {
    const pool = new Pool({ connectionString: server.url, max: 1, query_timeout: 500 });
    // The server may say goodbye to a connection that is just being closed.
    pool.on('error', () => undefined);
    const impatientPool = impatient(pool);
    const first = await impatientPool.connect();
    await expect(first.query('select pg_sleep(60)', [])).rejects.toThrow('Query read timeout');
    first.release();
    const second = await impatientPool.connect();
    expect((await second.query('select 1 as one', [])).rows).toEqual([{ one: 1 }]);
    second.release();
    await impatientPool.end();
  });
});

describe('PgBouncer between us and the server', () => {
  it('is asked at the start of a connection for nothing that it does not know', async () => {
    const asked: string[][] = [];
    const listener = createServer((socket) => {
      // Length and version, then names and values, each ended by a zero.
      socket.once('data', (packet: Buffer) => {
        asked.push(packet.subarray(8).toString().split('\0'));
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    await expect(open({ port })).rejects.toMatchObject({ code: 'registryUnreachable' });
    await new Promise((resolve) => listener.close(resolve));
    const names = asked[0]?.filter((_text, index) => index % 2 === 0 && _text !== '') ?? [];
    expect(names.sort()).toEqual(['application_name', 'client_encoding', 'database', 'user']);
  });
});
