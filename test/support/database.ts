import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { RegistryOptions } from '../../core';

declare global {
  /** Set by the jest project that runs the registry's suite on PostgreSQL. */
  var registryEngine: 'postgres' | undefined;
}

/** A place for a registry, and a way around it: what somebody with the database's password could do. */
export interface TestDatabase {
  readonly options: RegistryOptions['database'];
  /** Runs statements as they stand; answers with the rows of the last one. */
  sql(statements: string): Promise<Record<string, unknown>[]>;
  /** Takes the lock off an append-only table first. */
  tamper(table: string, statements: string): Promise<void>;
  /** All that is stored, as text, for finding what must not be there. */
  everything(): Promise<string>;
  remove(): Promise<void>;
}

/** On the engine that the jest project names. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return globalThis.registryEngine === 'postgres' ? emptySchema() : emptyFolder();
}

export function emptyFolder(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'care-registry-'));
  const file = join(folder, 'registry.sqlite');
  const run = (statements: string): Record<string, unknown>[] => {
    const database = new DatabaseSync(file, { timeout: 5000 });
    try {
      const parts = statements.split(';').filter((part) => part.trim() !== '');
      for (const part of parts.slice(0, -1)) database.exec(part);
      return database.prepare(parts.at(-1) ?? '').all();
    } finally {
      database.close();
    }
  };
  return {
    options: { kind: 'embedded', file },
    sql: (statements) => Promise.resolve().then(() => run(statements)),
    async tamper(table, statements) {
      await this.sql(`drop trigger if exists ${table}_append_only; ${statements}`);
    },
    everything: () =>
      Promise.resolve(
        ['', '-wal']
          .map((suffix) => file + suffix)
          .filter((path) => existsSync(path))
          .map((path) => readFileSync(path, 'latin1'))
          .join('\n'),
      ),
    async remove() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A schema of its own on the server that the project has started, or on another. */
export function emptySchema(url = process.env.TEST_POSTGRES_URL ?? ''): TestDatabase {
  const { hostname: host, port, username, password, pathname } = new URL(url);
  const schema = `care_${randomBytes(6).toString('hex')}`;
  const sql = async (statements: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const answer = await client.query<Record<string, unknown>>(
        `set search_path to ${schema}; ${statements}`,
      );
      // Several statements have several answers, which the types do not tell.
      const answers = answer as unknown as (typeof answer)[];
      return answers.at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  return {
    options: {
      kind: 'postgres',
      host,
      port: Number(port || 5432),
      database: pathname.slice(1),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      ssl: 'off',
      schema,
    },
    sql,
    async tamper(table, statements) {
      await sql(`drop trigger if exists ${table}_append_only on ${table}; ${statements}`);
    },
    async everything() {
      const tables = await sql(
        `select table_name from information_schema.tables where table_schema = '${schema}'`,
      );
      const contents = await Promise.all(
        tables.map(({ table_name: name }) => sql(`select * from ${String(name)}`)),
      );
      return JSON.stringify(tables.map(({ table_name: name }, index) => [name, contents[index]]));
    },
    async remove() {
      await sql(`drop schema if exists ${schema} cascade`);
    },
  };
}

/** All rows of every table, for finding what was written. */
export async function rowsByTable(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const tables = await database.sql(
    database.options.kind === 'postgres'
      ? 'select table_name as "name" from information_schema.tables where table_schema = current_schema()'
      : `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`,
  );
  const names = tables.map(({ name }) => String(name)).sort();
  const rows = await Promise.all(names.map((name) => database.sql(`select * from ${name}`)));
  return Object.fromEntries(names.map((name, index) => [name, rows[index] ?? []]));
}
