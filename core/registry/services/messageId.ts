import { z } from 'zod/v4';
import type { RegistryContext } from '../context';
import { controllerByKey } from './controllers';

const body = z.object({ messageId: z.string().min(1) });

/**
 * The provider's id of an inbound message. It names the person's message to the provider, so it stands sealed beside
 * the words and goes with them.
 */
export async function messageIdOf(
  ctx: RegistryContext,
  controllerKey: string,
  eventId: string,
): Promise<string | null> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  const row = await ctx.db
    .selectFrom('conversation_entries')
    .innerJoin('conversations', 'conversations.id', 'conversation_entries.conversation_id')
    .select(['conversation_entries.id as id', 'body_sealed'])
    .where('conversations.controller_id', '=', controller.id)
    .where('event_id', '=', eventId)
    .where('direction', '=', 'in')
    .executeTakeFirst();
  if (!row) return null;
  const opened: unknown = JSON.parse(ctx.keys.open(row.body_sealed, `conversation_entries:${row.id}`));
  return body.safeParse(opened).data?.messageId ?? null;
}
