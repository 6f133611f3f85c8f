import { CareError } from '../../errors';
import { refusal } from '../../policy';
import type { Purpose } from '../../policy/types';
import type { TagService } from '../api';
import type { Db, RegistryContext } from '../context';
import type { Actor, ConsentProof, Controller, PersonRef } from '../types';
import { appendAudit } from './audit';
import { appendConsent } from './consentEvents';
import { resolvePeople } from './people';
import { normalizeTag, setTags } from './profile';
import { reading } from './reading';
import { writing } from './writing';

type Change = Parameters<TagService['update']>[2];
type Proof = Parameters<TagService['update']>[3];

async function knownContact(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  person: PersonRef,
): Promise<string> {
  const [resolved] = await resolvePeople(ctx, tx, controller, [person]);
  if (resolved?.status === 'known') return resolved.contactId;
  throw refusal(resolved?.status === 'bad' ? 'badPhone' : 'unknownContact');
}

/** Who said it and in answer to what: without one of the two a change of preferences proves nothing. */
async function evidence(
  tx: Db,
  controller: Controller,
  contactId: string,
  proof: Proof,
): Promise<ConsentProof> {
  const event = proof.eventId
    ? await tx
        .selectFrom('inbound_events')
        .select(['id', 'contact_id'])
        .where('id', '=', proof.eventId)
        .where('controller_id', '=', controller.id)
        .executeTakeFirst()
    : undefined;
  if (proof.eventId && event?.contact_id !== contactId) {
    throw refusal('eventUnknown', { field: 'eventId' });
  }
  if (!event && !proof.recordedBy) {
    throw new CareError('proofMissing', 'Give the message that asked for it, or the person who records it.', {
      field: 'recordedBy',
    });
  }
  return {
    textShown: proof.textShown ?? 'preference_menu',
    textVersion: '1',
    language: proof.language ?? 'und',
    reference: event?.id ?? 'desk',
    recordedBy: proof.recordedBy ?? 'inbox',
    businessNamed: controller.name,
    privacyNoticeVersion: controller.privacyNoticeUrl,
  };
}

async function optPurposes(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  contactId: string,
  change: Change,
  proof: ConsentProof,
  actor: Actor,
): Promise<void> {
  const occurredAt = ctx.clock.now();
  const append = (purpose: Purpose, kind: 'given' | 'withdrawn'): Promise<unknown> =>
    appendConsent(
      ctx,
      tx,
      controller.id,
      contactId,
      null,
      { purpose, kind, source: `preferences:${proof.reference}`, occurredAt, proof },
      actor,
    );
  for (const purpose of change.optIn ?? []) await append(purpose, 'given');
  for (const purpose of change.optOut ?? []) await append(purpose, 'withdrawn');
}

async function setFrequency(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  change: Change,
  eventId: string | null,
): Promise<void> {
  if (!change.frequency) return;
  const { purpose, messages, days } = change.frequency;
  if (!Number.isInteger(messages) || !Number.isInteger(days) || messages < 0 || days < 1) {
    throw new CareError(
      'frequencyInvalid',
      'A frequency is a whole number of messages in a whole number of days.',
      { field: 'frequency' },
    );
  }
  const set = { messages, days, event_id: eventId, set_at: ctx.clock.now() };
  await tx
    .insertInto('contact_frequencies')
    .values({ contact_id: contactId, purpose, ...set })
    .onConflict((conflict) => conflict.columns(['contact_id', 'purpose']).doUpdateSet(set))
    .execute();
}

async function currentTags(db: Db, contactId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('contact_tags')
    .select('tag')
    .where('contact_id', '=', contactId)
    .where('removed_at', 'is', null)
    .orderBy('tag')
    .execute();
  return rows.map((row) => row.tag);
}

export function createTagService(ctx: RegistryContext): TagService {
  return {
    update: (controllerKey, person, change, proof, actor) =>
      writing(ctx, controllerKey, async (tx, controller) => {
        const contactId = await knownContact(ctx, tx, controller, person);
        const shown = await evidence(tx, controller, contactId, proof);
        const eventId = proof.eventId ?? null;
        const remove = (change.remove ?? []).map((tag) => normalizeTag(ctx, tag));
        if (remove.length > 0) {
          await tx
            .updateTable('contact_tags')
            .set({ removed_at: ctx.clock.now(), event_id: eventId })
            .where('contact_id', '=', contactId)
            .where('tag', 'in', remove)
            .where('removed_at', 'is', null)
            .execute();
        }
        await setTags(ctx, tx, contactId, change.add ?? [], shown.recordedBy, eventId);
        await optPurposes(ctx, tx, controller, contactId, change, shown, actor);
        await setFrequency(ctx, tx, contactId, change, eventId);
        const tags = await currentTags(tx, contactId);
        const details = { added: change.add?.length ?? 0, removed: remove.length, event: eventId };
        await appendAudit(ctx, tx, controller.id, {
          actor,
          action: 'preferences.set',
          object: `contact:${contactId}`,
          outcome: 'done',
          details,
        });
        return { contactRef: contactId, tags };
      }),
    get: (controllerKey, person) =>
      reading(ctx, controllerKey, async (controller) => {
        const contactId = await knownContact(ctx, ctx.db, controller, person);
        return currentTags(ctx.db, contactId);
      }),
  };
}
