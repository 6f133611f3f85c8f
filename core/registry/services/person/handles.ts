import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import type { PersonQuery } from '../../rightsApi';
import type { Row } from '../../schema';
import type { Controller } from '../../types';
import { bsuidHandle, waIdHandle } from '../people';
import { normalizePhone } from '../../phone';

export function handlesOf(db: Db, contactId: string): Promise<Row<'handles'>[]> {
  return db
    .selectFrom('handles')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('created_at')
    .orderBy('kind')
    .orderBy('id')
    .execute();
}

/** The token of the handle by which a person was named: the same for a number and for the WhatsApp id of its digits. */
export function tokenOf(ctx: RegistryContext, controller: Controller, person: PersonQuery): string | null {
  if ('bsuid' in person) return bsuidHandle(ctx, controller.id, person.bsuid).token;
  if ('waId' in person) return waIdHandle(ctx, controller.id, person.waId.replace(/\D/g, '')).token;
  if (!('phone' in person)) return null;
  const phone = normalizePhone(person.phone, person.country ?? controller.country);
  return phone && ctx.keys.suppressionToken(controller.id, phone.e164);
}

/**
 * Which of the person's handles a decision is about, with its twin: a number and the WhatsApp id of the same digits
 * stand in two rows and are one thing, so that voiding the one does not leave the other usable.
 * @throws CareError `handleUnknown` when it is not theirs, or not said and not clear
 */
export function chosenHandles(
  ctx: RegistryContext,
  controller: Controller,
  person: PersonQuery,
  handles: readonly Row<'handles'>[],
  handleId: string | undefined,
): Row<'handles'>[] {
  const tokens = new Set(handles.map((handle) => handle.token));
  const [only] = tokens;
  const named =
    handleId === undefined
      ? (tokenOf(ctx, controller, person) ?? (tokens.size === 1 ? only : undefined))
      : handles.find((handle) => handle.id === handleId)?.token;
  const chosen = handles.filter((handle) => handle.token === named);
  if (chosen.length > 0) return chosen;
  throw refusal('handleUnknown', { field: 'handleId' });
}
