import { type Kysely, type Migration, type MigrationProvider, Migrator } from 'kysely';
import { CareError } from '../../errors';
import * as registry from './0001_registry';

/** In the order of their names. A published migration never changes. */
const MIGRATIONS: Readonly<Record<string, Migration>> = { '0001_registry': registry };

const provider: MigrationProvider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) };

/** Brings the schema up to date; one process does it, the others wait. Rejects with `registryNewer`. */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({ db, provider });
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
