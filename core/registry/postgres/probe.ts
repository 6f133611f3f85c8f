import { Kysely } from 'kysely';
import type { Database } from '../database';
import { postgresEngine } from './engine';

interface Keys {
  registry_keys: { id: string };
}

/**
 * Whether a registry with keys is there already, so that no new key file is made for it. Reads only. Rejects with
 * `registryUnreachable`, `registryAccessDenied` or `registryBusy`.
 */
export async function postgresHasKeys(settings: Extract<Database, { kind: 'postgres' }>): Promise<boolean> {
  const db = new Kysely<Keys>({ dialect: postgresEngine(settings).dialect });
  try {
    const tables = await db.introspection.getTables();
    if (!tables.some(({ name, schema }) => name === 'registry_keys' && schema === settings.schema))
      return false;
    const key = await db
      .withSchema(settings.schema)
      .selectFrom('registry_keys')
      .select('id')
      .executeTakeFirst();
    return key !== undefined;
  } finally {
    await db.destroy();
  }
}
