import type { Verification, PersonRef, Controller } from '../types';
import { type Db, inChunks, type RegistryContext } from '../context';
import { isId, newId } from '../ids';
import { normalizePhone } from '../phone';
import type { Row } from '../schema';

/** A handle in its normal form, with what the registry stores of it. */
export interface NormalHandle {
  readonly kind: 'phone' | 'waId' | 'bsuid';
  readonly value: string;
  /** Under which it may be stored, the one for new rows first. */
  readonly lookups: readonly [string, ...string[]];
  readonly token: string;
  readonly country: string | null;
}

export type Resolved =
  | { readonly status: 'known'; readonly contactId: string }
  | { readonly status: 'unknown'; readonly handle: NormalHandle | null }
  | { readonly status: 'bad' };

export function phoneHandle(
  ctx: RegistryContext,
  controllerId: string,
  e164: string,
  country: string | null,
): NormalHandle {
  return {
    kind: 'phone',
    value: e164,
    lookups: ctx.keys.lookups('phone', e164),
    token: ctx.keys.suppressionToken(controllerId, e164),
    country,
  };
}

/** Meta's digits-only id; it can differ from the number that was dialled (Brazil, Mexico), so both are kept. */
export function waIdHandle(ctx: RegistryContext, controllerId: string, waId: string): NormalHandle {
  return {
    kind: 'waId',
    value: waId,
    lookups: ctx.keys.lookups('waId', waId),
    token: ctx.keys.suppressionToken(controllerId, `+${waId}`),
    country: normalizePhone(`+${waId}`, 'ZZ')?.country ?? null,
  };
}

export function bsuidHandle(ctx: RegistryContext, controllerId: string, bsuid: string): NormalHandle {
  const country = /^[A-Z]{2}\./.test(bsuid) ? bsuid.slice(0, 2) : null;
  return {
    kind: 'bsuid',
    value: bsuid,
    lookups: ctx.keys.lookups('bsuid', bsuid),
    token: ctx.keys.suppressionToken(controllerId, `bsuid:${bsuid}`),
    country,
  };
}

function normalHandle(ctx: RegistryContext, controller: Controller, person: PersonRef): NormalHandle | null {
  if ('bsuid' in person) return bsuidHandle(ctx, controller.id, person.bsuid);
  if (!('phone' in person)) return null;
  const phone = normalizePhone(person.phone, person.country ?? controller.country);
  return phone ? phoneHandle(ctx, controller.id, phone.e164, phone.country) : null;
}

/** Finds the contacts of a batch in two queries; the answers stand in the order of the questions. */
export async function resolvePeople(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  people: readonly PersonRef[],
): Promise<Resolved[]> {
  const handles = people.map((person) => normalHandle(ctx, controller, person));
  const refs = people.flatMap((person) =>
    'contactRef' in person && isId(person.contactRef) ? [person.contactRef] : [],
  );
  const byLookup = await findByLookup(
    db,
    controller.id,
    handles.flatMap((handle) => handle?.lookups ?? []),
  );
  const known = await findByRef(db, controller.id, refs);
  return people.map((person, index): Resolved => {
    if ('contactRef' in person) {
      return known.has(person.contactRef)
        ? { status: 'known', contactId: person.contactRef }
        : { status: 'unknown', handle: null };
    }
    const handle = handles[index];
    if (!handle) return { status: 'bad' };
    const contactId = handle.lookups.map((lookup) => byLookup.get(lookup)).find((found) => found);
    return contactId ? { status: 'known', contactId } : { status: 'unknown', handle };
  });
}

async function findByLookup(
  db: Db,
  controllerId: string,
  lookups: readonly string[],
): Promise<Map<string, string>> {
  const rows = await inChunks([...new Set(lookups)], (slice) =>
    db
      .selectFrom('handles')
      .select(['lookup', 'contact_id'])
      .where('controller_id', '=', controllerId)
      .where('kind', 'in', ['phone', 'bsuid'])
      .where('lookup', 'in', slice)
      .execute(),
  );
  return new Map(rows.map((row) => [row.lookup, row.contact_id]));
}

async function findByRef(db: Db, controllerId: string, refs: readonly string[]): Promise<Set<string>> {
  const rows = await inChunks([...new Set(refs)], (slice) =>
    db
      .selectFrom('contacts')
      .select('id')
      .where('controller_id', '=', controllerId)
      .where('erased_at', 'is', null)
      .where('id', 'in', slice)
      .execute(),
  );
  return new Set(rows.map((row) => row.id));
}

export async function createContact(ctx: RegistryContext, tx: Db, controllerId: string): Promise<string> {
  const id = newId(ctx.random);
  await tx
    .insertInto('contacts')
    .values({
      id,
      controller_id: controllerId,
      created_at: ctx.clock.now(),
      deceased_at: null,
      restricted_at: null,
      erased_at: null,
      merged_into: null,
      adult_at: null,
    })
    .execute();
  return id;
}

/** While the pepper is rotated, the index cannot tell that a handle is there under its old look-up. */
async function standsUnderOldKey(tx: Db, controllerId: string, handle: NormalHandle): Promise<boolean> {
  const [, ...older] = handle.lookups;
  if (older.length === 0) return false;
  const row = await tx
    .selectFrom('handles')
    .select('id')
    .where('controller_id', '=', controllerId)
    .where('kind', '=', handle.kind)
    .where('lookup', 'in', older)
    .executeTakeFirst();
  return row !== undefined;
}

/** Adds a handle to a contact; a handle that another contact holds stays there: merging needs proof. */
export async function addHandle(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
  handle: NormalHandle,
  state: Verification,
): Promise<void> {
  if (await standsUnderOldKey(tx, controllerId, handle)) return;
  const id = newId(ctx.random);
  const now = ctx.clock.now();
  await tx
    .insertInto('handles')
    .values({
      id,
      controller_id: controllerId,
      contact_id: contactId,
      kind: handle.kind,
      portfolio_id: null,
      lookup: handle.lookups[0],
      lookup_key: ctx.keys.lookupKeyId,
      value_sealed: ctx.keys.seal('data', handle.value, `handles:${id}`),
      token: handle.token,
      country: handle.country,
      state,
      protected_source: 0,
      unreachable_at: null,
      created_at: now,
      changed_at: now,
    })
    .onConflict((conflict) => conflict.columns(['controller_id', 'kind', 'lookup']).doNothing())
    .execute();
}

export function openHandle(ctx: RegistryContext, handle: Row<'handles'>): string {
  return ctx.keys.open(handle.value_sealed, `handles:${handle.id}`);
}

/** A message is recognised by a keyed hash: Meta's ids hold the phone number in base64. */
export function messageLookup(ctx: RegistryContext, messageId: string): string {
  return ctx.keys.messageLookup('message', messageId);
}

/** The user's own ids of data subjects are hashed like handles: the registry only needs to recognise them. */
export function subjectLookups(
  ctx: RegistryContext,
  controllerId: string,
  ref: string,
): readonly [string, ...string[]] {
  return ctx.keys.lookups('subject', `${controllerId}\0${ref}`);
}
