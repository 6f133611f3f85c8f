import { z } from 'zod/v4';
import type { RegistryContext } from '../context';
import { isId } from '../ids';
import { reading } from './reading';

const bodySchema = z.object({ messageId: z.string().optional() });

/** The provider's id of the message behind an event; null once its conversation is gone, or where none is kept. */
export function messageIdOf(
  ctx: RegistryContext,
  controllerKey: string,
  eventId: string,
): Promise<string | null> {
  return reading(ctx, controllerKey, async (controller) => {
    if (!isId(eventId)) return null;
    const entry = await ctx.db
      .selectFrom('inbound_events as e')
      .innerJoin('conversation_entries as c', 'c.conversation_id', 'e.conversation_id')
      .select(['c.id', 'c.body_sealed'])
      .where('e.id', '=', eventId)
      .where('e.controller_id', '=', controller.id)
      .whereRef('c.event_id', '=', 'e.id')
      .executeTakeFirst();
    if (!entry) return null;
    const body = ctx.keys.open(entry.body_sealed, `conversation_entries:${entry.id}`);
    return bodySchema.parse(JSON.parse(body)).messageId ?? null;
  });
}
