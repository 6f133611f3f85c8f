import { z } from 'zod/v4';
import type { Db, RegistryContext } from '../../context';
import { newId } from '../../ids';
import { type Erasure, ERASURE_REASONS, type ErasureReason, type PersonQuery } from '../../rightsApi';
import { refusal } from '../../../policy';
import type { Actor, Controller } from '../../types';
import { appendAudit } from '../audit';
import { parseInput } from '../controllers';
import { tokenOf } from '../person/handles';
import { contactRow, findContact, pseudonymsOf } from '../person/locate';
import { namedPerson } from '../person/vouched';
import { writing } from '../writing';
import { destroy } from './destroy';

const SOURCE = 'erasure';
const NOTHING: Erasure = { contactRef: null, repeated: true, counts: {} };

/** Every handle is refused from now on, whoever imports it again; only the person's own START lifts it. */
async function suppressForGood(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
): Promise<number> {
  const handles = await tx
    .selectFrom('handles')
    .select('token')
    .distinct()
    .where('contact_id', '=', contactId)
    .execute();
  const set = { source: SOURCE, occurred_at: ctx.clock.now(), lifted_at: null };
  for (const { token } of handles) {
    await tx
      .insertInto('suppressions')
      .values({
        id: newId(ctx.random),
        controller_id: controllerId,
        token,
        scope: 'all',
        ...set,
      })
      .onConflict((conflict) => conflict.columns(['controller_id', 'token', 'scope']).doUpdateSet(set))
      .execute();
  }
  return handles.length;
}

/** Somebody who is not on record: an earlier erasure of this number answers, anything else is a mistake. */
async function erasedBefore(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  person: PersonQuery,
): Promise<Erasure> {
  if ('contactRef' in person) {
    const contact = await contactRow(tx, controller.id, person.contactRef);
    if (contact && contact.erased_at !== null) return { ...NOTHING, contactRef: contact.id };
    throw refusal('unknownContact');
  }
  const token = tokenOf(ctx, controller, person);
  const known =
    token !== null &&
    (await tx
      .selectFrom('suppressions')
      .select('id')
      .where('controller_id', '=', controller.id)
      .where('token', '=', token)
      .where('source', '=', SOURCE)
      .executeTakeFirst());
  if (known) return NOTHING;
  throw refusal('unknownContact');
}

/** Only the pseudonym and the day stay, of the contact and of those that were merged into it. */
async function emptyContacts(ctx: RegistryContext, tx: Db, ids: readonly string[]): Promise<void> {
  await tx
    .updateTable('contacts')
    .set({
      erased_at: ctx.clock.now(),
      deceased_at: null,
      restricted_at: null,
      adult_at: null,
      merged_into: null,
    })
    .where('id', 'in', ids)
    .execute();
}

async function eraseContact(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  contactId: string,
  told: { reason: ErasureReason; person: string; actor: Actor },
): Promise<Erasure> {
  const suppressed = await suppressForGood(ctx, tx, controller.id, contactId);
  const pseudonyms = await pseudonymsOf(tx, contactId);
  const counts = { ...(await destroy(tx, pseudonyms)), suppressed };
  await emptyContacts(ctx, tx, pseudonyms);
  await appendAudit(ctx, tx, controller.id, {
    actor: told.actor,
    action: 'person.erase',
    object: `contact:${contactId}`,
    outcome: told.reason,
    details: { person: told.person, ...counts },
  });
  return { contactRef: contactId, repeated: false, counts };
}

/** Thrown to undo the transaction of a dry run; never leaves this file. */
class DryRun extends Error {
  constructor(readonly erasure: Erasure) {
    super();
  }
}

/** @throws CareError `unknownContact`, `badPhone`, `staffMemberMissing`, `inputInvalid` */
export async function erasePerson(
  ctx: RegistryContext,
  controllerKey: string,
  person: PersonQuery,
  why: { readonly reason: ErasureReason; readonly recordedBy: string; readonly dryRun: boolean },
  actor: Actor,
): Promise<Erasure> {
  const name = namedPerson(why.recordedBy);
  const { reason } = parseInput(z.object({ reason: z.enum(ERASURE_REASONS) }), why);
  try {
    return await writing(ctx, controllerKey, async (tx, controller) => {
      const contactId = await findContact(ctx, tx, controller, person);
      if (contactId === undefined) return erasedBefore(ctx, tx, controller, person);
      const erasure = await eraseContact(ctx, tx, controller, contactId, { reason, person: name, actor });
      if (why.dryRun) throw new DryRun(erasure);
      return erasure;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.erasure;
    throw error;
  }
}
