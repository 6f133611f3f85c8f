import type { Db } from '../../context';

/** Rows that exist for the sake of the person alone, in an order that leaves no reference open. */
const OWN = [
  'handles',
  'contact_profile',
  'contact_tags',
  'contact_frequencies',
  'contact_engagement',
  'service_windows',
  'data_subjects',
  'conversations',
] as const;

const COUNTED: Readonly<Record<(typeof OWN)[number], string>> = {
  handles: 'handles',
  contact_profile: 'profile',
  contact_tags: 'tags',
  contact_frequencies: 'frequencies',
  contact_engagement: 'engagement',
  service_windows: 'windows',
  data_subjects: 'subjects',
  conversations: 'conversations',
};

async function destroyWords(tx: Db, contactIds: readonly string[]): Promise<number> {
  const deleted = await tx
    .deleteFrom('conversation_entries')
    .where('conversation_id', 'in', (eb) =>
      eb.selectFrom('conversations').select('id').where('contact_id', 'in', contactIds),
    )
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

/** Staff may still have the task to do; whom it was about is gone. */
async function unlinkTasks(tx: Db, contactIds: readonly string[]): Promise<number> {
  const updated = await tx
    .updateTable('tasks')
    .set({ contact_id: null, conversation_id: null, event_id: null, about: null })
    .where('contact_id', 'in', contactIds)
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}

/**
 * The rows stay, because a redelivered webhook is recognised by them; what they told about the person goes. What was
 * said about consent stands in the consent events.
 */
async function emptyInbound(tx: Db, contactIds: readonly string[]): Promise<number> {
  const updated = await tx
    .updateTable('inbound_events')
    .set({
      contact_id: null,
      conversation_id: null,
      outbox_id: null,
      intent: null,
      value: null,
      categories: null,
      sensitive: 0,
    })
    .where('contact_id', 'in', contactIds)
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}

/** That a message was sent, when and on what consent is kept for claims; which child and which question is not. */
async function thinOutbox(tx: Db, contactIds: readonly string[]): Promise<number> {
  const updated = await tx
    .updateTable('outbox')
    .set({ subject_id: null, about: null, about_at: null, about_zone: null, answered_event_id: null })
    .where('contact_id', 'in', contactIds)
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}

/**
 * Destroys what leads to the person or tells about them; answers with the number of rows by kind.
 * @param contactIds all pseudonyms of the person, since a workflow may still use one from before a merge
 */
export async function destroy(tx: Db, contactIds: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {
    tasks: await unlinkTasks(tx, contactIds),
    inbound: await emptyInbound(tx, contactIds),
    messages: await thinOutbox(tx, contactIds),
    words: await destroyWords(tx, contactIds),
  };
  for (const table of OWN) {
    const deleted = await tx.deleteFrom(table).where('contact_id', 'in', contactIds).executeTakeFirst();
    counts[COUNTED[table]] = Number(deleted.numDeletedRows);
  }
  return counts;
}
