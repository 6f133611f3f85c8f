import { emptyFolder, emptySchema, type TestDatabase } from '../support/database';
import { killAgainAndAgain } from '../support/kills';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { type ChildProgram, childProgram } from '../support/registryChild';

jest.setTimeout(1_200_000);

/** `CARECAMPAIGN_SEED` repeats the run of another seed. */
const SEED = process.env.CARECAMPAIGN_SEED ?? '1';
const KILLS = 40;
const SERVER_KILLS = 20;

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

const crashServer = async (): Promise<void> => {
  await server.halt('SIGKILL');
  await server.start();
};

describe(`kill -9 at random moments, seed ${SEED}`, () => {
  it.each<[string, () => TestDatabase, { kills: number; crashServer?: () => Promise<void> }]>([
    ['a process with an embedded registry', emptyFolder, { kills: KILLS }],
    ['a process with PostgreSQL', () => emptySchema(server.url), { kills: KILLS }],
    ['the server of PostgreSQL', () => emptySchema(server.url), { kills: SERVER_KILLS, crashServer }],
  ])(
    'of %s loses nothing that was acknowledged and leaves nothing half written',
    async (_what, place, run) => {
      const database = place();
      const { wrong, acknowledged } = await killAgainAndAgain({ database, program, seed: SEED, ...run });
      expect(wrong).toEqual([]);
      // Most lives were long enough to write.
      expect(acknowledged).toBeGreaterThan(run.kills);
      await database.remove();
    },
  );
});
