import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Clock, RandomSource } from '../effects';
import { CareError } from '../errors';
import type { Db } from './context';
import type { Engine } from './engine';
import {
  decrypt,
  encrypt,
  type Key,
  KEY_KINDS,
  type KeyKind,
  type KeySet,
  loadKeys,
  newKey,
  rewrap,
  wrappingKey,
} from './keyStore';
import type { NewRow, Tables } from './schema';

function hmac(key: Key, text: string): string {
  return createHmac('sha256', key.secret).update(text).digest('base64url');
}

/**
 * The registry's own keys, each wrapped by the master key (key file or credential) and stored beside the data.
 * Data key, conversation key and look-up pepper can be rotated. The suppression pepper never is, so that an erased
 * person who is imported again is still refused. Nor is the audit key: the chain is checked with it, and whoever could
 * write the old rows' hashes anew under another key could as well change the rows.
 */
export class Keyring {
  private constructor(
    private keys: KeySet,
    private wrapping: KeyObject,
    private readonly random: RandomSource,
  ) {}

  /** Makes the keys in an empty registry; rejects with `registryWrongKey` when the master key does not fit. */
  static async open(
    db: Kysely<Tables>,
    engine: Engine,
    masterKey: Buffer,
    clock: Clock,
    random: RandomSource,
  ): Promise<Keyring> {
    const wrapping = wrappingKey(masterKey);
    await db.transaction().execute(async (tx) => {
      await engine.exclusively(tx);
      const found = await tx.selectFrom('registry_keys').select('id').limit(1).executeTakeFirst();
      if (found) return;
      const made = KEY_KINDS.map((kind) => newKey(kind, wrapping, clock.now(), random));
      await tx.insertInto('registry_keys').values(made).execute();
    });
    return new Keyring(await loadKeys(db, wrapping), wrapping, random);
  }

  /** Of the keys at hand: hashes made under another one are not to be stored. */
  get epoch(): number {
    return this.keys.epoch;
  }

  /**
   * Reads the keys anew when another process has changed them. To be called with the epoch of the controller's row
   * before anything is looked up or sealed; rejects with `registryWrongKey` when the master key was changed.
   */
  async follow(db: Db, epoch: number): Promise<void> {
    if (epoch !== this.keys.epoch) await this.reload(db);
  }

  async reload(db: Db): Promise<void> {
    const loaded = await loadKeys(db, this.wrapping);
    // Of two that read at once, the one that began earlier may end later.
    if (loaded.epoch >= this.keys.epoch) this.keys = loaded;
  }

  /** A key that is to replace the current one of its kind. */
  successor(kind: KeyKind, at: number): NewRow<'registry_keys'> {
    return newKey(kind, this.wrapping, at, this.random);
  }

  /** Wraps all keys by another master key. Once the transaction is committed, `adopt` it. */
  async rewrap(tx: Db, masterKey: Buffer): Promise<void> {
    const after = wrappingKey(masterKey);
    for (const row of await tx.selectFrom('registry_keys').selectAll().execute()) {
      const wrapped = rewrap(row, this.wrapping, after, this.random);
      await tx.updateTable('registry_keys').set({ wrapped }).where('id', '=', row.id).execute();
    }
  }

  adopt(masterKey: Buffer): void {
    this.wrapping = wrappingKey(masterKey);
  }

  /** Encrypts for reading back; `about` (table and row) is bound in, so a value cannot be moved to another row. */
  seal(kind: 'data' | 'conversation', plain: string, about: string): string {
    const key = this.key(kind);
    return `${key.id}.${encrypt(key.secret, Buffer.from(plain, 'utf8'), about, this.random)}`;
  }

  open(sealed: string, about: string): string {
    const dot = sealed.indexOf('.');
    const key = this.keys.byId.get(sealed.slice(0, dot));
    if (!key)
      throw new CareError(
        'registryWrongKey',
        'A value was written with a key that is gone. Restore the key.',
      );
    try {
      return decrypt(key.secret, sealed.slice(dot + 1), about).toString('utf8');
    } catch {
      throw new CareError(
        'registryDamaged',
        'A value of the registry was changed or moved outside of it. Restore the registry from a backup.',
      );
    }
  }

  /** Keyed hash for finding a handle without storing it in the clear. */
  lookup(kind: string, value: string): string {
    return hmac(this.key('lookup'), `${kind}\0${value}`);
  }

  /**
   * All keyed hashes under which a handle may be found, the current one first. There is a second one only while the
   * pepper is being rotated.
   */
  lookups(kind: string, value: string): readonly [string, ...string[]] {
    const older = this.keys.retired.get('lookup') ?? [];
    return [this.lookup(kind, value), ...older.map((key) => hmac(key, `${kind}\0${value}`))];
  }

  /**
   * Keyed hash of an id that the provider gave to one message or event. Its key is not rotated: nothing is kept that
   * the hash could be made anew from, and the rows go with their retention.
   */
  messageLookup(kind: string, value: string): string {
    return hmac(this.key('message'), `${kind}\0${value}`);
  }

  get lookupKeyId(): string {
    return this.keyId('lookup');
  }

  keyId(kind: KeyKind): string {
    return this.key(kind).id;
  }

  /** The token by which a suppression outlives the erasure of the person. */
  suppressionToken(controllerId: string, value: string): string {
    return hmac(this.key('suppression'), `${controllerId}\0${value}`);
  }

  auditMac(previous: string, row: string): string {
    return hmac(this.key('audit'), `${previous}\0${row}`);
  }

  sameMac(a: string, b: string): boolean {
    const left = Buffer.from(a);
    const right = Buffer.from(b);
    return left.length === right.length && timingSafeEqual(left, right);
  }

  private key(kind: KeyKind): Key {
    const key = this.keys.current.get(kind);
    if (!key)
      throw new CareError('registryDamaged', 'The registry has lost a key. Restore it from a backup.');
    return key;
  }
}
