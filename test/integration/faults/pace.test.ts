import { consent, testRegistry } from '../../support/registry';
import { emptyFolder, emptySchema } from '../../support/database';
import { BATCH, BATCHES, RATE } from '../../support/child/claims';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { type ChildProgram, childProgram } from '../../support/registryChild';

jest.setTimeout(120_000);

const PROCESSES = 2;

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

describe('two processes that send for one number at once', () => {
  it.each([
    ['an embedded registry', emptyFolder],
    ['PostgreSQL', () => emptySchema(server.url)],
  ])('share its rate and get no instant twice: %s', async (_what, place) => {
    const test = await testRegistry('live', place());
    const people = Array.from({ length: BATCHES * BATCH }, (_, number) => consent(number));
    await test.registry.consent.record('aurora', people, 'test');
    const children = Array.from({ length: PROCESSES }, (_, index) =>
      program.start({
        database: test.database.options,
        masterKey: test.masterKey.toString('base64'),
        work: 'claim',
        seed: `child${index}`,
      }),
    );
    await Promise.all(children.map((child) => child.ended()));
    const instants = children
      .flatMap(({ lines }) => lines.flatMap((line) => line.instants ?? []))
      .sort((a, b) => a - b);
    expect(instants).toHaveLength(PROCESSES * BATCHES * BATCH);
    const gaps = instants.slice(1).map((at, index) => at - (instants[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000 / RATE - 0.001);
    await test.close();
  });
});
