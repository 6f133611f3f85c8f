import { createHash } from 'node:crypto';
import { CareError } from '../../errors';
import { reasonFor } from '../../policy';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import {
  type Actor,
  CHANNEL,
  type ConsentInput,
  type Controller,
  type PersonRef,
  type RowResult,
  type Verification,
} from '../types';
import { appendAudit } from './audit';
import { checkRow, refused, type Refused } from './consentRow';
import { addHandle, createContact, resolvePeople, subjectLookups } from './people';
import { checkProfile, saveProfile } from './profile';
import { writing } from './writing';

// The same event told twice is one event: imports can be repeated.
function dedupeKey(contactId: string, subjectId: string | null, row: ConsentInput): string {
  const parts = [contactId, subjectId ?? '', row.purpose, row.kind, String(row.occurredAt), row.source];
  return createHash('sha256').update(parts.join('\0')).digest('base64url');
}

/**
 * The contact that a row names; made when a phone number is new. Also somebody whom we do not know may say no, and
 * that has to be on record before the first import.
 */
export async function contactFor(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  named: PersonRef,
  verification: Verification = 'unverified',
): Promise<string | Refused> {
  const [person] = await resolvePeople(ctx, tx, controller, [named]);
  if (!person || person.status === 'bad') return refused('badPhone', reasonFor('badPhone').sentence, 'phone');
  if (person.status === 'known') return person.contactId;
  if (!person.handle) return refused('unknownContact', reasonFor('unknownContact').sentence, 'contactRef');
  const contactId = await createContact(ctx, tx, controller.id);
  await addHandle(ctx, tx, controller.id, contactId, person.handle, verification);
  return contactId;
}

async function subjectFor(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  contactId: string,
  row: ConsentInput,
): Promise<string | null> {
  if (!row.subject) return null;
  const lookups = subjectLookups(ctx, controller.id, row.subject.ref);
  const known = await tx
    .selectFrom('data_subjects')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('lookup', 'in', lookups)
    .executeTakeFirst();
  if (known) return known.id;
  const id = newId(ctx.random);
  await tx
    .insertInto('data_subjects')
    .values({
      id,
      controller_id: controller.id,
      contact_id: contactId,
      lookup: lookups[0],
      lookup_key: ctx.keys.lookupKeyId,
      ref_sealed: ctx.keys.seal('data', row.subject.ref, `data_subjects:${id}`),
      relation: row.subject.relation,
      adult_at: null,
      created_at: ctx.clock.now(),
    })
    .execute();
  return id;
}

/** Appends one event; `repeated` when it was on record already. */
export async function appendConsent(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
  subjectId: string | null,
  row: Omit<ConsentInput, 'person'>,
  actor: Actor,
): Promise<{ eventId: string; repeated: boolean }> {
  const dedupe = dedupeKey(contactId, subjectId, row as ConsentInput);
  const known = await tx
    .selectFrom('consent_events')
    .select('id')
    .where('controller_id', '=', controllerId)
    .where('dedupe', '=', dedupe)
    .executeTakeFirst();
  if (known) return { eventId: known.id, repeated: true };
  const id = newId(ctx.random);
  await tx
    .insertInto('consent_events')
    .values({
      id,
      controller_id: controllerId,
      contact_id: contactId,
      subject_id: subjectId,
      purpose: row.purpose,
      channel: CHANNEL,
      kind: row.kind,
      scope: null,
      source: row.source,
      proof_sealed: row.proof
        ? ctx.keys.seal('data', JSON.stringify(row.proof), `consent_events:${id}`)
        : null,
      has_proof: row.proof ? 1 : 0,
      occurred_at: row.occurredAt,
      recorded_at: ctx.clock.now(),
      valid_until: row.validUntil ?? null,
      actor,
      dedupe,
    })
    .execute();
  return { eventId: id, repeated: false };
}

async function verifyHandles(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  state: 'doubleOptIn' | 'desk',
): Promise<void> {
  await tx
    .updateTable('handles')
    .set({ state, changed_at: ctx.clock.now() })
    .where('contact_id', '=', contactId)
    .where('state', '=', 'unverified')
    .execute();
}

async function recordRow(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  row: ConsentInput,
  actor: Actor,
): Promise<RowResult> {
  if (row.profile) checkProfile(ctx, row.profile);
  const contactId = await contactFor(ctx, tx, controller, row.person, row.verification);
  if (typeof contactId !== 'string') return contactId;
  const subjectId = await subjectFor(ctx, tx, controller, contactId, row);
  const { eventId, repeated } = await appendConsent(ctx, tx, controller.id, contactId, subjectId, row, actor);
  if (row.verification) await verifyHandles(ctx, tx, contactId, row.verification);
  if (row.profile) await saveProfile(ctx, tx, contactId, row.profile, row.source);
  return { ok: true, contactRef: contactId, eventId, repeated };
}

/** Thrown to undo the transaction of a dry run; never leaves this file. */
class DryRun extends Error {}

/** One transaction for a small batch: SQLite's lock is held for milliseconds, and webhooks get their turn between. */
const BATCH = 100;

async function recordBatch(
  ctx: RegistryContext,
  controllerKey: string,
  rows: readonly ConsentInput[],
  actor: Actor,
  dryRun: boolean,
): Promise<RowResult[]> {
  const results: RowResult[] = [];
  try {
    await writing(ctx, controllerKey, async (tx, controller) => {
      for (const row of rows) {
        const wrong = checkRow(row, ctx.clock.now());
        results.push(wrong ?? (await recordOrRefuse(ctx, tx, controller, row, actor)));
      }
      const recorded = results.filter((result) => result.ok && !result.repeated).length;
      await appendAudit(ctx, tx, controller.id, {
        actor,
        action: 'consent.record',
        object: 'consents',
        outcome: 'done',
        details: { rows: rows.length, recorded },
      });
      if (dryRun) throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return results;
}

// A profile that is refused (a tag with health data) refuses its row, not the whole batch.
async function recordOrRefuse(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  row: ConsentInput,
  actor: Actor,
): Promise<RowResult> {
  try {
    return await recordRow(ctx, tx, controller, row, actor);
  } catch (error) {
    if (error instanceof CareError) return refused(error.code, error.message, error.at.field);
    throw error;
  }
}

export async function recordConsents(
  ctx: RegistryContext,
  controllerKey: string,
  rows: readonly ConsentInput[],
  actor: Actor,
  dryRun: boolean,
): Promise<RowResult[]> {
  const results: RowResult[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    results.push(...(await recordBatch(ctx, controllerKey, rows.slice(start, start + BATCH), actor, dryRun)));
  }
  return results;
}
