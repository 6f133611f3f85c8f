import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import { isId } from '../../ids';
import type { PersonQuery } from '../../rightsApi';
import type { Row } from '../../schema';
import type { Controller, HandleKind } from '../../types';
import { handleLookups, resolvePeople, waIdHandle } from '../people';

async function byHandle(
  db: Db,
  controllerId: string,
  kind: HandleKind,
  lookups: readonly string[],
): Promise<string | undefined> {
  const row = await db
    .selectFrom('handles')
    .select('contact_id')
    .where('controller_id', '=', controllerId)
    .where('kind', '=', kind)
    .where('lookup', 'in', lookups)
    .executeTakeFirst();
  return row?.contact_id;
}

/** Meta's id is the number in digits; who is on record by one of the two is found by the other. */
async function byWaId(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  waId: string,
): Promise<string | undefined> {
  const digits = waId.replace(/\D/g, '');
  const { lookups } = waIdHandle(ctx, controller.id, digits);
  const known = await byHandle(db, controller.id, 'waId', lookups);
  if (known !== undefined) return known;
  const [person] = await resolvePeople(ctx, db, controller, [{ phone: `+${digits}` }]);
  if (person?.status === 'bad') throw refusal('badPhone', { field: 'waId' });
  return person?.status === 'known' ? person.contactId : undefined;
}

/**
 * The contact behind any handle.
 * @throws CareError `badPhone`, `unknownContact`
 */
export async function locate(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  person: PersonQuery,
): Promise<string> {
  const found = await findContact(ctx, db, controller, person);
  if (found !== undefined) return found;
  throw refusal('unknownContact');
}

/** The same; undefined for somebody who is not on record. */
export async function findContact(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  person: PersonQuery,
): Promise<string | undefined> {
  if ('waId' in person) return byWaId(ctx, db, controller, person.waId);
  if ('sendAppId' in person) {
    const lookups = handleLookups(ctx, controller.id, 'sendAppId', person.sendAppId);
    return byHandle(db, controller.id, 'sendAppId', lookups);
  }
  const [resolved] = await resolvePeople(ctx, db, controller, [person]);
  if (!resolved || resolved.status === 'bad') throw refusal('badPhone', { field: 'phone' });
  return resolved.status === 'known' ? resolved.contactId : undefined;
}

export async function contactRow(
  db: Db,
  controllerId: string,
  contactId: string,
): Promise<Row<'contacts'> | undefined> {
  if (!isId(contactId)) return undefined;
  return db
    .selectFrom('contacts')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('id', '=', contactId)
    .executeTakeFirst();
}

/** The contact and those that were merged into it: older rows may still stand under one of these pseudonyms. */
export async function pseudonymsOf(db: Db, contactId: string): Promise<string[]> {
  const merged = await db
    .selectFrom('contacts')
    .select('id')
    .where('merged_into', '=', contactId)
    .orderBy('id')
    .execute();
  return [contactId, ...merged.map((row) => row.id)];
}
