import { randomBytes } from 'node:crypto';
import { emptyFolder, emptySchema } from '../../support/database';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { type ChildProgram, childProgram } from '../../support/registryChild';

jest.setTimeout(120_000);

const PROCESSES = 10;

let program: ChildProgram;
let server: TestPostgres;

beforeAll(async () => {
  program = childProgram();
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
  program.remove();
});

describe('ten processes that start at once on an empty database', () => {
  it.each([
    ['an embedded registry', emptyFolder],
    ['PostgreSQL', () => emptySchema(server.url)],
  ])('migrate it once and open it with one set of keys: %s', async (_what, place) => {
    const database = place();
    const masterKey = randomBytes(32).toString('base64');
    const children = Array.from({ length: PROCESSES }, () =>
      program.start({ database: database.options, masterKey, work: 'open', seed: '' }),
    );
    const codes = await Promise.all(children.map((child) => child.ended()));
    const lines = children.flatMap((child) => child.lines);
    expect(lines).toEqual(Array.from({ length: PROCESSES }, () => ({ opened: true })));
    expect(new Set(codes)).toEqual(new Set([0]));
    const migrations = await database.sql('select name from kysely_migration');
    expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
    const kinds = await database.sql('select kind from registry_keys');
    expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(kinds.length);
    await database.remove();
  });
});
