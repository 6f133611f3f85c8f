import { sql } from 'kysely';
import type { Engine } from '../engine';
import { sqliteThreadDialect } from './dialect';

/** One file, written by one transaction at a time: `begin immediate` holds the write lock of the whole file. */
export function sqliteEngine(file: string): Engine {
  return {
    dialect: sqliteThreadDialect(file),
    schema: null,
    // The transaction that asks has the only write lock already.
    exclusively: () => Promise.resolve(),
    locked: (query) => query,
    async forbidChanges(db, { table, fixed }) {
      await sql`create trigger ${sql.id(`${table}_append_only`)}
        before update of ${sql.join(fixed.map((column) => sql.id(column)))} on ${sql.id(table)}
        begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end`.execute(db);
    },
  };
}
