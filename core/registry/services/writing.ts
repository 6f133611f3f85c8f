import { CareError } from '../../errors';
import type { Db, RegistryContext } from '../context';
import type { Controller } from '../types';
import { controllerRow, toController } from './controllers';

/**
 * A transaction that writes for one controller. Until it ends, others that write for the same controller wait, in this
 * process and in all others: what was read stays true while it is decided upon, and the audit keeps one chain.
 * Rejects with `controllerUnknown` before anything is read.
 */
export function writing<T>(
  ctx: RegistryContext,
  controllerKey: string,
  work: (tx: Db, controller: Controller) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction().execute(async (tx) => {
    const row = await controllerRow(tx, controllerKey, ctx.engine);
    await ctx.keys.follow(tx, row.key_epoch);
    return work(tx, toController(row));
  });
}

/** The same for several controllers, named by their ids. */
export function writingForAll<T>(
  ctx: RegistryContext,
  controllerIds: readonly string[],
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction().execute(async (tx) => {
    // All take the locks in the same order, so that no two wait for each other.
    const wanted = [...new Set(controllerIds)].sort();
    const found = await ctx.engine
      .locked(
        tx.selectFrom('controllers').select(['id', 'key_epoch']).where('id', 'in', wanted).orderBy('id'),
      )
      .execute();
    if (found.length !== wanted.length)
      throw new CareError('controllerUnknown', 'A controller is not in the registry any more.');
    for (const row of found) await ctx.keys.follow(tx, row.key_epoch);
    return work(tx);
  });
}
