import { startPostgres, type TestPostgres } from './postgres';

declare global {
  var testPostgres: TestPostgres | undefined;
}

/** Starts one server for all test files of the run, unless `TEST_POSTGRES_URL` names one. */
export default async function setup(): Promise<void> {
  if (process.env.TEST_POSTGRES_URL !== undefined) return;
  globalThis.testPostgres = await startPostgres();
  process.env.TEST_POSTGRES_URL = globalThis.testPostgres.url;
}
