import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod/v4';
import { CareError, defaultKeyPath, defaultRegistryPath, keyFromSecret, readKeyFile } from '../../core';

export const REGISTRY_CREDENTIAL = 'careCampaignRegistryApi';

const schema = z.object({
  database: z.enum(['embedded']).default('embedded'),
  file: z.string().trim().default(''),
  secretKey: z.string().default(''),
  controllers: z.string().default(''),
});

type RegistryFields = z.output<typeof schema>;

export interface Database {
  readonly kind: 'embedded';
  readonly file: string;
}

export interface RegistryAccess {
  readonly database: Database;
  /** Keys of the controllers that the credential may act for; empty: all. */
  readonly controllers: readonly string[];
  /** Same for two credentials that open the same registry with the same secret. Holds no secret itself. */
  readonly identity: string;
  /** Reads or makes the key: touches the disk when no secret is set. */
  readonly masterKey: () => Buffer;
}

/**
 * The credential as typed values.
 * @throws CareError `registryCredentialInvalid`, or `embeddedRegistryInQueueMode`: main, webhook process and
 * workers would each open a file of their own.
 */
export function readRegistryCredential(data: unknown, environment: NodeJS.ProcessEnv): RegistryAccess {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw invalid(parsed.error);
  const fields = parsed.data;
  if (environment.EXECUTIONS_MODE === 'queue') {
    throw new CareError(
      'embeddedRegistryInQueueMode',
      'n8n runs in queue mode, where the embedded registry would split in two. Run n8n in regular mode.',
    );
  }
  const file = embeddedFile(fields, environment);
  const database: Database = { kind: 'embedded', file };
  return {
    database,
    controllers: fields.controllers
      .split(',')
      .map((key) => key.trim())
      .filter(Boolean),
    identity: createHash('sha256')
      .update(JSON.stringify([database, fields.secretKey]))
      .digest('base64'),
    masterKey: () =>
      fields.secretKey === ''
        ? readKeyFile(defaultKeyPath(file, environment.CARECAMPAIGN_KEY_FILE), file)
        : keyFromSecret(fields.secretKey),
  };
}

function embeddedFile(fields: RegistryFields, environment: NodeJS.ProcessEnv): string {
  return fields.file === '' ? defaultRegistryPath(n8nFolder(environment)) : fields.file;
}

/** Where n8n itself keeps its database and its key. */
function n8nFolder(environment: NodeJS.ProcessEnv): string {
  return path.join(environment.N8N_USER_FOLDER ?? homedir(), '.n8n');
}

// Names the field only: zod's own text quotes the input, and that may be a secret.
function invalid(error: z.ZodError): CareError {
  const field = String(error.issues[0]?.path[0] ?? 'credential');
  return new CareError(
    'registryCredentialInvalid',
    `The field "${field}" of the registry credential has a value that cannot be used. Open the credential and correct it.`,
    { field },
  );
}
