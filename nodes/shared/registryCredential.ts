import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod/v4';
import { CareError, defaultRegistryPath, type Database } from '../../core';
import { masterKeyOf } from './registryKey';

export const REGISTRY_CREDENTIAL = 'careCampaignRegistryApi';

// n8n stores the fields of both databases, whichever was chosen.
const shared = {
  secretKey: z.string().default(''),
  controllers: z.string().default(''),
};
const schema = z.preprocess(
  (data) => ({ database: 'embedded', ...(data as object) }),
  z.discriminatedUnion('database', [
    z.object({ ...shared, database: z.literal('embedded'), file: z.string().trim().default('') }),
    z.object({
      ...shared,
      database: z.literal('postgres'),
      host: z.string().trim().min(1),
      port: z.coerce.number().int().min(1).max(65_535).default(5432),
      databaseName: z.string().trim().min(1),
      user: z.string().trim().min(1),
      password: z.string().default(''),
      ssl: z.enum(['off', 'encrypt', 'verify']).default('verify'),
      // As PostgreSQL folds names that are not quoted, and as long as it takes them.
      schema: z
        .string()
        .regex(/^[a-z_][a-z0-9_]{0,62}$/)
        .default('carecampaign'),
    }),
  ]),
);

type RegistryFields = z.output<typeof schema>;

export interface RegistryAccess {
  readonly database: Database;
  /** Keys of the controllers that the credential may act for; empty: all. */
  readonly controllers: readonly string[];
  /** Same for two credentials that open the same registry with the same secret. Holds no secret itself. */
  readonly identity: string;
  /** Reads or makes the key: touches disk and database when no secret is set. */
  readonly masterKey: () => Promise<Buffer>;
}

/**
 * The credential as typed values.
 * @throws CareError `registryCredentialInvalid`; in n8n's queue mode `embeddedRegistryInQueueMode`, since main, webhook
 * process and workers would each open a file of their own, and `registryKeyNotShared`, since each would make a key.
 */
export function readRegistryCredential(data: unknown, environment: NodeJS.ProcessEnv): RegistryAccess {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw invalid(parsed.error);
  const fields = parsed.data;
  const keyFile = environment.CARECAMPAIGN_KEY_FILE ?? '';
  if (environment.EXECUTIONS_MODE === 'queue') refuseInQueueMode(fields, keyFile);
  const n8nFolder = folderOfN8n(environment);
  const database = databaseOf(fields, n8nFolder);
  return {
    database,
    controllers: fields.controllers
      .split(',')
      .map((key) => key.trim())
      .filter(Boolean),
    identity: createHash('sha256')
      .update(JSON.stringify([database, fields.secretKey]))
      .digest('base64'),
    masterKey: () => masterKeyOf({ secret: fields.secretKey, database, keyFile, n8nFolder }),
  };
}

// n8n sets it for the main process, webhook processes and workers alike.
function refuseInQueueMode(fields: RegistryFields, keyFile: string): void {
  if (fields.database === 'embedded') {
    throw new CareError(
      'embeddedRegistryInQueueMode',
      'n8n runs in queue mode, where the embedded registry would split in two. Choose PostgreSQL in the registry credential.',
      { field: 'database' },
    );
  }
  if (fields.secretKey === '' && keyFile === '') {
    throw new CareError(
      'registryKeyNotShared',
      'n8n runs in queue mode, where all processes need the same key. Enter a Secret Key in the registry credential, or set CARECAMPAIGN_KEY_FILE for each of them.',
      { field: 'secretKey' },
    );
  }
}

function databaseOf(fields: RegistryFields, n8nFolder: string): Database {
  if (fields.database === 'embedded') {
    return { kind: 'embedded', file: fields.file === '' ? defaultRegistryPath(n8nFolder) : fields.file };
  }
  const { host, port, databaseName, user, password, ssl, schema: ownSchema } = fields;
  return { kind: 'postgres', host, port, database: databaseName, user, password, ssl, schema: ownSchema };
}

/** Where n8n itself keeps its database and its key. */
function folderOfN8n(environment: NodeJS.ProcessEnv): string {
  return path.join(environment.N8N_USER_FOLDER ?? homedir(), '.n8n');
}

// Names the field only: zod's own text quotes the input, and that may be a secret.
function invalid(error: z.ZodError): CareError {
  const field = String(error.issues[0]?.path[0] ?? 'credential');
  return new CareError(
    'registryCredentialInvalid',
    `The field "${field}" of the registry credential is empty or has a value that cannot be used. Open the credential and correct it.`,
    { field },
  );
}
