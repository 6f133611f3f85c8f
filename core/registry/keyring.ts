import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Clock, RandomSource } from '../effects';
import { CareError } from '../errors';
import type { Engine } from './engine';
import { newId } from './ids';
import type { Tables } from './schema';

type KeyKind = Tables['registry_keys']['kind'];
const KINDS: readonly KeyKind[] = ['data', 'lookup', 'suppression', 'audit', 'conversation', 'message'];
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  readonly id: string;
  /** Ready for use: from the bare bytes, Node would make one at every call, at several times the cost. */
  readonly secret: KeyObject;
}

const secretKey = (bytes: Buffer | ArrayBuffer): KeyObject => createSecretKey(new Uint8Array(bytes));

function encrypt(secret: KeyObject, plain: Buffer, about: string, random: RandomSource): string {
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64');
}

function decrypt(secret: KeyObject, sealed: string, about: string): Buffer {
  const raw = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secret, raw.subarray(0, IV_BYTES)).setAAD(
    Buffer.from(about),
  );
  decipher.setAuthTag(raw.subarray(raw.length - TAG_BYTES));
  return Buffer.concat([decipher.update(raw.subarray(IV_BYTES, raw.length - TAG_BYTES)), decipher.final()]);
}

/**
 * The registry's own keys, each wrapped by the master key (key file or credential) and stored beside the data.
 * Data key and look-up pepper can be rotated; the suppression pepper never is, so that an erased person who is
 * imported again is still refused.
 */
export class Keyring {
  private constructor(
    private readonly current: ReadonlyMap<KeyKind, Key>,
    private readonly byId: ReadonlyMap<string, Key>,
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
    const wrapping = secretKey(hkdfSync('sha256', masterKey, '', 'carecampaign/registry/wrap/v1', KEY_BYTES));
    const rows = await db.transaction().execute(async (tx) => {
      await engine.exclusively(tx);
      const found = await tx.selectFrom('registry_keys').selectAll().execute();
      if (found.length > 0) return found;
      const made = KINDS.map((kind) => {
        const id = newId(random);
        const wrapped = encrypt(wrapping, random.bytes(KEY_BYTES), `${kind}:${id}`, random);
        return { id, kind, wrapped, created_at: clock.now(), retired_at: null };
      });
      await tx.insertInto('registry_keys').values(made).execute();
      return made;
    });
    return Keyring.unwrap(rows, wrapping, random);
  }

  private static unwrap(
    rows: readonly { id: string; kind: KeyKind; wrapped: string; retired_at: number | null }[],
    wrapping: KeyObject,
    random: RandomSource,
  ): Keyring {
    const current = new Map<KeyKind, Key>();
    const byId = new Map<string, Key>();
    try {
      for (const row of rows) {
        const key = {
          id: row.id,
          secret: secretKey(decrypt(wrapping, row.wrapped, `${row.kind}:${row.id}`)),
        };
        byId.set(row.id, key);
        if (row.retired_at === null) current.set(row.kind, key);
      }
    } catch {
      throw new CareError(
        'registryWrongKey',
        'The key does not open this registry. Use the key file or secret key that it was made with.',
      );
    }
    return new Keyring(current, byId, random);
  }

  /** Encrypts for reading back; `about` (table and row) is bound in, so a value cannot be moved to another row. */
  seal(kind: 'data' | 'conversation', plain: string, about: string): string {
    const key = this.key(kind);
    return `${key.id}.${encrypt(key.secret, Buffer.from(plain, 'utf8'), about, this.random)}`;
  }

  open(sealed: string, about: string): string {
    const dot = sealed.indexOf('.');
    const key = this.byId.get(sealed.slice(0, dot));
    if (!key)
      throw new CareError(
        'registryWrongKey',
        'A value was written with a key that is gone. Restore the key.',
      );
    return decrypt(key.secret, sealed.slice(dot + 1), about).toString('utf8');
  }

  /** Keyed hash for finding a handle without storing it in the clear. */
  lookup(kind: string, value: string): string {
    return createHmac('sha256', this.key('lookup').secret).update(`${kind}\0${value}`).digest('base64url');
  }

  /**
   * Keyed hash of an id that the provider gave to one message or event. Its key is not rotated: nothing is kept that
   * the hash could be made anew from, and the rows go with their retention.
   */
  messageLookup(kind: string, value: string): string {
    return createHmac('sha256', this.key('message').secret).update(`${kind}\0${value}`).digest('base64url');
  }

  get lookupKeyId(): string {
    return this.key('lookup').id;
  }

  /** The token by which a suppression outlives the erasure of the person. */
  suppressionToken(controllerId: string, value: string): string {
    const mac = createHmac('sha256', this.key('suppression').secret);
    return mac.update(`${controllerId}\0${value}`).digest('base64url');
  }

  auditMac(previous: string, row: string): string {
    return createHmac('sha256', this.key('audit').secret).update(`${previous}\0${row}`).digest('base64url');
  }

  sameMac(a: string, b: string): boolean {
    const left = Buffer.from(a);
    const right = Buffer.from(b);
    return left.length === right.length && timingSafeEqual(left, right);
  }

  private key(kind: KeyKind): Key {
    const key = this.current.get(kind);
    if (!key)
      throw new CareError('registryDamaged', 'The registry has lost a key. Restore it from a backup.');
    return key;
  }
}
