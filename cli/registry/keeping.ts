import { Command, Option } from 'commander';
import { CareError, keyFromSecret, readKeyFile, type RotatingKey } from '../../core';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { print, progressBar } from './output';

interface PurgeOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly dryRun?: boolean;
}

interface RotateOptions extends ConnectionOptions, OutputOptions {
  readonly kind: RotatingKey | 'master';
}

const PURGE_HELP = `
It may be interrupted and run again, and n8n goes on meanwhile. Run it once a day.`;

/** `carecampaign registry purge` */
export function purgeCommand(): Command {
  return withConnection(new Command('purge'))
    .description('Delete what has been kept for as long as the policy says')
    .option('--controller <key>', 'for whom; may be left out where there is only one')
    .option('--dry-run', 'count what would go, and delete nothing')
    .addHelpText('after', PURGE_HELP)
    .action(async (options: PurgeOptions) => {
      const counts = await withRegistry(options, async (registry) => {
        const key = await controllerOf(registry, options.controller);
        return registry.retention.purge(key, { actor: actor(), dryRun: options.dryRun ?? false });
      });
      print({ ...counts, ...(options.dryRun ? { dryRun: true } : {}) }, options.json);
    });
}

const ROTATE_HELP = `
data, lookup and conversation replace a key of the registry; all that stands under the old one is written anew, and the
old key is destroyed. It may be interrupted; run again, it goes on. n8n goes on meanwhile.

master wraps the registry's keys by a new key file or secret: CARECAMPAIGN_NEW_SECRET_KEY, or CARECAMPAIGN_NEW_KEY_FILE,
which is made if it does not exist. Stop n8n before, back the new key up, and put it where the old one was afterwards.

The key of suppressions is never replaced: with another one, erased people could be written to again.`;

/** `carecampaign registry rotate-key` */
export function rotateKeyCommand(): Command {
  return withConnection(new Command('rotate-key'))
    .description('Replace a key')
    .addOption(
      new Option('--kind <key>', 'which key')
        .choices(['data', 'lookup', 'conversation', 'master'])
        .makeOptionMandatory(),
    )
    .addHelpText('after', ROTATE_HELP)
    .action(rotate);
}

async function rotate(options: RotateOptions): Promise<void> {
  const { kind } = options;
  if (kind === 'master') {
    const key = newMasterKey();
    await withRegistry(options, (registry) => registry.keys.rotateMaster(key, actor()));
    print({ replaced: 'master' }, options.json);
    return;
  }
  const { converted } = await withRegistry(options, (registry) =>
    withBar((onProgress) => registry.keys.rotate(kind, actor(), { onProgress })),
  );
  print({ replaced: kind, converted }, options.json);
}

type OnProgress = (progress: { readonly converted: number; readonly total: number }) => void;

async function withBar<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  let bar: ReturnType<typeof progressBar> | null = null;
  let shown = 0;
  try {
    return await work(({ converted, total }) => {
      bar ??= progressBar(total, 'rows');
      bar.add(converted - shown);
      shown = converted;
    });
  } finally {
    (bar as ReturnType<typeof progressBar> | null)?.end();
  }
}

function newMasterKey(): Buffer {
  const { CARECAMPAIGN_NEW_SECRET_KEY: secret, CARECAMPAIGN_NEW_KEY_FILE: file } = process.env;
  if (secret !== undefined && secret !== '') return keyFromSecret(secret);
  if (file !== undefined && file !== '') return readKeyFile(file, file);
  throw new CareError(
    'newKeyMissing',
    'Say where the new key is: set CARECAMPAIGN_NEW_KEY_FILE or CARECAMPAIGN_NEW_SECRET_KEY.',
    { field: 'kind' },
  );
}
