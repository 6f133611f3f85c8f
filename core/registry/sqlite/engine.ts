import { CompiledQuery, sql } from 'kysely';
import type { Engine } from '../engine';
import { onConflict } from '../onConflict';
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
    async insertAll(db, table, rows, overwrite) {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first);
      const names = sql.join(columns.map((column) => sql.ref(column)));
      const blanks = sql.join(columns.map(() => sql.raw('?')));
      const { sql: text } = sql`insert into ${sql.table(table)} (${names}) values (${blanks})
        ${onConflict(columns, overwrite)}`.compile(db);
      const lists = rows.map((row) => columns.map((column) => row[column as keyof typeof row]));
      // Our driver runs a statement once for each list of parameters.
      await db.executeQuery(CompiledQuery.raw(text, lists));
    },
    async updateAll(db, table, rows) {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first).filter((column) => column !== 'id');
      const set = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.raw('?')}`));
      const { sql: text } = sql`update ${sql.table(table)} set ${set} where id = ${sql.raw('?')}`.compile(db);
      const lists = rows.map((row) => [...columns, 'id'].map((column) => row[column as keyof typeof row]));
      await db.executeQuery(CompiledQuery.raw(text, lists));
    },
    storedByKey: (table) => table.modifyEnd(sql`without rowid`),
    // Without statistics SQLite takes the index wherever there is one.
    learn: () => Promise.resolve(),
    async forbidChanges(db, { table, fixed }) {
      await sql`create trigger ${sql.id(`${table}_append_only`)}
        before update of ${sql.join(fixed.map((column) => sql.id(column)))} on ${sql.id(table)}
        begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end`.execute(db);
    },
  };
}
