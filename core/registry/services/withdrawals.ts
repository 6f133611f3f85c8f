import type { Purpose } from '../../policy/types';
import type { Db, RegistryContext } from '../context';
import type { Actor, Controller, PersonRef, RowResult } from '../types';
import { appendAudit } from './audit';
import { appendConsent, contactFor } from './consentEvents';
import { suppressContact } from './suppression';
import { writing } from './writing';

async function withContact(
  ctx: RegistryContext,
  controllerKey: string,
  person: PersonRef,
  act: (tx: Db, controller: Controller, contactId: string) => Promise<string>,
): Promise<RowResult> {
  return writing(ctx, controllerKey, async (tx, controller) => {
    const contactId = await contactFor(ctx, tx, controller, person);
    if (typeof contactId !== 'string') return contactId;
    const eventId = await act(tx, controller, contactId);
    return { ok: true, contactRef: contactId, eventId, repeated: false };
  });
}

export function withdrawPurpose(
  ctx: RegistryContext,
  controllerKey: string,
  person: PersonRef,
  purpose: Purpose,
  source: string,
  actor: Actor,
): Promise<RowResult> {
  return withContact(ctx, controllerKey, person, async (tx, controller, contactId) => {
    const row = { purpose, kind: 'withdrawn' as const, source, occurredAt: ctx.clock.now() };
    const { eventId } = await appendConsent(ctx, tx, controller.id, contactId, null, row, actor);
    await appendAudit(ctx, tx, controller.id, {
      actor,
      action: 'consent.withdraw',
      object: `contact:${contactId}`,
      outcome: purpose,
    });
    return eventId;
  });
}

export function withdrawAll(
  ctx: RegistryContext,
  controllerKey: string,
  person: PersonRef,
  source: string,
  actor: Actor,
): Promise<RowResult> {
  return withContact(ctx, controllerKey, person, async (tx, controller, contactId) => {
    const { suppressionId } = await suppressContact(ctx, tx, controller.id, contactId, 'all', source, actor);
    return suppressionId;
  });
}
