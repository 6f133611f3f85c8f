import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultKeyPath, keyFromSecret, openRegistry, readKeyFile } from '../../../core';
import { NOW } from '../../support/registry';

describe('opening a file', () => {
  it('says that a file is not a registry', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'care-bad-'));
    const file = join(folder, 'registry.sqlite');
    writeFileSync(file, 'This is a letter and not a database. '.repeat(100));
    const opening = openRegistry({
      database: { kind: 'embedded', file },
      masterKey: randomBytes(32),
      clock: { now: () => NOW },
      random: { bytes: (length) => randomBytes(length) },
    });
    await expect(opening).rejects.toMatchObject({ code: 'registryDamaged' });
    rmSync(folder, { recursive: true });
  });
});

describe('the key file', () => {
  it('is made once, readable by its owner only, and never made anew for a registry that exists', () => {
    const folder = mkdtempSync(join(tmpdir(), 'care-key-'));
    const file = join(folder, 'registry.sqlite');
    const path = defaultKeyPath(file, undefined);
    const key = readKeyFile(path, file);
    expect(readKeyFile(path, file)).toEqual(key);
    expect(statSync(path).mode & 0o077).toBe(0);
    rmSync(path);
    writeFileSync(file, '');
    expect(() => readKeyFile(path, file)).toThrow(/key file of this registry is missing/);
    rmSync(folder, { recursive: true });
  });

  it('can be a secret of the credential, but no short one', () => {
    expect(keyFromSecret('a long enough secret')).toHaveLength(32);
    expect(() => keyFromSecret('short')).toThrow(/at least 16 characters/);
  });
});
