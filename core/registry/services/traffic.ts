import { LANGUAGES, type Language } from '../../phi/types';
import type { Db, RegistryContext } from '../context';
import type { Row } from '../schema';
import type { Sender } from '../types';
import {
  addHandle,
  bsuidHandle,
  createContact,
  messageLookup,
  type NormalHandle,
  phoneHandle,
  sendAppIdHandle,
  waIdHandle,
} from './people';

export interface Address {
  readonly waId?: string;
  readonly bsuid?: string;
  readonly sendAppId?: string;
}

interface Known {
  readonly contactId: string;
  readonly language: Language;
}

async function handleRow(
  tx: Db,
  controllerId: string,
  handle: NormalHandle,
): Promise<Row<'handles'> | undefined> {
  return tx
    .selectFrom('handles')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('kind', '=', handle.kind)
    .where('lookup', 'in', handle.lookups)
    .executeTakeFirst();
}

function handlesOf(ctx: RegistryContext, controllerId: string, from: Address): NormalHandle[] {
  const handles: NormalHandle[] = [];
  if (from.waId !== undefined) {
    const waId = waIdHandle(ctx, controllerId, from.waId);
    handles.push(waId, phoneHandle(ctx, controllerId, `+${from.waId}`, waId.country));
  }
  if (from.bsuid !== undefined) handles.push(bsuidHandle(ctx, controllerId, from.bsuid));
  if (from.sendAppId !== undefined) handles.push(sendAppIdHandle(ctx, controllerId, from.sendAppId));
  return handles;
}

/** A private id says nothing of whom it belongs to; who quotes a message of ours in the chat is its recipient. */
async function recipientOf(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  from: Address,
  quoted: string | null,
): Promise<string | null> {
  if (quoted === null || from.waId !== undefined || from.bsuid !== undefined) return null;
  const row = await tx
    .selectFrom('outbox')
    .select('contact_id')
    .where('sender_id', '=', sender.id)
    .where('message_lookup', '=', messageLookup(ctx, quoted))
    .executeTakeFirst();
  return row?.contact_id ?? null;
}

/** Writing from a number proves that one holds it. A void or disputed handle needs more than that. */
async function verifyByReply(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  lookups: readonly string[],
): Promise<void> {
  await tx
    .updateTable('handles')
    .set({ state: 'reply', unreachable_at: null, changed_at: ctx.clock.now() })
    .where('contact_id', '=', contactId)
    .where('lookup', 'in', lookups)
    .where('state', '=', 'unverified')
    .execute();
}

async function languageOf(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
): Promise<Language> {
  const own = await tx
    .selectFrom('contact_profile')
    .select('value')
    .where('contact_id', '=', contactId)
    .where('field', '=', 'language')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', ctx.clock.now())]))
    .executeTakeFirst();
  const isLanguage = (value: string | undefined): value is Language =>
    (LANGUAGES as readonly string[]).includes(value ?? '');
  if (isLanguage(own?.value)) return own.value;
  const controller = await tx
    .selectFrom('controllers')
    .select('languages')
    .where('id', '=', sender.controllerId)
    .executeTakeFirst();
  const [first] = JSON.parse(controller?.languages ?? '[]') as string[];
  return isLanguage(first) ? first : 'en';
}

/**
 * The contact behind an address of the traffic; an unknown one is created, without any right to be written to.
 * @param quoted id of the message that is quoted.
 */
export async function contactOf(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  from: Address,
  proves: boolean,
  quoted: string | null = null,
): Promise<Known> {
  const handles = handlesOf(ctx, sender.controllerId, from);
  let contactId: string | null = null;
  for (const handle of handles)
    contactId ??= (await handleRow(tx, sender.controllerId, handle))?.contact_id ?? null;
  contactId ??= await recipientOf(ctx, tx, sender, from, quoted);
  contactId ??= await createContact(ctx, tx, sender.controllerId);
  for (const handle of handles) {
    await addHandle(ctx, tx, sender.controllerId, contactId, handle, proves ? 'reply' : 'unverified');
  }
  if (proves)
    await verifyByReply(
      ctx,
      tx,
      contactId,
      handles.flatMap((handle) => handle.lookups),
    );
  return { contactId, language: await languageOf(ctx, tx, sender, contactId) };
}
