import { randomBytes } from 'node:crypto';
import { Kysely, WithSchemaPlugin } from 'kysely';
import { Keyring } from '../../../../core/registry/keyring';
import { postgresEngine } from '../../../../core/registry/postgres/engine';
import type { Tables } from '../../../../core/registry/schema';
import { sqliteEngine } from '../../../../core/registry/sqlite/engine';
import type { TestRegistry } from '../../../support/registry';

/** What somebody who has the key could write: for chains as a purge leaves them. */
export async function auditMacOf(test: TestRegistry, previous: string, row: string): Promise<string> {
  const { options } = test.database;
  const engine = options.kind === 'postgres' ? postgresEngine(options) : sqliteEngine(options.file);
  const plugins = engine.schema === null ? [] : [new WithSchemaPlugin(engine.schema)];
  const db = new Kysely<Tables>({ dialect: engine.dialect, plugins });
  const random = { bytes: (length: number) => randomBytes(length) };
  const keys = await Keyring.open(db, engine, test.masterKey, test.clock, random);
  await db.destroy();
  return keys.auditMac(previous, row);
}
