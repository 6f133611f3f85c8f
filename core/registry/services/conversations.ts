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
  const due = await dueConversations(tx, entry.controllerId, ctx.clock.now()).limit(PURGE_PAGE).execute();
  await removeConversations(
    tx,
    due.map((row) => row.id),
  );
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

/** Words whose time is over go whenever new ones come, this many conversations at a time. */
const PURGE_PAGE = 50;

/**
 * Conversations whose time is over. While somebody of the staff still has a task about them they stay: their time
 * begins when the last task is closed.
 */
export function dueConversations(db: Db, controllerId: string, now: number) {
  return db
    .selectFrom('conversations')
    .select('id')
    .where('controller_id', '=', controllerId)
    .where('purge_at', '<', now)
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
    );
}

/** Words and conversations go; events and tasks that name them stay without that name. */
export async function removeConversations(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('inbound_events')
    .set({ conversation_id: null })
    .where('conversation_id', 'in', ids)
    .where('contact_id', 'in', (eb) =>
      eb.selectFrom('conversations').select('contact_id').where('id', 'in', ids),
    )
    .execute();
  await tx.updateTable('tasks').set({ conversation_id: null }).where('conversation_id', 'in', ids).execute();
  await tx.deleteFrom('conversation_entries').where('conversation_id', 'in', ids).execute();
  await tx.deleteFrom('conversations').where('id', 'in', ids).execute();
}
