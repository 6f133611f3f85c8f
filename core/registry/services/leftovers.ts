import type { Db, RegistryContext } from '../context';

/**
 * What processes that are gone have left behind: a claim that no call followed is released and may be claimed again;
 * a call whose answer nobody waits for any more is `unknown`, never sent again by itself, and settled by its status.
 */
export async function recoverLeftovers(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  owner: string,
): Promise<{ released: number; unknown: number }> {
  const now = ctx.clock.now();
  const open = await tx
    .selectFrom('outbox')
    .select(['id', 'state', 'owner', 'lease_until'])
    .where('state', 'in', ['claimed', 'calling'])
    .where('controller_id', '=', controllerId)
    .where('owner', '!=', owner)
    .execute();
  const gone = open.filter((row) => (row.lease_until ?? 0) < now || !ctx.ownerAlive(row.owner ?? ''));
  const ids = (state: string): string[] => gone.filter((row) => row.state === state).map((row) => row.id);
  const released = ids('claimed');
  const unknown = ids('calling');
  if (released.length > 0) {
    await tx
      .updateTable('outbox')
      .set({ state: 'refused', code: 'inFlight', final: 0, owner: null, lease_until: null, settled_at: now })
      .where('id', 'in', released)
      .execute();
  }
  if (unknown.length > 0) {
    await tx
      .updateTable('outbox')
      .set({ state: 'unknown', code: 'answerLost', lease_until: null })
      .where('id', 'in', unknown)
      .execute();
  }
  return { released: released.length, unknown: unknown.length };
}
