import { emptyFolder, emptySchema } from '../../support/database';
import { killAgainAndAgain } from '../../support/kills';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { type ChildProgram, childProgram } from '../../support/registryChild';

jest.setTimeout(120_000);

let program: ChildProgram;
let server: TestPostgres;

beforeAll(async () => {
  program = childProgram();
  server = await startPostgres({ durable: true });
});
afterAll(async () => {
  await server.stop();
  program.remove();
});

describe('a process that is killed while it writes', () => {
  it('leaves an embedded registry whole, with all that it had acknowledged', async () => {
    const database = emptyFolder();
    const { wrong, acknowledged } = await killAgainAndAgain({ database, program, kills: 3, seed: 'short' });
    expect(wrong).toEqual([]);
    expect(acknowledged).toBeGreaterThan(5);
    await database.remove();
  });

  it('leaves PostgreSQL whole, and so does the server when it is killed itself', async () => {
    const database = emptySchema(server.url);
    const children = await killAgainAndAgain({ database, program, kills: 2, seed: 'short' });
    const servers = await killAgainAndAgain({
      database: emptySchema(server.url),
      program,
      kills: 2,
      seed: 'short',
      crashServer: async () => {
        await server.halt('SIGKILL');
        await server.start();
      },
    });
    expect([...children.wrong, ...servers.wrong]).toEqual([]);
    expect(Math.min(children.acknowledged, servers.acknowledged)).toBeGreaterThan(5);
  });
});
