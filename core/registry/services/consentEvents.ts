import { hash } from 'node:crypto';
import { reasonFor } from '../../policy';
import type { Db, RegistryContext } from '../context';
import { idsOfBatch } from '../ids';
import type { NewRow } from '../schema';
import {
  type Actor,
  CHANNEL,
  type ConsentInput,
  type Controller,
  type PersonRef,
  type Verification,
} from '../types';
import { refused, type Refused } from './consentRow';
import { addHandle, createContact, resolvePeople } from './people';

/** One event of a contact, or of a data subject that the contact answers for. */
export interface NewConsent {
  readonly contactId: string;
  readonly subjectId: string | null;
  readonly row: Omit<ConsentInput, 'person'>;
}

export interface Appended {
  readonly eventId: string;
  /** It was on record already: the same event told twice is one event, so that imports can be repeated. */
  readonly repeated: boolean;
}

/** What makes two tellings one event. */
export interface Telling {
  readonly contactId: string;
  readonly subjectId: string | null;
  readonly row: Pick<ConsentInput, 'purpose' | 'kind' | 'scope' | 'occurredAt' | 'source'>;
}

export function dedupeKey({ contactId, subjectId, row }: Telling): string {
  const { purpose, kind, scope, occurredAt, source } = row;
  const parts = [contactId, subjectId ?? '', purpose, kind, scope ?? '', String(occurredAt), source];
  // Begins with the contact, so that the entries of one batch lie side by side in the index.
  return contactId + hash('sha256', parts.join('\0'), 'base64url');
}

function eventRow(
  ctx: RegistryContext,
  controllerId: string,
  { contactId, subjectId, row }: NewConsent,
  id: string,
  dedupe: string,
  actor: Actor,
): NewRow<'consent_events'> {
  return {
    id,
    controller_id: controllerId,
    contact_id: contactId,
    subject_id: subjectId,
    purpose: row.purpose,
    channel: CHANNEL,
    kind: row.kind,
    scope: row.scope ?? null,
    source: row.source,
    proof_sealed: row.proof ? ctx.keys.seal('data', JSON.stringify(row.proof), `consent_events:${id}`) : null,
    has_proof: row.proof ? 1 : 0,
    occurred_at: row.occurredAt,
    recorded_at: ctx.clock.now(),
    valid_until: row.validUntil ?? null,
    actor,
    dedupe,
  };
}

/** Appends the events of a batch; the answers stand in their order. */
export async function appendConsents(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  consents: readonly NewConsent[],
  actor: Actor,
): Promise<Appended[]> {
  if (consents.length === 0) return [];
  const keys = consents.map(dedupeKey);
  const stored = await tx
    .selectFrom('consent_events')
    .select(['id', 'dedupe'])
    .where('controller_id', '=', controllerId)
    .where('dedupe', 'in', ctx.engine.list(keys))
    .execute();
  const known = new Map(stored.map((row) => [row.dedupe, row.id]));
  const rows: NewRow<'consent_events'>[] = [];
  const ids = idsOfBatch(ctx.random);
  const appended = consents.map((consent, index): Appended => {
    const key = keys[index] ?? '';
    const before = known.get(key);
    if (before !== undefined) return { eventId: before, repeated: true };
    const row = eventRow(ctx, controllerId, consent, ids(), key, actor);
    rows.push(row);
    known.set(key, row.id);
    return { eventId: row.id, repeated: false };
  });
  await ctx.engine.insertAll(tx, 'consent_events', rows);
  return appended;
}

/** Appends one event. */
export async function appendConsent(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
  subjectId: string | null,
  row: Omit<ConsentInput, 'person'>,
  actor: Actor,
): Promise<Appended> {
  const [appended] = await appendConsents(ctx, tx, controllerId, [{ contactId, subjectId, row }], actor);
  if (!appended) throw new Error('An event was appended without an answer');
  return appended;
}

/**
 * The contact that a caller names; made when a phone number is new. Also somebody whom we do not know may say no, and
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
