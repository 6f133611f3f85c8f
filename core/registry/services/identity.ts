import type { Db, RegistryContext } from '../context';
import type { InboundEvent, Sender } from '../types';
import { appendAudit } from './audit';
import { addHandle, bsuidHandle, phoneHandle, waIdHandle } from './people';
import { joinContacts } from './person/merge';
import { carrySuppressions } from './person/suppressions';
import { AddressBook } from './traffic';

/**
 * Meta says that a person changed number or BSUID. The right to write to the old handle ends at once; the new one
 * is learned but unverified, since whoever holds the old number now is somebody else.
 */
export async function applyIdentity(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: Extract<InboundEvent, { kind: 'identity' }>,
): Promise<string> {
  const caller = { sender, from: event.from };
  const known = await (await AddressBook.load(ctx, tx, [caller])).contactOf(caller, false);
  const contactId = await joinByUserId(ctx, tx, sender, known.contactId, event.next.bsuid);
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
  await appendAudit(ctx, tx, controllerId, {
    actor: 'inbox',
    action: 'handle.changed',
    object: `contact:${contactId}`,
    outcome: 'done',
  });
  return contactId;
}

/**
 * A BSUID names one WhatsApp user for good, so whoever is on record by the new one is this person: Meta's event is the
 * proof. A number is none; its earlier holder may be on record by it, and is somebody else.
 */
async function joinByUserId(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
  bsuid: string | undefined,
): Promise<string> {
  if (bsuid === undefined) return contactId;
  const { lookups } = bsuidHandle(ctx, sender.controllerId, bsuid);
  const holder = await tx
    .selectFrom('handles')
    .select('contact_id')
    .where('controller_id', '=', sender.controllerId)
    .where('kind', '=', 'bsuid')
    .where('lookup', 'in', lookups)
    .executeTakeFirst();
  if (!holder || holder.contact_id === contactId) return contactId;
  await joinContacts(ctx, tx, sender.controllerId, holder.contact_id, contactId, {
    actor: 'inbox',
    outcome: 'traffic',
  });
  return contactId;
}
