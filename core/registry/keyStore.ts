import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { RandomSource } from '../effects';
import { CareError } from '../errors';
import type { Db } from './context';
import { newId } from './ids';
import type { Row, Tables } from './schema';

export type KeyKind = Tables['registry_keys']['kind'];
export const KEY_KINDS: readonly KeyKind[] = [
  'data',
  'lookup',
  'suppression',
  'audit',
  'conversation',
  'message',
];
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What a keyring that has seen no controller goes by. */
const NO_EPOCH = -1;

export interface Key {
  readonly id: string;
  /** Ready for use: from the bare bytes, Node would make one at every call, at several times the cost. */
  readonly secret: KeyObject;
}

/** The keys of a registry at one moment. */
export interface KeySet {
  readonly epoch: number;
  readonly current: ReadonlyMap<KeyKind, Key>;
  /** Of these kinds, rows may still stand under an older key, until its rotation has ended. */
  readonly retired: ReadonlyMap<KeyKind, readonly Key[]>;
  readonly byId: ReadonlyMap<string, Key>;
}

const secretKey = (bytes: Buffer | ArrayBuffer): KeyObject => createSecretKey(new Uint8Array(bytes));

export function encrypt(secret: KeyObject, plain: Buffer, about: string, random: RandomSource): string {
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64');
}

export function decrypt(secret: KeyObject, sealed: string, about: string): Buffer {
  const raw = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secret, raw.subarray(0, IV_BYTES)).setAAD(
    Buffer.from(about),
  );
  decipher.setAuthTag(raw.subarray(raw.length - TAG_BYTES));
  return Buffer.concat([decipher.update(raw.subarray(IV_BYTES, raw.length - TAG_BYTES)), decipher.final()]);
}

/** @throws CareError `registryWrongKey` for anything but 32 bytes */
export function wrappingKey(masterKey: Buffer): KeyObject {
  if (masterKey.length !== KEY_BYTES)
    throw new CareError('registryWrongKey', 'A master key has 32 bytes. Use a key file or the secret key.');
  return secretKey(hkdfSync('sha256', masterKey, '', 'carecampaign/registry/wrap/v1', KEY_BYTES));
}

type KeyRow = Row<'registry_keys'>;

export function newKey(kind: KeyKind, wrapping: KeyObject, at: number, random: RandomSource): KeyRow {
  const id = newId(random);
  const wrapped = encrypt(wrapping, random.bytes(KEY_BYTES), `${kind}:${id}`, random);
  return { id, kind, wrapped, created_at: at, retired_at: null };
}

/** @throws CareError `registryWrongKey` when the master key does not fit */
function unwrap(row: KeyRow, wrapping: KeyObject): Buffer {
  try {
    return decrypt(wrapping, row.wrapped, `${row.kind}:${row.id}`);
  } catch {
    throw new CareError(
      'registryWrongKey',
      'The key does not open this registry. Use the key file or secret key that it was made with.',
    );
  }
}

export function rewrap(row: KeyRow, before: KeyObject, after: KeyObject, random: RandomSource): string {
  return encrypt(after, unwrap(row, before), `${row.kind}:${row.id}`, random);
}

/** How often the keys have changed: all controllers say the same. */
export async function readEpoch(db: Db): Promise<number> {
  const row = await db
    .selectFrom('controllers')
    .select((eb) => eb.fn.max('key_epoch').as('epoch'))
    .executeTakeFirst();
  return (row?.epoch as number | null | undefined) ?? NO_EPOCH;
}

/** Reads the epoch first: keys that change in between only make it look older, and it is read once more. */
export async function loadKeys(db: Db, wrapping: KeyObject): Promise<KeySet> {
  const epoch = await readEpoch(db);
  const current = new Map<KeyKind, Key>();
  const retired = new Map<KeyKind, Key[]>();
  const byId = new Map<string, Key>();
  for (const row of await db.selectFrom('registry_keys').selectAll().execute()) {
    const key = { id: row.id, secret: secretKey(unwrap(row, wrapping)) };
    byId.set(row.id, key);
    if (row.retired_at === null) current.set(row.kind, key);
    else retired.set(row.kind, [...(retired.get(row.kind) ?? []), key]);
  }
  return { epoch, current, retired, byId };
}
