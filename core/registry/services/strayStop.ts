import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { Sender } from '../types';

/**
 * A STOP by somebody who came with a private id of SendApp's session and nothing else: whom it suppresses, no
 * number shows. A person has to find out, or the number that belongs to it would go on getting messages.
 */
export async function tellStrayStop(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
  eventId: string,
  conversationId: string | null,
): Promise<void> {
  const reachable = await tx
    .selectFrom('handles')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('kind', '!=', 'sendAppId')
    .limit(1)
    .executeTakeFirst();
  if (reachable) return;
  await tx
    .insertInto('tasks')
    .values({
      id: newId(ctx.random),
      controller_id: sender.controllerId,
      contact_id: contactId,
      conversation_id: conversationId,
      event_id: eventId,
      kind: 'other',
      state: 'open',
      about: null,
      assigned_to: null,
      created_at: ctx.clock.now(),
      closed_at: null,
      dedupe: `strayStop:${eventId}`,
    })
    .execute();
}
