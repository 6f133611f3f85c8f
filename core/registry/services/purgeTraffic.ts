import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Db } from '../context';
import type { Tables } from '../schema';
import { OPT_OUT_CONFIRMATION } from './claimBatch';
import { dueConversations, removeConversations } from './conversations';
import { byIds, type Cutoffs } from './purgeRule';

function dueTasks(db: Db, cutoffs: Cutoffs, ids: readonly string[]): Promise<{ id: string }[]> {
  return db
    .selectFrom('tasks')
    .select('id')
    .where('id', 'in', ids)
    .where('state', '=', 'closed')
    .where('closed_at', '<', cutoffs.tasks)
    .execute();
}

/** Reasons why a message of long ago still decides something. */
function stillDecides(eb: ExpressionBuilder<Tables, 'outbox'>): Expression<SqlBool> {
  const suppressed = eb
    .selectFrom('handles')
    .innerJoin('suppressions', (join) =>
      join
        .onRef('suppressions.controller_id', '=', 'handles.controller_id')
        .onRef('suppressions.token', '=', 'handles.token'),
    )
    .select('suppressions.id')
    .whereRef('handles.contact_id', '=', 'outbox.contact_id')
    .where('suppressions.lifted_at', 'is', null);
  const unheard = eb
    .selectFrom('senders')
    .select('senders.id')
    .whereRef('senders.id', '=', 'outbox.sender_id')
    .whereRef('senders.inbox_seen_at', '<', 'outbox.accepted_at');
  return eb.or([
    // A STOP is confirmed once, however often it is said, and a suppression has no end.
    eb.and([eb('template', '=', OPT_OUT_CONFIRMATION), eb.exists(suppressed)]),
    // Of a message that never got a status the gate learns that the sender has no ears.
    eb.and([eb('state', '=', 'accepted'), eb.exists(unheard)]),
  ]);
}

/**
 * A row is the key that keeps its message from going out twice and the memory of what was asked. It goes when
 * everything that it tells of, also the appointment to come, is longer ago than the period.
 */
function dueOutbox(db: Db, { outbox }: Cutoffs, ids: readonly string[]): Promise<{ id: string }[]> {
  return db
    .selectFrom('outbox')
    .select('id')
    .where('id', 'in', ids)
    .where('state', 'not in', ['claimed', 'calling'])
    .where('created_at', '<', outbox)
    .where((eb) =>
      eb.and(
        (['claimed_at', 'settled_at', 'about_at', 'closes_at'] as const).map((column) =>
          eb.or([eb(column, 'is', null), eb(column, '<', outbox)]),
        ),
      ),
    )
    .where((eb) => eb.not(stillDecides(eb)))
    .execute();
}

async function removeOutbox(tx: Db, ids: readonly string[]): Promise<void> {
  const rows = await tx.selectFrom('outbox').select('contact_id').where('id', 'in', ids).execute();
  const people = [...new Set(rows.flatMap((row) => row.contact_id ?? []))];
  if (people.length > 0) {
    await tx
      .updateTable('inbound_events')
      .set({ outbox_id: null })
      .where('outbox_id', 'in', ids)
      .where('contact_id', 'in', people)
      .execute();
    await tx
      .updateTable('conversation_entries')
      .set({ outbox_id: null })
      .where('outbox_id', 'in', ids)
      .where('conversation_id', 'in', (eb) =>
        eb.selectFrom('conversations').select('id').where('contact_id', 'in', people),
      )
      .execute();
  }
  await tx.deleteFrom('outbox').where('id', 'in', ids).execute();
}

/** An event stays as long as its words, the task or the wish that came of it, or the question that it answered. */
function dueInbound(db: Db, cutoffs: Cutoffs, ids: readonly string[]): Promise<{ id: string }[]> {
  return db
    .selectFrom('inbound_events as e')
    .select('e.id')
    .where('e.id', 'in', ids)
    .where('e.received_at', '<', cutoffs.inbound)
    .where('e.id', 'not in', (eb) =>
      eb
        .selectFrom('tasks')
        .select('event_id')
        .where('controller_id', '=', cutoffs.controllerId)
        .where('event_id', 'is not', null)
        .$castTo<{ event_id: string }>(),
    )
    .where((eb) =>
      eb.and(
        [
          eb.selectFrom('conversations as c').select('c.id').whereRef('c.id', '=', 'e.conversation_id'),
          eb
            .selectFrom('outbox as o')
            .select('o.id')
            .whereRef('o.id', '=', 'e.outbox_id')
            .whereRef('o.answered_event_id', '=', 'e.id'),
          eb
            .selectFrom('contact_tags as t')
            .select('t.tag')
            .whereRef('t.contact_id', '=', 'e.contact_id')
            .whereRef('t.event_id', '=', 'e.id'),
          eb
            .selectFrom('contact_frequencies as f')
            .select('f.purpose')
            .whereRef('f.contact_id', '=', 'e.contact_id')
            .whereRef('f.event_id', '=', 'e.id'),
        ].map((reason) => eb.not(eb.exists(reason))),
      ),
    )
    .execute();
}

async function removeInbound(tx: Db, ids: readonly string[]): Promise<void> {
  await tx.updateTable('outbox').set({ event_id: null }).where('event_id', 'in', ids).execute();
  await tx.deleteFrom('inbound_events').where('id', 'in', ids).execute();
}

export const conversations = byIds(
  'conversations',
  'conversations',
  (db, { controllerId, now }, ids) =>
    dueConversations(db, controllerId, now).where('id', 'in', ids).execute(),
  removeConversations,
);

export const tasks = byIds('tasks', 'tasks', dueTasks, (tx, ids) =>
  tx.deleteFrom('tasks').where('id', 'in', ids).execute(),
);

export const outbox = byIds('outbox', 'outbox', dueOutbox, removeOutbox);

export const inbound = byIds('inbound', 'inbound_events', dueInbound, removeInbound);
