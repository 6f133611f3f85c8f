import { hkdfSync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CareError } from '../errors';

const KEY_BYTES = 32;
const MIN_SECRET = 16;

/** Where the embedded registry lives unless the credential says otherwise. */
export function defaultRegistryPath(n8nFolder: string): string {
  return join(n8nFolder, 'carecampaign', 'registry.sqlite');
}

/** The key file that goes with a registry file: `CARECAMPAIGN_KEY_FILE`, else beside it. */
export function defaultKeyPath(registryFile: string, fromEnvironment: string | undefined): string {
  return fromEnvironment === undefined || fromEnvironment === ''
    ? join(dirname(registryFile), 'registry.key')
    : fromEnvironment;
}

/** The master key from the credential's secret. */
export function keyFromSecret(secret: string): Buffer {
  if (secret.length < MIN_SECRET) {
    throw new CareError('secretTooShort', `The secret key needs at least ${MIN_SECRET} characters.`, {
      field: 'secretKey',
    });
  }
  return Buffer.from(hkdfSync('sha256', secret, '', 'carecampaign/registry/secret/v1', KEY_BYTES));
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new CareError('registryWrongKey', 'The key file is not a registry key. Restore it from a backup.');
}

// Written beside and linked into place: two processes that start together end up with one key, never half a one.
function makeKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  syncFolder(dirname(path));
}

/** Without it a power cut could take the file's name back, after the registry was wrapped by the key in it. */
function syncFolder(folder: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/**
 * Reads the master key, or makes it when neither key nor registry exists. A registry without its key is refused:
 * a new key could not open it, and would hide that the old one is lost.
 */
export function readKeyFile(path: string, registryFile: string): Buffer {
  return openKeyFile(path, existsSync(registryFile));
}

/**
 * The same where the registry is no file.
 * @throws CareError `registryWrongKey`, or `registryKeyUnreadable` when the disk does not let us
 */
export function openKeyFile(path: string, registryExists: boolean): Buffer {
  try {
    if (!existsSync(path)) {
      if (registryExists) {
        throw new CareError(
          'registryWrongKey',
          'The key file of this registry is missing. Restore it from a backup.',
        );
      }
      makeKey(path);
    }
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    return parseKey(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof CareError) throw error;
    throw new CareError(
      'registryKeyUnreadable',
      'The key file of the registry cannot be read or written. Check its path and the rights of n8n on it.',
    );
  }
}
