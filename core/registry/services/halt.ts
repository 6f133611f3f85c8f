import { type Db, type RegistryContext } from '../context';
import { newId } from '../ids';
import type { Actor, Sender } from '../types';
import { appendAudit } from './audit';
import { bucket, keepBucket } from './paceBuckets';

/**
 * Opens the circuit breaker of a sender: nothing leaves through it until a person has looked. One task tells of it,
 * however many calls and webhooks report the same.
 *
 * @param code a code of `REASONS` that says what happened
 */
export async function haltSender(
  ctx: RegistryContext,
  tx: Db,
  sender: Pick<Sender, 'id' | 'controllerId' | 'phoneNumberId'>,
  code: string,
  actor: Actor,
): Promise<void> {
  const now = ctx.clock.now();
  const halted = await tx
    .updateTable('senders')
    .set({ halted_code: code, halted_at: now })
    .where('id', '=', sender.id)
    .where('halted_at', 'is', null)
    .executeTakeFirst();
  if (Number(halted.numUpdatedRows) === 0) return;
  await openTask(ctx, tx, sender);
  await appendAudit(ctx, tx, sender.controllerId, {
    actor,
    action: 'sender.halt',
    object: `sender:${sender.id}`,
    outcome: 'done',
    details: { code },
  });
}

/** One task a sender: who looks at it finds the rest in the audit. */
async function openTask(
  ctx: RegistryContext,
  tx: Db,
  sender: Pick<Sender, 'controllerId' | 'phoneNumberId'>,
): Promise<void> {
  await tx
    .insertInto('tasks')
    .values({
      id: newId(ctx.random),
      controller_id: sender.controllerId,
      contact_id: null,
      conversation_id: null,
      event_id: null,
      kind: 'senderHalted',
      state: 'open',
      about: sender.phoneNumberId,
      assigned_to: null,
      created_at: ctx.clock.now(),
      closed_at: null,
      dedupe: null,
    })
    .execute();
}

/** Closes the circuit breaker, and the task that told of it. A person's deliberate act; nothing does it by itself. */
export async function liftHalt(ctx: RegistryContext, tx: Db, sender: Sender, actor: Actor): Promise<void> {
  await tx
    .updateTable('senders')
    .set({ halted_code: null, halted_at: null })
    .where('id', '=', sender.id)
    .execute();
  await tx
    .updateTable('tasks')
    .set({ state: 'closed', closed_at: ctx.clock.now() })
    .where('controller_id', '=', sender.controllerId)
    .where('kind', '=', 'senderHalted')
    .where('about', '=', sender.phoneNumberId)
    .where('state', '!=', 'closed')
    .execute();
  await appendAudit(ctx, tx, sender.controllerId, {
    actor,
    action: 'sender.liftHalt',
    object: `sender:${sender.id}`,
    outcome: 'done',
    details: { code: sender.haltedCode ?? null },
  });
}

const utilityBucket = ({ businessAccountId }: Pick<Sender, 'businessAccountId'>): string =>
  `utility:${businessAccountId}`;

/** Until when the account may send no utility messages; null: it may. */
export async function utilityHeldUntil(tx: Db, sender: Sender, now: number): Promise<number | null> {
  const row = await tx
    .selectFrom('pace_buckets')
    .select('held_until')
    .where('name', '=', utilityBucket(sender))
    .executeTakeFirst();
  const until = row?.held_until ?? 0;
  return until > now ? until : null;
}

/** Meta caps the utility messages of an account whose templates are in the wrong category (131064). */
export async function haltUtility(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  forMs: number,
  actor: Actor,
): Promise<void> {
  const now = ctx.clock.now();
  const name = utilityBucket(sender);
  const row = await bucket(ctx, tx, name);
  if ((row?.held_until ?? 0) > now) return;
  await keepBucket(tx, { name, next_at: 0, slowed: 0, held_until: now + forMs, changed_at: now });
  await openTask(ctx, tx, sender);
  await appendAudit(ctx, tx, sender.controllerId, {
    actor,
    action: 'sender.haltUtility',
    object: `sender:${sender.id}`,
    outcome: 'done',
    details: { until: now + forMs },
  });
}
