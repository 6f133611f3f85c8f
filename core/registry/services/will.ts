import type { ReplyReading } from '../../replies/types';
import type { Db, RegistryContext } from '../context';
import type { Sender } from '../types';
import { appendConsent } from './consentEvents';
import { liftSuppression, suppressContact } from './suppression';

/** STOP is law: it is on record before the workflow sees the event. Answers whether it had been said before. */
export async function applyWill(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
  reading: ReplyReading,
  eventId: string,
  scope: 'all' | 'marketing',
): Promise<boolean> {
  const { controllerId } = sender;
  if (reading.intent === 'stop') {
    const { repeated } = await suppressContact(
      ctx,
      tx,
      controllerId,
      contactId,
      scope,
      `message:${eventId}`,
      'inbox',
    );
    return repeated;
  }
  if (reading.wrongNumber) await setHandles(ctx, tx, contactId, 'disputed');
  if (reading.deceased) {
    await tx
      .updateTable('contacts')
      .set({ deceased_at: ctx.clock.now() })
      .where('id', '=', contactId)
      .execute();
  }
  if (reading.intent === 'start') await applyStart(ctx, tx, sender, contactId, eventId);
  return false;
}

async function setHandles(ctx: RegistryContext, tx: Db, contactId: string, state: 'disputed'): Promise<void> {
  const now = ctx.clock.now();
  await tx
    .updateTable('handles')
    .set({ state, changed_at: now })
    .where('contact_id', '=', contactId)
    .execute();
}

/** START after a STOP opens service messages again. Marketing consents are not revived: each is given anew. */
async function applyStart(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
  eventId: string,
): Promise<void> {
  const lifted = await liftSuppression(ctx, tx, sender.controllerId, contactId, 'inbox');
  if (lifted === 0) return;
  const controller = await tx
    .selectFrom('controllers')
    .select(['name', 'privacy_notice_url'])
    .where('id', '=', sender.controllerId)
    .executeTakeFirstOrThrow();
  const proof = {
    textShown: 'START',
    textVersion: '1',
    language: 'und',
    reference: eventId,
    recordedBy: 'inbox',
    businessNamed: controller.name,
    privacyNoticeVersion: controller.privacy_notice_url,
  };
  const row = {
    purpose: 'appointment' as const,
    kind: 'given' as const,
    source: `message:${eventId}`,
    occurredAt: ctx.clock.now() + 1,
    proof,
  };
  await appendConsent(ctx, tx, sender.controllerId, contactId, null, row, 'inbox');
}
