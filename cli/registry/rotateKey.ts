import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { CareError, type Database, keyFromSecret, openKeyFile, type RotatingKey } from '../../core';
import {
  accessOf,
  actor,
  type ConnectionOptions,
  type OutputOptions,
  refuseMissing,
  withConnection,
  withOpened,
  withRegistry,
} from './connection';
import { print, progressBar } from './output';

interface RotateOptions extends ConnectionOptions, OutputOptions {
  readonly kind: RotatingKey | 'master';
  readonly newKeyFile?: string;
}

const HELP = `
data, lookup and conversation replace a key of the registry; all that stands under the old one is written anew, and the
old key is destroyed. It may be interrupted; run again, it goes on. n8n goes on meanwhile.

master wraps the registry's keys by a new key file or Secret Key: --new-key-file, or CARECAMPAIGN_NEW_SECRET_KEY, which
has no option. The new file is written first, the registry then changes in one step, and the old file is left alone:
  1. Run it with the path of a new file, on a disk of which you make back-ups.
  2. Put the new key where the old one was read: name its file in CARECAMPAIGN_KEY_FILE, or move it over the old file;
     a new Secret Key goes into the credential. Start n8n again.
  3. Keep the old key as long as you keep back-ups of the registry that were made under it.
If it was interrupted, run the same command again: it uses the new file that is there, and says so if all was done.

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
    .addOption(
      new Option('--new-key-file <path>', 'of the new master key; made if it does not exist').env(
        'CARECAMPAIGN_NEW_KEY_FILE',
      ),
    )
    .addHelpText('after', HELP)
    .action(rotate);
}

async function rotate(options: RotateOptions): Promise<void> {
  const { kind } = options;
  if (kind === 'master') return rotateMaster(options);
  const { converted } = await withRegistry(options, (registry) =>
    withBar((onProgress) => registry.keys.rotate(kind, actor(), { onProgress })),
  );
  print({ replaced: kind, converted }, options.json);
}

type OnProgress = (progress: { readonly converted: number; readonly total: number }) => void;

async function withBar<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const bars: ReturnType<typeof progressBar>[] = [];
  let shown = 0;
  try {
    return await work(({ converted, total }) => {
      if (bars.length === 0) bars.push(progressBar(total, 'values'));
      bars[0]?.add(converted - shown);
      shown = converted;
    });
  } finally {
    bars[0]?.end();
  }
}

/** The new master key: from a secret, or the path of its file. */
type NewKey = { readonly secret: string } | { readonly file: string };

const NEXT =
  'Put the new key where the old one was read, start n8n again, and keep the old key as long as back-ups need it.';

async function rotateMaster(options: RotateOptions): Promise<void> {
  const { database, masterKey } = accessOf(options);
  const source = newKeySource(options);
  await refuseMissing(database);
  const already = await replaceMaster(database, masterKey, source);
  const where = 'file' in source ? { keyFile: source.file } : {};
  print({ replaced: 'master', already, ...where, next: NEXT }, options.json);
}

/** @returns whether it had been replaced by this very key before, by a run that could not say so any more */
async function replaceMaster(
  database: Database,
  masterKey: () => Promise<Buffer>,
  source: NewKey,
): Promise<boolean> {
  try {
    const old = await masterKey();
    await withOpened(database, old, async ({ keys }) => {
      const next = keyOf(source);
      if (next.equals(old)) throw sameKey();
      await keys.rotateMaster(next, actor());
    });
    return false;
  } catch (error) {
    if (!(error instanceof CareError) || error.code !== 'registryWrongKey') throw error;
    if (await opens(database, source)) return true;
    throw error;
  }
}

async function opens(database: Database, source: NewKey): Promise<boolean> {
  if ('file' in source && !existsSync(source.file)) return false;
  try {
    return await withOpened(database, keyOf(source), () => Promise.resolve(true));
  } catch {
    return false;
  }
}

const keyOf = (source: NewKey): Buffer =>
  'file' in source ? openKeyFile(source.file, false) : keyFromSecret(source.secret);

/** @throws CareError `newKeyMissing` when it is not clear which key is meant */
function newKeySource({ newKeyFile: file = '' }: RotateOptions): NewKey {
  const { CARECAMPAIGN_NEW_SECRET_KEY: secret = '' } = process.env;
  if (file !== '' && secret === '') return { file };
  if (file === '' && secret !== '') return { secret };
  throw new CareError(
    'newKeyMissing',
    'Say where the new key is: either --new-key-file or the variable CARECAMPAIGN_NEW_SECRET_KEY.',
    { field: 'new-key-file' },
  );
}

const sameKey = (): CareError =>
  new CareError('newKeySame', 'The new key is the one that the registry has. Name another file or secret.', {
    field: 'new-key-file',
  });
