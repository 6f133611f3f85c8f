import { hostname } from 'node:os';
import { sql } from 'kysely';
import { Pool, types } from 'pg';
import type { Database } from '../database';
import type { Engine } from '../engine';
import { onConflict } from '../onConflict';
import { PlainSpokenPostgres } from './dialect';
import { impatient } from './pool';

type Settings = Extract<Database, { kind: 'postgres' }>;

/** Connections of one process; n8n's own default is 2 for its database, and a claim holds one for milliseconds. */
const CONNECTIONS = 8;
const CONNECT_MS = 10_000;
/** No statement of the registry takes so long; a server that is cut off without a word would be waited for for ever. */
const ANSWER_MS = 60_000;
/** Counts and instants. */
const INT8 = types.builtins.INT8;

type Parser = (text: string) => unknown;

function poolOf(settings: Settings): Pool {
  const { host, port, database, user, password, ssl } = settings;
  const pool = new Pool({
    host,
    port,
    database,
    user,
    password,
    ssl: ssl === 'off' ? false : { rejectUnauthorized: ssl === 'verify' },
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MS,
    // All that is asked for at the start of a connection must be known to PgBouncer, which turns others away.
    application_name: `carecampaign ${hostname()}`,
    // A registry that is open must not keep a finished process alive.
    allowExitOnIdle: true,
    // Instants in milliseconds and counts stay far below 2^53.
    types: {
      getTypeParser: (oid: typeof INT8): Parser =>
        oid === INT8 ? Number : (types.getTypeParser(oid) as Parser),
    },
  });
  // A connection that the server ends is replaced at the next query; unheard, the event would end n8n.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A PostgreSQL schema of its own. Writers of one controller take turns; those of others go on meanwhile. */
export function postgresEngine(settings: Settings): Engine {
  const { schema } = settings;
  return {
    dialect: new PlainSpokenPostgres({ pool: () => Promise.resolve(impatient(poolOf(settings))) }, schema),
    schema,
    async exclusively(tx) {
      await sql`select pg_advisory_xact_lock(hashtext(${`carecampaign/${schema}`}))`.execute(tx);
    },
    // Inserting a row that refers to a locked one stays possible, so that a foreign key is no reason to wait.
    locked: (query) => query.forNoKeyUpdate(),
    list: (values) => sql`(select unnest(${[...values]}::text[]))`,
    async insertAll(db, table, rows, overwrite) {
      const [first] = rows;
      if (!first) return;
      const names = Object.keys(first);
      const columns = sql.join(names.map((column) => sql.ref(column)));
      const whole = sql.id(schema, table);
      await sql`insert into ${whole} (${columns})
        select ${columns} from json_populate_recordset(null::${whole}, ${JSON.stringify(rows)}::json)
        ${onConflict(names, overwrite)}`.execute(db);
    },
    async updateAll(db, table, rows) {
      const [first] = rows;
      if (!first) return;
      const columns = Object.keys(first).filter((column) => column !== 'id');
      const set = sql.join(columns.map((column) => sql`${sql.id(column)} = changed.${sql.id(column)}`));
      const whole = sql.id(schema, table);
      await sql`update ${whole} as kept set ${set}
        from json_populate_recordset(null::${whole}, ${JSON.stringify(rows)}::json) as changed
        where kept.id = changed.id`.execute(db);
    },
    storedByKey: (table) => table,
    // Autovacuum would do it a minute later: https://www.postgresql.org/docs/current/populate.html#POPULATE-ANALYZE
    async learn(db, tables) {
      await sql`analyze ${sql.join(tables.map((table) => sql.id(schema, table)))}`.execute(db);
    },
    async forbidChanges(db, { table, fixed }) {
      const refuse = sql.id(schema, `${table}_append_only`);
      await sql`create function ${refuse}() returns trigger language plpgsql as $$
        begin raise exception ${sql.lit(`${table} is append-only`)}; end $$`.execute(db);
      await sql`create trigger ${sql.id(`${table}_append_only`)}
        before update of ${sql.join(fixed.map((column) => sql.id(column)))} on ${sql.id(schema, table)}
        for each row execute function ${refuse}()`.execute(db);
    },
  };
}
