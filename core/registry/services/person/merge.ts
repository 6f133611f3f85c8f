import { VERIFIED } from '../../../consent/decide';
import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import type { PersonQuery, Vouched } from '../../rightsApi';
import type { Row } from '../../schema';
import type { Actor, Controller, Verification } from '../../types';
import { appendAudit, type AuditEntry } from '../audit';
import { handlesOf } from './handles';
import { contactRow, locate } from './locate';
import { laterOf, moveSubjects, repeatConsents } from './mergeFacts';
import { moveRows } from './mergeRows';
import { carrySuppressions } from './suppressions';
import { vouched } from './vouched';

/** A flag of either one holds for both. */
function strictest(a: Row<'contacts'>, b: Row<'contacts'>) {
  const earlier = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? (x ?? y) : Math.min(x, y);
  return {
    deceased_at: earlier(a.deceased_at, b.deceased_at),
    restricted_at: earlier(a.restricted_at, b.restricted_at),
    adult_at: laterOf(a.adult_at, b.adult_at),
  };
}

/**
 * Makes one contact of two. Whoever calls it has the proof; nothing here follows a number that two people share.
 */
export async function joinContacts(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  from: string,
  into: string,
  told: Pick<AuditEntry, 'actor' | 'outcome' | 'details'>,
): Promise<void> {
  const gone = await contactRow(tx, controllerId, from);
  const stays = await contactRow(tx, controllerId, into);
  if (!gone || !stays) throw refusal('unknownContact');
  const subjects = await moveSubjects(ctx, tx, from, into);
  const events = await repeatConsents(ctx, tx, from, into, subjects);
  await moveRows(tx, from, into);
  await carrySuppressions(ctx, tx, controllerId, into);
  await tx.updateTable('contacts').set(strictest(gone, stays)).where('id', '=', into).execute();
  // Also those that the first had taken over: every pseudonym leads to its person in one step.
  await tx
    .updateTable('contacts')
    .set({ merged_into: into })
    .where((eb) => eb.or([eb('id', '=', from), eb('merged_into', '=', from)]))
    .execute();
  await appendAudit(ctx, tx, controllerId, {
    actor: told.actor,
    action: 'person.merge',
    object: `contact:${into}`,
    outcome: told.outcome,
    details: { ...told.details, merged: from, events },
  });
}

async function holdsVerified(tx: Db, contactId: string): Promise<boolean> {
  const handles = await handlesOf(tx, contactId);
  return handles.some((handle) => VERIFIED.includes(handle.state as Verification));
}

/**
 * The desk's merge: both hold a number that was verified, and a named person vouches that it is one human.
 * @throws CareError `mergeUnproven`, `unknownContact`, `staffMemberMissing`, `proofMissing`
 */
export async function mergePeople(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  people: { readonly from: PersonQuery; readonly into: PersonQuery },
  proof: Vouched,
  actor: Actor,
): Promise<{ contactRef: string; merged: boolean }> {
  const { recordedBy, reference } = vouched(ctx, proof);
  const from = await locate(ctx, tx, controller, people.from);
  const into = await locate(ctx, tx, controller, people.into);
  if (from === into) return { contactRef: into, merged: false };
  if (!(await holdsVerified(tx, from)) || !(await holdsVerified(tx, into))) throw refusal('mergeUnproven');
  await joinContacts(ctx, tx, controller.id, from, into, {
    actor,
    outcome: 'vouched',
    details: { person: recordedBy, reference },
  });
  return { contactRef: into, merged: true };
}
