import { type Db, type RegistryContext } from '../context';
import { newId } from '../ids';
import type { Actor, Sender } from '../types';
import { appendAudit } from './audit';

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
      created_at: now,
      closed_at: null,
      dedupe: null,
    })
    .execute();
  await appendAudit(ctx, tx, sender.controllerId, {
    actor,
    action: 'sender.halt',
    object: `sender:${sender.id}`,
    outcome: 'done',
    details: { code },
  });
}
