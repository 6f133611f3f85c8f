import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { NewRow } from '../schema';
import { currentPolicy } from './controllers';

/** What is sealed of one message. */
export interface EntryBody {
  readonly direction: 'in' | 'out';
  readonly text: string | null;
  readonly mediaIds: readonly string[];
  /** The provider's own id. */
  readonly messageId: string | null;
  readonly eventId: string | null;
  readonly outboxId: string | null;
}

export interface NewEntry extends EntryBody {
  readonly controllerId: string;
  readonly senderId: string;
  readonly contactId: string;
}

export const DAY = 86_400_000;

/** The row of one entry, encrypted under the key of the conversations: the only place where words stay. */
export function sealedEntry(
  ctx: RegistryContext,
  conversationId: string,
  { direction, text, mediaIds, messageId, eventId, outboxId }: EntryBody,
): NewRow<'conversation_entries'> {
  const id = newId(ctx.random);
  const body = JSON.stringify({ text, mediaIds, ...(messageId === null ? {} : { messageId }) });
  return {
    id,
    conversation_id: conversationId,
    direction,
    event_id: eventId,
    outbox_id: outboxId,
    body_sealed: ctx.keys.seal('conversation', body, `conversation_entries:${id}`),
    at: ctx.clock.now(),
  };
}

export const newConversation = (
  ctx: RegistryContext,
  given: { id: string; controllerId: string; senderId: string; contactId: string; purgeAt: number },
): NewRow<'conversations'> => ({
  id: given.id,
  controller_id: given.controllerId,
  sender_id: given.senderId,
  contact_id: given.contactId,
  state: 'open',
  assigned_to: null,
  opened_at: ctx.clock.now(),
  closed_at: null,
  purge_at: given.purgeAt,
});

async function openConversation(
  ctx: RegistryContext,
  tx: Db,
  entry: NewEntry,
  keepDays: number,
): Promise<string> {
  const { controllerId, senderId, contactId } = entry;
  const known = await tx
    .selectFrom('conversations')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('sender_id', '=', senderId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  // Without a ticket that is closed later, the words go after the set time since the last of them.
  const purgeAt = ctx.clock.now() + keepDays * DAY;
  if (known) {
    await tx.updateTable('conversations').set({ purge_at: purgeAt }).where('id', '=', known.id).execute();
    return known.id;
  }
  const id = newId(ctx.random);
  await tx
    .insertInto('conversations')
    .values(newConversation(ctx, { id, controllerId, senderId, contactId, purgeAt }))
    .execute();
  return id;
}

/**
 * Puts words into the conversation store. Answers with the conversation, or null where the policy keeps none
 * (`conversationDays` 0).
 */
export async function keepEntry(ctx: RegistryContext, tx: Db, entry: NewEntry): Promise<string | null> {
  const { conversationDays } = await currentPolicy(tx, entry.controllerId);
  if (conversationDays === 0) return null;
  await purgeDue(ctx, tx, entry.controllerId);
  const conversationId = await openConversation(ctx, tx, entry, conversationDays);
  await tx
    .insertInto('conversation_entries')
    .values(sealedEntry(ctx, conversationId, entry))
    .execute();
  return conversationId;
}

/** Words whose time is over go whenever new ones come, this many conversations at a time. */
const PURGE_PAGE = 50;

export async function purgeDue(ctx: RegistryContext, tx: Db, controllerId: string): Promise<void> {
  const due = await dueConversations(tx, controllerId, ctx.clock.now()).limit(PURGE_PAGE).execute();
  await removeConversations(
    tx,
    due.map((row) => row.id),
  );
}

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
