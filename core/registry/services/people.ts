import type { HandleKind, Verification, PersonRef, Controller } from '../types';
import type { Db, RegistryContext } from '../context';
import { isId, newId } from '../ids';
import { normalizePhone } from '../phone';
import type { NewRow } from '../schema';

/** A handle in its normal form, with what the registry stores of it. */
export interface NormalHandle {
  readonly kind: HandleKind;
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

/** Controller and kind are hashed along, so that the index over all handles holds nothing but the hash. */
export function handleLookups(
  ctx: RegistryContext,
  controllerId: string,
  kind: HandleKind,
  value: string,
): readonly [string, ...string[]] {
  return ctx.keys.lookups(kind, `${controllerId}\0${value}`);
}

export function phoneHandle(
  ctx: RegistryContext,
  controllerId: string,
  e164: string,
  country: string | null,
): NormalHandle {
  return {
    kind: 'phone',
    value: e164,
    lookups: handleLookups(ctx, controllerId, 'phone', e164),
    token: ctx.keys.suppressionToken(controllerId, e164),
    country,
  };
}

/** Meta's digits-only id; it can differ from the number that was dialled (Brazil, Mexico), so both are kept. */
export function waIdHandle(ctx: RegistryContext, controllerId: string, waId: string): NormalHandle {
  return {
    kind: 'waId',
    value: waId,
    lookups: handleLookups(ctx, controllerId, 'waId', waId),
    token: ctx.keys.suppressionToken(controllerId, `+${waId}`),
    country: normalizePhone(`+${waId}`, 'ZZ')?.country ?? null,
  };
}

export function bsuidHandle(ctx: RegistryContext, controllerId: string, bsuid: string): NormalHandle {
  const country = /^[A-Z]{2}\./.test(bsuid) ? bsuid.slice(0, 2) : null;
  return {
    kind: 'bsuid',
    value: bsuid,
    lookups: handleLookups(ctx, controllerId, 'bsuid', bsuid),
    token: ctx.keys.suppressionToken(controllerId, `bsuid:${bsuid}`),
    country,
  };
}

/** A private id that SendApp's session gives instead of a number. Nothing can be sent to it. */
export function sendAppIdHandle(ctx: RegistryContext, controllerId: string, id: string): NormalHandle {
  return {
    kind: 'sendAppId',
    value: id,
    lookups: handleLookups(ctx, controllerId, 'sendAppId', id),
    token: ctx.keys.suppressionToken(controllerId, `sendapp:${id}`),
    country: null,
  };
}

/** A person as a caller names them, with the handle in its normal form: read once, before any transaction. */
export type Named =
  | { readonly by: 'ref'; readonly contactRef: string }
  /** null: what was given cannot be a phone number. */
  | { readonly by: 'handle'; readonly handle: NormalHandle | null };

export function nameOf(ctx: RegistryContext, controller: Controller, person: PersonRef): Named {
  if ('contactRef' in person) return { by: 'ref', contactRef: person.contactRef };
  if ('bsuid' in person) return { by: 'handle', handle: bsuidHandle(ctx, controller.id, person.bsuid) };
  const phone = normalizePhone(person.phone, person.country ?? controller.country);
  return { by: 'handle', handle: phone && phoneHandle(ctx, controller.id, phone.e164, phone.country) };
}

/** Finds the contacts of a batch in two queries; the answers stand in the order of the questions. */
export async function resolveNames(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  names: readonly Named[],
): Promise<Resolved[]> {
  const refs = names.flatMap((name) => (name.by === 'ref' && isId(name.contactRef) ? [name.contactRef] : []));
  const lookups = names.flatMap((name) => (name.by === 'handle' && name.handle ? name.handle.lookups : []));
  const byLookup = await findByLookup(ctx, db, controller.id, lookups);
  const known = await findByRef(ctx, db, controller.id, refs);
  return names.map((name): Resolved => {
    if (name.by === 'ref') {
      const survivor = known.get(name.contactRef);
      return survivor === undefined
        ? { status: 'unknown', handle: null }
        : { status: 'known', contactId: survivor };
    }
    if (!name.handle) return { status: 'bad' };
    const contactId = name.handle.lookups.map((lookup) => byLookup.get(lookup)).find((found) => found);
    return contactId ? { status: 'known', contactId } : { status: 'unknown', handle: name.handle };
  });
}

export function resolvePeople(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  people: readonly PersonRef[],
): Promise<Resolved[]> {
  return resolveNames(
    ctx,
    db,
    controller,
    people.map((person) => nameOf(ctx, controller, person)),
  );
}

/**
 * Of people who are not on record, those who said no for good and were erased since: nothing but the token of their
 * suppression is left. Answers with these tokens.
 */
export async function suppressedStrangers(
  ctx: RegistryContext,
  db: Db,
  controllerId: string,
  people: readonly Resolved[],
): Promise<ReadonlySet<string>> {
  const tokens = people.flatMap((person) =>
    person.status === 'unknown' && person.handle ? [person.handle.token] : [],
  );
  if (tokens.length === 0) return new Set();
  const rows = await db
    .selectFrom('suppressions')
    .select('token')
    .where('controller_id', '=', controllerId)
    .where('scope', '=', 'all')
    .where('lifted_at', 'is', null)
    .where('token', 'in', ctx.engine.list([...new Set(tokens)]))
    .execute();
  return new Set(rows.map((row) => row.token));
}

/** Why somebody who is not on record gets nothing. */
export function strangerCode(
  person: Resolved,
  suppressed: ReadonlySet<string>,
): 'suppressed' | 'unknownContact' {
  const handle = person.status === 'unknown' ? person.handle : null;
  return handle && suppressed.has(handle.token) ? 'suppressed' : 'unknownContact';
}

async function findByLookup(
  ctx: RegistryContext,
  db: Db,
  controllerId: string,
  lookups: readonly string[],
): Promise<Map<string, string>> {
  if (lookups.length === 0) return new Map();
  const rows = await db
    .selectFrom('handles')
    .select(['lookup', 'contact_id'])
    .where('controller_id', '=', controllerId)
    .where('kind', 'in', ['phone', 'bsuid'])
    .where('lookup', 'in', ctx.engine.list([...new Set(lookups)]))
    .execute();
  return new Map(rows.map((row) => [row.lookup, row.contact_id]));
}

/** A pseudonym given out before two contacts were merged means the one that took the other over. */
async function findByRef(
  ctx: RegistryContext,
  db: Db,
  controllerId: string,
  refs: readonly string[],
): Promise<Map<string, string>> {
  if (refs.length === 0) return new Map();
  const rows = await db
    .selectFrom('contacts')
    .select(['id', 'merged_into'])
    .where('controller_id', '=', controllerId)
    .where('erased_at', 'is', null)
    .where('id', 'in', ctx.engine.list([...new Set(refs)]))
    .execute();
  return new Map(rows.map((row) => [row.id, row.merged_into ?? row.id]));
}

export function newContact(ctx: RegistryContext, controllerId: string, id: string): NewRow<'contacts'> {
  return {
    id,
    controller_id: controllerId,
    created_at: ctx.clock.now(),
    deceased_at: null,
    restricted_at: null,
    erased_at: null,
    merged_into: null,
    adult_at: null,
  };
}

export async function createContact(ctx: RegistryContext, tx: Db, controllerId: string): Promise<string> {
  const contact = newContact(ctx, controllerId, newId(ctx.random));
  await tx.insertInto('contacts').values(contact).execute();
  return contact.id;
}

export function newHandle(
  ctx: RegistryContext,
  controllerId: string,
  contactId: string,
  handle: NormalHandle,
  state: Verification,
  id: string,
): NewRow<'handles'> {
  const now = ctx.clock.now();
  return {
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
  };
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
  await tx
    .insertInto('handles')
    .values(newHandle(ctx, controllerId, contactId, handle, state, newId(ctx.random)))
    .onConflict((conflict) => conflict.column('lookup').doNothing())
    .execute();
}

export function openHandle(ctx: RegistryContext, handle: { id: string; value_sealed: string }): string {
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
