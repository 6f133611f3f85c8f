import { existsSync } from 'node:fs';
import {
  CareError,
  defaultKeyPath,
  defaultRegistryPath,
  keyFromSecret,
  openKeyFile,
  postgresHasKeys,
  readKeyFile,
  type Database,
} from '../../core';

export interface KeySource {
  /** From the credential; empty: a key file. */
  readonly secret: string;
  readonly database: Database;
  readonly n8nFolder: string;
  /** `CARECAMPAIGN_KEY_FILE`, or empty. */
  readonly keyFile: string;
}

/**
 * The key that opens the registry. A key file is made where neither it nor a registry exists. Rejects with
 * `secretTooShort`, `registryWrongKey`, `registryKeyUnreadable`, or what asking the database server gives.
 */
export async function masterKeyOf({ secret, database, n8nFolder, keyFile }: KeySource): Promise<Buffer> {
  if (secret !== '') return keyFromSecret(secret);
  if (database.kind === 'embedded') return readKeyFile(defaultKeyPath(database.file, keyFile), database.file);
  const path = defaultKeyPath(defaultRegistryPath(n8nFolder), keyFile);
  if (!existsSync(path) && (await postgresHasKeys(database))) {
    throw new CareError(
      'registryWrongKey',
      'The database holds a registry, and its key file is missing on this machine. Copy it here from a machine that has it, or from a backup.',
    );
  }
  return openKeyFile(path, false);
}
