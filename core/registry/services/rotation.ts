import type { Transaction } from 'kysely';
import { z } from 'zod/v4';
import { CareError } from '../../errors';
import type { KeyService, KeyStatus, RotatingKey } from '../api';
import type { Db, RegistryContext } from '../context';
import { KEY_KINDS, type KeyKind } from '../keyStore';
import type { Tables } from '../schema';
import type { Actor } from '../types';
import { appendAudit } from './audit';
import { parseInput } from './controllers';
import { letOthersWrite } from './pause';
import { STORES, type Store } from './rotationStores';

const DAY = 86_400_000;
/** Rows of one transaction: locks are held for tens of milliseconds, and webhooks get their turn between. */
const BATCH = 200;
const optionsSchema = z.object({ batch: z.int().min(1).max(10_000).default(BATCH) });

function rotating(kind: KeyKind): kind is RotatingKey {
  return Object.hasOwn(STORES, kind);
}

function storesOf(kind: KeyKind): readonly Store[] {
  return rotating(kind) ? STORES[kind] : [];
}

/** A transaction in which nobody else writes for any controller, nor makes one. Takes their ids. */
function inTurn<T>(
  ctx: RegistryContext,
  work: (tx: Transaction<Tables>, controllerIds: readonly string[]) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction().execute(async (tx) => {
    await ctx.engine.exclusively(tx);
    const rows = await ctx.engine
      .locked(tx.selectFrom('controllers').select(['id', 'key_epoch']).orderBy('id'))
      .execute();
    for (const row of rows) await ctx.keys.follow(tx, row.key_epoch);
    return work(
      tx,
      rows.map((row) => row.id),
    );
  });
}

async function tellAll(
  ctx: RegistryContext,
  tx: Db,
  controllerIds: readonly string[],
  actor: Actor,
  kind: RotatingKey | 'master',
  outcome: 'started' | 'done',
): Promise<void> {
  const entry = { actor, action: 'key.rotate', object: `key:${kind}`, outcome };
  for (const id of controllerIds) await appendAudit(ctx, tx, id, entry);
}

/** Every process that reads a controller's row from now on sees that the keys have changed. */
async function raiseEpoch(tx: Db): Promise<void> {
  await tx
    .updateTable('controllers')
    .set((eb) => ({ key_epoch: eb('key_epoch', '+', 1) }))
    .execute();
}

async function hasRetired(db: Db, kind: KeyKind): Promise<boolean> {
  const row = await db
    .selectFrom('registry_keys')
    .select('id')
    .where('kind', '=', kind)
    .where('retired_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Adds the new key, unless a rotation that did not come to its end has added one already. */
async function begin(ctx: RegistryContext, kind: RotatingKey, actor: Actor): Promise<void> {
  await inTurn(ctx, async (tx, controllerIds) => {
    if (await hasRetired(tx, kind)) return;
    // Fails where another process has changed the master key: nobody could unwrap a key that this one adds.
    await ctx.keys.reload(tx);
    const now = ctx.clock.now();
    await tx.updateTable('registry_keys').set({ retired_at: now }).where('kind', '=', kind).execute();
    await tx.insertInto('registry_keys').values(ctx.keys.successor(kind, now)).execute();
    await raiseEpoch(tx);
    await tellAll(ctx, tx, controllerIds, actor, kind, 'started');
  });
  await ctx.keys.reload(ctx.db);
}

/** Destroys the old key. What was written under it and has not been converted could never be read again. */
async function finish(ctx: RegistryContext, kind: RotatingKey, actor: Actor): Promise<void> {
  await inTurn(ctx, async (tx, controllerIds) => {
    if (!(await hasRetired(tx, kind))) return;
    await tx
      .deleteFrom('registry_keys')
      .where('kind', '=', kind)
      .where('retired_at', 'is not', null)
      .execute();
    await raiseEpoch(tx);
    await tellAll(ctx, tx, controllerIds, actor, kind, 'done');
  });
  await ctx.keys.reload(ctx.db);
}

async function staleRows(ctx: RegistryContext, kind: KeyKind): Promise<number> {
  let stale = 0;
  for (const store of storesOf(kind)) stale += await store.stale(ctx.db, ctx.keys.keyId(kind));
  return stale;
}

async function convertStore(
  ctx: RegistryContext,
  store: Store,
  batch: number,
  progress: (rows: number) => void,
): Promise<void> {
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    const page = await inTurn(ctx, (tx) => store.convert(ctx, tx, from, batch));
    after = page.next;
    if (page.converted === 0) continue;
    progress(page.converted);
    await letOthersWrite();
  }
}

async function rotate(
  ctx: RegistryContext,
  kind: RotatingKey,
  actor: Actor,
  options: Parameters<KeyService['rotate']>[2] = {},
): Promise<{ converted: number }> {
  if (!rotating(kind)) {
    throw new CareError(
      'keyNotRotated',
      'Only the keys data, lookup and conversation can be replaced. Choose one of them.',
      { field: 'kind' },
    );
  }
  const { batch } = parseInput(optionsSchema, options);
  await begin(ctx, kind, actor);
  const total = await staleRows(ctx, kind);
  let converted = 0;
  // Nothing is written under the old key any more, so one pass is enough; the count proves it.
  do {
    for (const store of STORES[kind]) {
      await convertStore(ctx, store, batch, (rows) => {
        converted += rows;
        options.onProgress?.({ converted, total });
      });
    }
  } while ((await staleRows(ctx, kind)) > 0);
  await finish(ctx, kind, actor);
  return { converted };
}

async function rotateMaster(ctx: RegistryContext, masterKey: Buffer, actor: Actor): Promise<void> {
  await inTurn(ctx, async (tx, controllerIds) => {
    await ctx.keys.rewrap(tx, masterKey);
    await tellAll(ctx, tx, controllerIds, actor, 'master', 'done');
  });
  ctx.keys.adopt(masterKey);
}

async function status(ctx: RegistryContext): Promise<KeyStatus[]> {
  await ctx.keys.reload(ctx.db);
  const keys = await ctx.db
    .selectFrom('registry_keys')
    .select(['kind', 'created_at', 'retired_at'])
    .execute();
  const now = ctx.clock.now();
  const found: KeyStatus[] = [];
  for (const kind of KEY_KINDS) {
    const current = keys.find((key) => key.kind === kind && key.retired_at === null);
    found.push({
      kind,
      ageDays: current ? Math.floor((now - current.created_at) / DAY) : 0,
      oldRows: await staleRows(ctx, kind),
      rotates: rotating(kind),
      underWay: keys.some((key) => key.kind === kind && key.retired_at !== null),
    });
  }
  return found;
}

export function createKeyService(ctx: RegistryContext): KeyService {
  return {
    status: () => status(ctx),
    rotate: (kind, actor, options) => rotate(ctx, kind, actor, options),
    rotateMaster: (masterKey, actor) => rotateMaster(ctx, masterKey, actor),
  };
}
