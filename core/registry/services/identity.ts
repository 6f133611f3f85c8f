import type { Db, RegistryContext } from '../context';
import type { InboundEvent, Sender } from '../types';
import { appendAudit } from './audit';
import { addHandle, bsuidHandle, phoneHandle, waIdHandle } from './people';
import { contactOf } from './traffic';

/**
 * Meta says that a person changed number or BSUID. The right to write to the old handle ends at once; the new one
 * is learned but unverified, since whoever holds the old number now is somebody else.
 */
export async function applyIdentity(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: Extract<InboundEvent, { kind: 'identity' }>,
  id: string,
): Promise<string> {
  const { contactId } = await contactOf(ctx, tx, sender, event.from, false);
  const { controllerId } = sender;
  const old = [
    ...(event.from.waId === undefined
      ? []
      : [
          waIdHandle(ctx, controllerId, event.from.waId),
          phoneHandle(ctx, controllerId, `+${event.from.waId}`, null),
        ]),
    ...(event.from.bsuid === undefined ? [] : [bsuidHandle(ctx, controllerId, event.from.bsuid)]),
  ];
  await tx
    .updateTable('handles')
    .set({ state: 'void', changed_at: ctx.clock.now() })
    .where('contact_id', '=', contactId)
    .where(
      'lookup',
      'in',
      old.flatMap((handle) => handle.lookups),
    )
    .execute();
  const next = [
    ...(event.next.waId === undefined
      ? []
      : [
          waIdHandle(ctx, controllerId, event.next.waId),
          phoneHandle(ctx, controllerId, `+${event.next.waId}`, null),
        ]),
    ...(event.next.bsuid === undefined ? [] : [bsuidHandle(ctx, controllerId, event.next.bsuid)]),
  ];
  for (const handle of next) await addHandle(ctx, tx, controllerId, contactId, handle, 'unverified');
  await carrySuppressions(ctx, tx, controllerId, contactId);
  await tx.updateTable('inbound_events').set({ contact_id: contactId }).where('id', '=', id).execute();
  await appendAudit(ctx, tx, controllerId, {
    actor: 'inbox',
    action: 'handle.changed',
    object: `contact:${contactId}`,
    outcome: 'done',
  });
  return contactId;
}

/** A new number does not undo a STOP. */
async function carrySuppressions(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
): Promise<void> {
  const handles = await tx
    .selectFrom('handles')
    .select('token')
    .where('contact_id', '=', contactId)
    .execute();
  const tokens = [...new Set(handles.map((handle) => handle.token))];
  const active = await tx
    .selectFrom('suppressions')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('token', 'in', tokens)
    .where('lifted_at', 'is', null)
    .execute();
  for (const suppression of active) {
    for (const token of tokens) {
      await tx
        .insertInto('suppressions')
        .values({
          ...suppression,
          id: ctx.keys.messageLookup('suppression', `${suppression.id}\0${token}`),
          token,
        })
        .onConflict((conflict) => conflict.columns(['controller_id', 'token', 'scope']).doNothing())
        .execute();
    }
  }
}
