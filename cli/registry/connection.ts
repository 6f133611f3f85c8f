import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { CareError, type Database, openRegistry, postgresHasKeys, type Registry } from '../../core';
import { readRegistryCredential } from '../../nodes/shared/registryCredential';

/** Which registry, as the credential in n8n names it. */
export interface ConnectionOptions {
  readonly database: 'embedded' | 'postgres';
  readonly file?: string;
  readonly host?: string;
  readonly port?: string;
  readonly databaseName?: string;
  readonly user?: string;
  readonly ssl?: string;
  readonly schema?: string;
}

export interface OutputOptions {
  readonly json?: boolean;
}

/** Secrets come by variables only: arguments stand in the process list and in the shell's history. */
const VARIABLES = `
Variables for secrets, which have no options:
  CARECAMPAIGN_SECRET_KEY   the Secret Key of the credential; without it the key file is used
  CARECAMPAIGN_KEY_FILE     the key file, if it is not registry.key beside the registry
                            (PostgreSQL: .n8n/carecampaign/registry.key in N8N_USER_FOLDER or your home)
  CARECAMPAIGN_DB_PASSWORD  password of the PostgreSQL user`;

const fromEnvironment = (flags: string, what: string, variable: string): Option =>
  new Option(flags, what).env(variable);

/** Adds the options that every command of a registry takes. */
export function withConnection(command: Command): Command {
  return command
    .addOption(
      fromEnvironment('--database <kind>', 'where the registry is', 'CARECAMPAIGN_DATABASE')
        .choices(['embedded', 'postgres'])
        .default('embedded'),
    )
    .addOption(
      fromEnvironment(
        '--file <path>',
        'file of an embedded registry; that of n8n unless given',
        'CARECAMPAIGN_REGISTRY_FILE',
      ),
    )
    .addOption(fromEnvironment('--host <name>', 'PostgreSQL server', 'CARECAMPAIGN_DB_HOST'))
    .addOption(fromEnvironment('--port <number>', 'its port; 5432 unless given', 'CARECAMPAIGN_DB_PORT'))
    .addOption(fromEnvironment('--database-name <name>', 'its database', 'CARECAMPAIGN_DB_NAME'))
    .addOption(fromEnvironment('--user <name>', 'its user', 'CARECAMPAIGN_DB_USER'))
    .addOption(
      fromEnvironment('--ssl <mode>', 'encryption; verify unless given', 'CARECAMPAIGN_DB_SSL').choices([
        'off',
        'encrypt',
        'verify',
      ]),
    )
    .addOption(
      fromEnvironment(
        '--schema <name>',
        'schema of the tables; carecampaign unless given',
        'CARECAMPAIGN_DB_SCHEMA',
      ),
    )
    .option('--json', 'print one JSON document; an error is one on stderr')
    .addHelpText('after', VARIABLES);
}

/** In the audit: `cli:` and the name of the account that ran the command. */
export function actor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // In a container an account may have a number and no name.
    return `cli:uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Opens the registry, runs the command and closes it, whatever happened. A registry that is not there is refused. */
export async function withRegistry<T>(
  options: ConnectionOptions,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const { database, masterKey } = accessOf(options);
  await refuseMissing(database);
  return withOpened(database, await masterKey(), work);
}

/** The same, and makes the registry, with a key file, where there is none. */
export async function withNewRegistry<T>(
  options: ConnectionOptions,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const { database, masterKey } = accessOf(options);
  return withOpened(database, await masterKey(), work);
}

export async function withOpened<T>(
  database: Database,
  masterKey: Buffer,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await openRegistry({
    database,
    masterKey,
    clock: { now: () => Date.now() },
    random: { bytes: (length) => randomBytes(length) },
  });
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/**
 * Where the registry is, and what reads its key.
 * @throws CareError `optionInvalid`, `nodeTooOld`
 */
export function accessOf(options: ConnectionOptions): {
  database: Database;
  masterKey: () => Promise<Buffer>;
} {
  const {
    CARECAMPAIGN_SECRET_KEY: secretKey,
    CARECAMPAIGN_DB_PASSWORD: password,
    ...environment
  } = process.env;
  // The command is one process, whichever mode n8n runs in.
  const { EXECUTIONS_MODE: _mode, ...own } = environment;
  try {
    const access = readRegistryCredential({ ...options, secretKey, password }, own);
    if (access.database.kind === 'embedded') refuseOldNode();
    return access;
  } catch (error) {
    throw asOption(error);
  }
}

/** Makes a new registry by mistake of no command but the one for it: `stats` of a mistyped path would report no people. */
export async function refuseMissing(database: Database): Promise<void> {
  const found = database.kind === 'embedded' ? existsSync(database.file) : await postgresHasKeys(database);
  if (found) return;
  const where =
    database.kind === 'embedded'
      ? 'at this path. Name its file with --file'
      : 'in this database and schema. Correct --database-name and --schema';
  throw new CareError(
    'registryMissing',
    `There is no registry ${where}, or make a new one with "carecampaign registry migrate".`,
    { field: database.kind === 'embedded' ? 'file' : 'schema' },
  );
}

function refuseOldNode(): void {
  if (isBuiltin('node:sqlite')) return;
  throw new CareError(
    'nodeTooOld',
    `An embedded registry needs Node.js 22.13 or newer, and this is ${process.version}. Run the command with the Node.js that runs n8n.`,
  );
}

/** The credential's fields are options here. */
function asOption(error: unknown): unknown {
  if (!(error instanceof CareError) || error.code !== 'registryCredentialInvalid') return error;
  const option = error.at.field?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) ?? 'database';
  return new CareError(
    'optionInvalid',
    `The option --${option} is missing or has a value that cannot be used. See --help.`,
    { field: option },
  );
}

/** The controller that is named, or the only one. */
export async function controllerOf(registry: Registry, named: string | undefined): Promise<string> {
  if (named !== undefined) return (await registry.controllers.get(named)).key;
  const [only, ...others] = await registry.controllers.list();
  if (only && others.length === 0) return only.key;
  throw new CareError(
    'controllerMissing',
    only
      ? 'The registry serves several controllers. Name one with --controller.'
      : 'The registry has no controller yet. Create one with Registry Admin in n8n.',
    { field: 'controller' },
  );
}
