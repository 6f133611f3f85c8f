import { z } from 'zod/v4';
import { CareError } from '../../errors';
import type { DeskService } from '../api';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { Row } from '../schema';
import { type Actor, type ConversationEntry, type Task, TASK_KINDS, type TaskKind } from '../types';
import { appendAudit } from './audit';
import { controllerByKey, currentPolicy, parseInput } from './controllers';
import { writing } from './writing';

const DAY = 86_400_000;
const taskSchema = z.object({
  kind: z.enum(TASK_KINDS),
  eventId: z.string().optional(),
  contactRef: z.string().optional(),
  about: z.string().max(200).optional(),
});
const bodySchema = z.object({ text: z.string().nullable(), mediaIds: z.array(z.string()) });

function toTask(row: Row<'tasks'>): Task {
  return {
    id: row.id,
    kind: row.kind as TaskKind,
    state: row.state as Task['state'],
    contactRef: row.contact_id,
    conversationId: row.conversation_id,
    about: row.about,
    assignedTo: row.assigned_to,
    createdAt: row.created_at,
    closedAt: row.closed_at,
  };
}

async function taskById(tx: Db, controllerId: string, taskId: string): Promise<Row<'tasks'>> {
  const row = await tx
    .selectFrom('tasks')
    .selectAll()
    .where('id', '=', taskId)
    .where('controller_id', '=', controllerId)
    .executeTakeFirst();
  if (row) return row;
  throw new CareError('taskUnknown', 'This task is not in the registry. List the tasks again.', {
    field: 'taskId',
  });
}

/** Work is done by named people, never by one shared account. */
function assertNamed(person: string): void {
  if (person.trim().length >= 2) return;
  throw new CareError(
    'staffMemberMissing',
    'Name the person who does this; a shared account leaves no trace.',
    {
      field: 'person',
    },
  );
}

async function openTask(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  input: z.infer<typeof taskSchema>,
  actor: Actor,
): Promise<Task> {
  const event = input.eventId
    ? await tx
        .selectFrom('inbound_events')
        .selectAll()
        .where('id', '=', input.eventId)
        .where('controller_id', '=', controllerId)
        .executeTakeFirst()
    : undefined;
  if (input.eventId && !event) {
    throw new CareError(
      'eventUnknown',
      'The message of this task is not in the registry. Start from the Inbox Trigger.',
      { field: 'eventId' },
    );
  }
  // One message opens one task of a kind, however often the workflow runs for it.
  const dedupe = event ? `${input.kind}:${event.id}` : null;
  const id = newId(ctx.random);
  await tx
    .insertInto('tasks')
    .values({
      id,
      controller_id: controllerId,
      contact_id: event?.contact_id ?? input.contactRef ?? null,
      conversation_id: event?.conversation_id ?? null,
      event_id: event?.id ?? null,
      kind: input.kind,
      state: 'open',
      about: input.about ?? null,
      assigned_to: null,
      created_at: ctx.clock.now(),
      closed_at: null,
      dedupe,
    })
    .onConflict((conflict) => conflict.columns(['controller_id', 'dedupe']).doNothing())
    .execute();
  const row = await tx
    .selectFrom('tasks')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where(dedupe === null ? 'id' : 'dedupe', '=', dedupe ?? id)
    .executeTakeFirstOrThrow();
  if (row.id === id) {
    await appendAudit(ctx, tx, controllerId, {
      actor,
      action: 'task.open',
      object: `task:${id}`,
      outcome: input.kind,
    });
  }
  return toTask(row);
}

async function change(
  ctx: RegistryContext,
  controllerKey: string,
  taskId: string,
  actor: Actor,
  person: string,
  set: Partial<Row<'tasks'>>,
  action: string,
): Promise<Task> {
  assertNamed(person);
  return writing(ctx, controllerKey, async (tx, controller) => {
    const before = await taskById(tx, controller.id, taskId);
    if (before.state === 'closed')
      throw new CareError('taskClosed', 'This task is closed already.', { field: 'taskId' });
    await tx.updateTable('tasks').set(set).where('id', '=', taskId).execute();
    await appendAudit(ctx, tx, controller.id, {
      actor,
      action,
      object: `task:${taskId}`,
      outcome: 'done',
      details: { person },
    });
    if (set.state === 'closed' && before.conversation_id)
      await closeConversation(ctx, tx, controller.id, before.conversation_id);
    return toTask(await taskById(tx, controller.id, taskId));
  });
}

/** With the last open task the conversation is closed, and its words get a date on which they go. */
async function closeConversation(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  conversationId: string,
): Promise<void> {
  const open = await tx
    .selectFrom('tasks')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('state', '!=', 'closed')
    .executeTakeFirst();
  if (open) return;
  const now = ctx.clock.now();
  const { conversationDays } = await currentPolicy(tx, controllerId);
  await tx
    .updateTable('conversations')
    .set({ state: 'closed', closed_at: now, purge_at: now + conversationDays * DAY })
    .where('id', '=', conversationId)
    .execute();
}

async function readConversation(
  ctx: RegistryContext,
  controllerKey: string,
  conversationId: string,
  person: string,
  actor: Actor,
): Promise<ConversationEntry[]> {
  assertNamed(person);
  return writing(ctx, controllerKey, async (tx, controller) => {
    const known = await tx
      .selectFrom('conversations')
      .select('id')
      .where('id', '=', conversationId)
      .where('controller_id', '=', controller.id)
      .executeTakeFirst();
    if (!known) {
      throw new CareError('conversationUnknown', 'This conversation is not kept any more, or never was.', {
        field: 'conversationId',
      });
    }
    await appendAudit(ctx, tx, controller.id, {
      actor,
      action: 'conversation.read',
      object: `conversation:${conversationId}`,
      outcome: 'done',
      details: { person },
    });
    const rows = await tx
      .selectFrom('conversation_entries')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .orderBy('at')
      .orderBy('id')
      .execute();
    return rows.map((row): ConversationEntry => {
      const body = bodySchema.parse(
        JSON.parse(ctx.keys.open(row.body_sealed, `conversation_entries:${row.id}`)),
      );
      return {
        direction: row.direction === 'in' ? 'in' : 'out',
        at: row.at,
        text: body.text,
        mediaIds: body.mediaIds,
      };
    });
  });
}

export function createDeskService(ctx: RegistryContext): DeskService {
  return {
    openTask: (controllerKey, task, actor) =>
      writing(ctx, controllerKey, (tx, controller) =>
        openTask(ctx, tx, controller.id, parseInput(taskSchema, task), actor),
      ),
    async listTasks(controllerKey, filter = {}) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      let query = ctx.db.selectFrom('tasks').selectAll().where('controller_id', '=', controller.id);
      if (filter.state) query = query.where('state', '=', filter.state);
      if (filter.kind) query = query.where('kind', '=', filter.kind);
      const rows = await query
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(filter.limit ?? 50)
        .execute();
      return rows.map(toTask);
    },
    assign: (controllerKey, taskId, person, actor) =>
      change(
        ctx,
        controllerKey,
        taskId,
        actor,
        person,
        { state: 'assigned', assigned_to: person },
        'task.assign',
      ),
    close: (controllerKey, taskId, person, actor) =>
      change(
        ctx,
        controllerKey,
        taskId,
        actor,
        person,
        { state: 'closed', closed_at: ctx.clock.now() },
        'task.close',
      ),
    read: (controllerKey, conversationId, person, actor) =>
      readConversation(ctx, controllerKey, conversationId, person, actor),
  };
}
