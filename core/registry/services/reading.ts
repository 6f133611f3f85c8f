import type { RegistryContext } from '../context';
import type { Controller } from '../types';
import { controllerRow, toController } from './controllers';

/**
 * Reads for one controller what is looked up or opened by a key. No lock is held, so another process may change the
 * keys in the meantime: then a hash finds nothing, or a value cannot be opened, and all is read once more.
 * Rejects with `controllerUnknown`.
 */
export async function reading<T>(
  ctx: RegistryContext,
  controllerKey: string,
  read: (controller: Controller) => Promise<T>,
): Promise<T> {
  for (;;) {
    const row = await controllerRow(ctx.db, controllerKey);
    await ctx.keys.follow(ctx.db, row.key_epoch);
    const [answer] = await Promise.allSettled([read(toController(row))]);
    const { key_epoch: now } = await controllerRow(ctx.db, controllerKey);
    if (now !== row.key_epoch) continue;
    if (answer.status === 'fulfilled') return answer.value;
    throw answer.reason;
  }
}
