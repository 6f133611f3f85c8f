import type { RegistryContext } from '../registry/context';
import { controllerByKey } from '../registry/services/controllers';
import { endOfChain, latestCheckpoint } from './append';
import { type Anchor, checkpointMac, headSignature, START } from './chain';
import { pagesOf } from './rows';
import type { AuditHead, ChainVerdict } from './types';
import { broken } from './verdict';
import { walkChain } from './walk';

export async function headOf(ctx: RegistryContext, controllerKey: string): Promise<AuditHead> {
  const { id } = await controllerByKey(ctx.db, controllerKey);
  const end = { ...(await endOfChain(ctx.db, id)), at: ctx.clock.now() };
  return { controller: controllerKey, ...end, signature: headSignature(ctx.keys, id, end) };
}

export function isOwnHead(
  ctx: RegistryContext,
  controller: { readonly id: string; readonly key: string },
  head: AuditHead,
): boolean {
  const signed = ctx.keys.sameMac(headSignature(ctx.keys, controller.id, head), head.signature);
  return signed && head.controller === controller.key;
}

/** Where the chain begins: at its first row, or behind the latest purge. */
async function startOf(
  ctx: RegistryContext,
  controllerId: string,
): Promise<Anchor | (ChainVerdict & { ok: false })> {
  const checkpoint = await latestCheckpoint(ctx.db, controllerId);
  if (!checkpoint) return START;
  const genuine = ctx.keys.sameMac(checkpointMac(ctx.keys, controllerId, checkpoint), checkpoint.mac);
  return genuine
    ? { seq: checkpoint.seq, mac: checkpoint.row_mac }
    : broken('checkpointForged', checkpoint.seq);
}

/** Follows a controller's chain through the database, in pages and without a lock. */
export async function verifyChain(
  ctx: RegistryContext,
  controllerKey: string,
  head: AuditHead | null,
): Promise<ChainVerdict> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  if (head !== null && !isOwnHead(ctx, controller, head)) return broken('headUnknown', head.seq);
  for (;;) {
    const start = await startOf(ctx, controller.id);
    if ('ok' in start) return start;
    const walk = { keys: ctx.keys, controllerId: controller.id, start, head };
    const verdict = await walkChain(walk, pagesOf(ctx.db, controller.id));
    // A purge in the meantime takes rows away that the walk looks for.
    const purged = ((await latestCheckpoint(ctx.db, controller.id))?.seq ?? START.seq) !== start.seq;
    if (verdict.ok || !purged) return verdict;
  }
}
