import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { CareError, openRegistry, type Registry } from '../../core';
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
export const VARIABLES = `
Variables:
  CARECAMPAIGN_SECRET_KEY   the Secret Key of the credential; without it the key file is used
  CARECAMPAIGN_KEY_FILE     the key file, if it is not registry.key beside the registry
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
    .addOption(fromEnvironment('--file <path>', 'file of an embedded registry', 'CARECAMPAIGN_REGISTRY_FILE'))
    .addOption(fromEnvironment('--host <name>', 'PostgreSQL server', 'CARECAMPAIGN_DB_HOST'))
    .addOption(fromEnvironment('--port <number>', 'its port', 'CARECAMPAIGN_DB_PORT'))
    .addOption(fromEnvironment('--database-name <name>', 'its database', 'CARECAMPAIGN_DB_NAME'))
    .addOption(fromEnvironment('--user <name>', 'its user', 'CARECAMPAIGN_DB_USER'))
    .addOption(fromEnvironment('--ssl <mode>', 'off, encrypt or verify', 'CARECAMPAIGN_DB_SSL'))
    .addOption(fromEnvironment('--schema <name>', 'schema of the tables', 'CARECAMPAIGN_DB_SCHEMA'))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', VARIABLES);
}

/** In the audit: `cli:` and the name of the account that ran the command. */
export const actor = (): string => `cli:${userInfo().username}`;

/** Opens the registry, runs the command and closes it, whatever happened. */
export async function withRegistry<T>(
  options: ConnectionOptions,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await open(options);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

async function open(options: ConnectionOptions): Promise<Registry> {
  const {
    CARECAMPAIGN_SECRET_KEY: secretKey,
    CARECAMPAIGN_DB_PASSWORD: password,
    ...environment
  } = process.env;
  // The command is one process, whichever mode n8n runs in.
  const { EXECUTIONS_MODE: _mode, ...own } = environment;
  const { database, masterKey } = readRegistryCredential({ ...options, secretKey, password }, own);
  return openRegistry({
    database,
    masterKey: await masterKey(),
    clock: { now: () => Date.now() },
    random: { bytes: (length) => randomBytes(length) },
  });
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
