import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import { currentPolicy } from './controllers';

export interface NewEntry {
  readonly controllerId: string;
  readonly senderId: string;
  readonly contactId: string;
  readonly direction: 'in' | 'out';
  readonly text: string | null;
  readonly mediaIds: readonly string[];
  readonly eventId: string | null;
  readonly outboxId: string | null;
}

const DAY = 86_400_000;

async function openConversation(
  ctx: RegistryContext,
  tx: Db,
  entry: NewEntry,
  keepDays: number,
): Promise<string> {
  const known = await tx
    .selectFrom('conversations')
    .select('id')
    .where('contact_id', '=', entry.contactId)
    .where('sender_id', '=', entry.senderId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  const now = ctx.clock.now();
  // Without a ticket that is closed later, the words go after the set time since the last of them.
  const purgeAt = now + keepDays * DAY;
  if (known) {
    await tx.updateTable('conversations').set({ purge_at: purgeAt }).where('id', '=', known.id).execute();
    return known.id;
  }
  const id = newId(ctx.random);
  await tx
    .insertInto('conversations')
    .values({
      id,
      controller_id: entry.controllerId,
      sender_id: entry.senderId,
      contact_id: entry.contactId,
      state: 'open',
      assigned_to: null,
      opened_at: now,
      closed_at: null,
      purge_at: purgeAt,
    })
    .execute();
  return id;
}

/**
 * Puts words into the conversation store, encrypted under a key of their own: the only place where they stay.
 * Answers with the conversation, or null where the policy keeps none (`conversationDays` 0).
 */
export async function keepEntry(ctx: RegistryContext, tx: Db, entry: NewEntry): Promise<string | null> {
  const { conversationDays } = await currentPolicy(tx, entry.controllerId);
  if (conversationDays === 0) return null;
  await purgeConversations(ctx, tx);
  const conversationId = await openConversation(ctx, tx, entry, conversationDays);
  const id = newId(ctx.random);
  const body = JSON.stringify({ text: entry.text, mediaIds: entry.mediaIds });
  await tx
    .insertInto('conversation_entries')
    .values({
      id,
      conversation_id: conversationId,
      direction: entry.direction,
      event_id: entry.eventId,
      outbox_id: entry.outboxId,
      body_sealed: ctx.keys.seal('conversation', body, `conversation_entries:${id}`),
      at: ctx.clock.now(),
    })
    .execute();
  return conversationId;
}

const PURGE_PAGE = 50;

/**
 * Words whose time is over go, a page at a time, whenever new ones come. While somebody of the staff still has a
 * task about them they stay: their time begins when the last task is closed.
 */
async function purgeConversations(ctx: RegistryContext, tx: Db): Promise<void> {
  const old = await tx
    .selectFrom('conversations')
    .select('id')
    .where('purge_at', '<', ctx.clock.now())
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('tasks')
            .select('tasks.id')
            .whereRef('tasks.conversation_id', '=', 'conversations.id')
            .where('tasks.state', '!=', 'closed'),
        ),
      ),
    )
    .limit(PURGE_PAGE)
    .execute();
  if (old.length === 0) return;
  const ids = old.map((row) => row.id);
  await tx.deleteFrom('conversation_entries').where('conversation_id', 'in', ids).execute();
  await tx.deleteFrom('conversations').where('id', 'in', ids).execute();
}
