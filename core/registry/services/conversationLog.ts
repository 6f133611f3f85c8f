import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { NewRow } from '../schema';
import type { Spoken } from './asked';
import { currentPolicy } from './controllers';
import { DAY, newConversation, purgeDue, sealedEntry } from './conversations';

const placeOf = (senderId: string, contactId: string): string => `${senderId}\0${contactId}`;

/**
 * Keeps the words of a batch: one read for all open conversations and service windows, and one write of each kind at
 * the end.
 */
export class ConversationLog {
  private readonly entries: NewRow<'conversation_entries'>[] = [];
  private readonly prolonged = new Map<string, number>();
  private opened: NewRow<'conversations'>[] = [];

  private constructor(
    private readonly ctx: RegistryContext,
    private readonly tx: Db,
    private readonly keepDays: ReadonlyMap<string, number>,
    private readonly open: Map<string, string>,
    private readonly windows: Map<string, NewRow<'service_windows'>>,
  ) {}

  static async load(ctx: RegistryContext, tx: Db, spoken: readonly Spoken[]): Promise<ConversationLog> {
    const keepDays = new Map<string, number>();
    for (const id of new Set(spoken.map(({ sender }) => sender.controllerId))) {
      const { conversationDays } = await currentPolicy(tx, id);
      keepDays.set(id, conversationDays);
      if (conversationDays > 0) await purgeDue(ctx, tx, id);
    }
    const contacts = ctx.engine.list([...new Set(spoken.map(({ contactId }) => contactId))]);
    const open = await tx
      .selectFrom('conversations')
      .select(['id', 'sender_id', 'contact_id'])
      .where('contact_id', 'in', contacts)
      .where('state', '=', 'open')
      .execute();
    const windows = await tx
      .selectFrom('service_windows')
      .selectAll()
      .where('contact_id', 'in', contacts)
      .execute();
    return new ConversationLog(
      ctx,
      tx,
      keepDays,
      new Map(open.map((row) => [placeOf(row.sender_id, row.contact_id), row.id])),
      new Map(windows.map((row) => [placeOf(row.sender_id, row.contact_id), row])),
    );
  }

  /** Opens the service window, and keeps the words; answers with the conversation, or null where none is kept. */
  hear({ event, sender, contactId }: Spoken, eventId: string): string | null {
    this.touchWindow(sender.id, contactId, event.at);
    const days = this.keepDays.get(sender.controllerId) ?? 0;
    if (days === 0) return null;
    const conversation = this.conversationOf(sender, contactId, days);
    const { text, shown, mediaIds, messageId } = event;
    this.entries.push(
      sealedEntry(this.ctx, conversation, {
        direction: 'in',
        text: text ?? shown ?? null,
        mediaIds,
        messageId: messageId ?? null,
        eventId,
        outboxId: null,
      }),
    );
    return conversation;
  }

  /** What refers to a conversation finds it stored after this. */
  async writeOpened(): Promise<void> {
    const { opened } = this;
    this.opened = [];
    await this.ctx.engine.insertAll(this.tx, 'conversations', opened);
  }

  async write(): Promise<void> {
    const { ctx, tx } = this;
    await this.writeOpened();
    await ctx.engine.insertAll(tx, 'service_windows', [...this.touched()], ['sender_id', 'contact_id']);
    const prolonged = [...this.prolonged].map(([id, at]) => ({ id, purge_at: at }));
    await ctx.engine.updateAll(tx, 'conversations', prolonged);
    await ctx.engine.insertAll(tx, 'conversation_entries', this.entries);
  }

  private readonly touchedPlaces = new Set<string>();

  private *touched(): Iterable<NewRow<'service_windows'>> {
    for (const place of this.touchedPlaces) {
      const row = this.windows.get(place);
      if (row) yield row;
    }
  }

  /** Meta keeps no order: an older message that comes late does not shorten the window. */
  private touchWindow(senderId: string, contactId: string, at: number): void {
    const place = placeOf(senderId, contactId);
    const before = this.windows.get(place)?.last_inbound_at ?? at;
    this.windows.set(place, {
      sender_id: senderId,
      contact_id: contactId,
      last_inbound_at: Math.max(before, at),
    });
    this.touchedPlaces.add(place);
  }

  private conversationOf(
    { id: senderId, controllerId }: Spoken['sender'],
    contactId: string,
    days: number,
  ): string {
    const place = placeOf(senderId, contactId);
    const known = this.open.get(place);
    const purgeAt = this.ctx.clock.now() + days * DAY;
    if (known !== undefined) {
      this.prolonged.set(known, purgeAt);
      return known;
    }
    const id = newId(this.ctx.random);
    this.opened.push(newConversation(this.ctx, { id, controllerId, senderId, contactId, purgeAt }));
    this.open.set(place, id);
    return id;
  }
}
