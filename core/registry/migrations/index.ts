import { type Kysely, type Migration, type MigrationProvider, Migrator } from 'kysely';
import { CareError } from '../../errors';
import type { Engine } from '../engine';
import { createRegistry } from './0001_registry';

/** In the order of their names. A published migration never changes. */
const migrations = (engine: Engine): Record<string, Migration> => ({
  '0001_registry': { up: (db: Kysely<unknown>) => createRegistry(db, engine) },
});

/** Brings the schema up to date; one process does it, the others wait. Rejects with `registryNewer`. */
export async function migrate(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const provider: MigrationProvider = { getMigrations: () => Promise.resolve(migrations(engine)) };
  const schema = engine.schema === null ? {} : { migrationTableSchema: engine.schema };
  const migrator = new Migrator({ db, provider, ...schema });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  if (error instanceof CareError) throw error;
  const words = error instanceof Error ? error.message : '';
  if (words.includes('corrupted migrations')) {
    throw new CareError(
      'registryNewer',
      'The registry was made by a newer version of this package. Update n8n-nodes-carecampaign on this machine.',
    );
  }
  throw error instanceof Error ? error : new Error('The registry could not be migrated');
}
