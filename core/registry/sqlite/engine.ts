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
    list: (values) => sql`(select value from json_each(${JSON.stringify(values)}))`,
    async insertAll(db, table, rows, onConflict = 'fail') {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first);
      const values = columns.map((_, index) => sql`value ->> ${sql.lit(index)}`);
      const lists = rows.map((row) => columns.map((column) => row[column as keyof typeof row]));
      const ignore = onConflict === 'ignore' ? sql`on conflict do nothing` : sql``;
      await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
        select ${sql.join(values)} from json_each(${JSON.stringify(lists)}) where true ${ignore}`.execute(db);
    },
    async forbidChanges(db, { table, fixed }) {
      await sql`create trigger ${sql.id(`${table}_append_only`)}
        before update of ${sql.join(fixed.map((column) => sql.id(column)))} on ${sql.id(table)}
        begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end`.execute(db);
    },
  };
}
