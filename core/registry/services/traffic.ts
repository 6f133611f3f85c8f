import { LANGUAGES, type Language } from '../../phi/types';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { NewRow } from '../schema';
import type { Sender, Verification } from '../types';
import {
  bsuidHandle,
  createContact,
  messageLookup,
  newHandle,
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

/** An address as it came, for the sender that it came to. */
export interface Caller {
  readonly sender: Sender;
  readonly from: Address;
  /** The provider's id of the message that is quoted. */
  readonly quoted?: string | null;
}

interface Holder {
  readonly contactId: string;
  readonly state: Verification;
  /** WhatsApp said that nobody has this number; who writes from it has. */
  readonly unreachable: boolean;
}

const isLanguage = (value: string | undefined): value is Language =>
  (LANGUAGES as readonly string[]).includes(value ?? '');

function handlesOf(ctx: RegistryContext, { sender, from }: Caller): NormalHandle[] {
  const { controllerId } = sender;
  const handles: NormalHandle[] = [];
  if (from.waId !== undefined) {
    const waId = waIdHandle(ctx, controllerId, from.waId);
    handles.push(waId, phoneHandle(ctx, controllerId, `+${from.waId}`, waId.country));
  }
  if (from.bsuid !== undefined) handles.push(bsuidHandle(ctx, controllerId, from.bsuid));
  if (from.sendAppId !== undefined) handles.push(sendAppIdHandle(ctx, controllerId, from.sendAppId));
  return handles;
}

/**
 * Who stands behind the addresses of one batch, read by a number of queries that does not grow with it. Valid within
 * the transaction, until two contacts are merged.
 */
export class AddressBook {
  private found: NewRow<'handles'>[] = [];

  private constructor(
    private readonly ctx: RegistryContext,
    private readonly tx: Db,
    private readonly holders: Map<string, Holder>,
    private readonly languages: ReadonlyMap<string, Language>,
    private readonly firstLanguages: ReadonlyMap<string, Language>,
  ) {}

  static async load(ctx: RegistryContext, tx: Db, callers: readonly Caller[]): Promise<AddressBook> {
    const lookups = callers.flatMap((caller) => handlesOf(ctx, caller)).flatMap((handle) => handle.lookups);
    const rows = await tx
      .selectFrom('handles')
      .select(['lookup', 'contact_id', 'state', 'unreachable_at'])
      .where('lookup', 'in', ctx.engine.list([...new Set(lookups)]))
      .execute();
    const holders = new Map(
      rows.map((row) => [
        row.lookup,
        {
          contactId: row.contact_id,
          state: row.state as Verification,
          unreachable: row.unreachable_at !== null,
        },
      ]),
    );
    const contacts = [...new Set(rows.map((row) => row.contact_id))];
    const controllers = [...new Set(callers.map(({ sender }) => sender.controllerId))];
    const own = await ownLanguages(ctx, tx, contacts);
    return new AddressBook(ctx, tx, holders, own, await firstLanguages(ctx, tx, controllers));
  }

  /**
   * The contact behind an address; an unknown one is created, without any right to be written to. What was found out
   * about addresses is stored by `write`.
   * @param proves writing from a number proves that one holds it. A void or disputed handle needs more than that.
   */
  async contactOf(caller: Caller, proves: boolean): Promise<Known> {
    const { controllerId } = caller.sender;
    const handles = handlesOf(this.ctx, caller);
    const holders = handles.map((handle) => this.holderOf(handle));
    const contactId =
      holders.find((holder) => holder)?.contactId ??
      (await recipientOf(this.ctx, this.tx, caller)) ??
      (await createContact(this.ctx, this.tx, controllerId));
    const state = proves ? 'reply' : 'unverified';
    for (const [index, handle] of handles.entries()) {
      // A handle that another contact holds stays there: merging needs proof.
      if (holders[index]) continue;
      this.found.push(newHandle(this.ctx, controllerId, contactId, handle, state, newId(this.ctx.random)));
      this.holders.set(handle.lookups[0], { contactId, state, unreachable: false });
    }
    if (proves && holders.some((holder) => holder?.contactId === contactId && isProvable(holder)))
      await this.verifyByReply(contactId, handles);
    const first = this.firstLanguages.get(controllerId) ?? 'en';
    return { contactId, language: this.languages.get(contactId) ?? first };
  }

  async write(): Promise<void> {
    const { found } = this;
    this.found = [];
    await this.ctx.engine.insertAll(this.tx, 'handles', found);
  }

  private holderOf(handle: NormalHandle): Holder | undefined {
    return handle.lookups.map((lookup) => this.holders.get(lookup)).find((holder) => holder);
  }

  private async verifyByReply(contactId: string, handles: readonly NormalHandle[]): Promise<void> {
    const lookups = handles.flatMap((handle) => handle.lookups);
    await this.write();
    await this.tx
      .updateTable('handles')
      .set((eb) => ({
        state: eb.case().when('state', '=', 'unverified').then('reply').else(eb.ref('state')).end(),
        unreachable_at: null,
        changed_at: this.ctx.clock.now(),
      }))
      .where('contact_id', '=', contactId)
      .where('lookup', 'in', lookups)
      .where('state', 'not in', ['disputed', 'void'])
      .execute();
    for (const lookup of lookups) {
      const holder = this.holders.get(lookup);
      if (holder?.contactId !== contactId || !isProvable(holder)) continue;
      const state = holder.state === 'unverified' ? 'reply' : holder.state;
      this.holders.set(lookup, { contactId, state, unreachable: false });
    }
  }
}

/** Whether a message from this handle tells something that is not on record yet. */
const isProvable = ({ state, unreachable }: Holder): boolean =>
  state === 'unverified' || (unreachable && state !== 'disputed' && state !== 'void');

/** A private id says nothing of whom it belongs to; who quotes a message of ours in the chat is its recipient. */
async function recipientOf(
  ctx: RegistryContext,
  tx: Db,
  { sender, from, quoted }: Caller,
): Promise<string | null> {
  if (!quoted || from.waId !== undefined || from.bsuid !== undefined) return null;
  const row = await tx
    .selectFrom('outbox')
    .select('contact_id')
    .where('sender_id', '=', sender.id)
    .where('message_lookup', '=', messageLookup(ctx, quoted))
    .executeTakeFirst();
  return row?.contact_id ?? null;
}

async function ownLanguages(
  ctx: RegistryContext,
  tx: Db,
  contacts: readonly string[],
): Promise<Map<string, Language>> {
  const rows = await tx
    .selectFrom('contact_profile')
    .select(['contact_id', 'value'])
    .where('contact_id', 'in', ctx.engine.list(contacts))
    .where('field', '=', 'language')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', ctx.clock.now())]))
    .execute();
  return new Map(
    rows.flatMap(({ contact_id: contactId, value }) => (isLanguage(value) ? [[contactId, value]] : [])),
  );
}

async function firstLanguages(
  ctx: RegistryContext,
  tx: Db,
  controllers: readonly string[],
): Promise<Map<string, Language>> {
  const rows = await tx
    .selectFrom('controllers')
    .select(['id', 'languages'])
    .where('id', 'in', ctx.engine.list(controllers))
    .execute();
  return new Map(
    rows.flatMap(({ id, languages }) => {
      const [first] = JSON.parse(languages) as string[];
      return isLanguage(first) ? [[id, first]] : [];
    }),
  );
}
