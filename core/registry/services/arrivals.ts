import type { Db, RegistryContext } from '../context';
import { idsOfBatch } from '../ids';
import type { NewRow } from '../schema';
import type { InboundEvent, Sender } from '../types';

/** An event that has not come before, with the id that it gets in the registry. */
export interface Arrival<E = InboundEvent> {
  readonly id: string;
  readonly event: E;
  readonly sender: Sender;
  /** The keyed hash by which a repetition is known. */
  readonly key: string;
}

type EventRow = NewRow<'inbound_events'>;

/** Rows that wait for being written by one statement. */
export class EventRows {
  private rows: EventRow[] = [];

  constructor(
    private readonly ctx: RegistryContext,
    private readonly tx: Db,
  ) {}

  add(arrival: Arrival<{ readonly kind: string; readonly at: number }>, found: Partial<EventRow> = {}): void {
    this.rows.push({
      id: arrival.id,
      controller_id: arrival.sender.controllerId,
      sender_id: arrival.sender.id,
      contact_id: null,
      dedupe_key: arrival.key,
      kind: arrival.event.kind,
      intent: null,
      value: null,
      sensitive: 0,
      categories: null,
      outbox_id: null,
      conversation_id: null,
      referral: null,
      occurred_at: arrival.event.at,
      received_at: this.ctx.clock.now(),
      ...found,
    });
  }

  async write(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    await this.ctx.engine.insertAll(this.tx, 'inbound_events', rows);
  }
}

/** Which of these keys the sender's events have had before. */
export async function keysSeen(
  ctx: RegistryContext,
  tx: Db,
  senderId: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('inbound_events')
    .select('dedupe_key')
    .where('sender_id', '=', senderId)
    .where('dedupe_key', 'in', ctx.engine.list(keys))
    .execute();
  return new Set(rows.map((row) => row.dedupe_key));
}

/** Keyed: a preference or an identity has no id of its own, and its digest could be guessed. */
export const eventKey = (ctx: RegistryContext, dedupeKey: string): string =>
  ctx.keys.messageLookup('event', dedupeKey);

/**
 * Those events that came neither before nor earlier in the list, in their order. The lock of the controller is held, so
 * nobody else writes one of them down meanwhile.
 */
export async function newArrivals(
  ctx: RegistryContext,
  tx: Db,
  events: readonly { readonly event: InboundEvent; readonly sender: Sender }[],
): Promise<Arrival[]> {
  const keyed = events.map((each) => ({ ...each, key: eventKey(ctx, each.event.dedupeKey) }));
  const seen = new Map<string, Set<string>>();
  for (const senderId of new Set(keyed.map(({ sender }) => sender.id))) {
    const keys = keyed.filter(({ sender }) => sender.id === senderId).map(({ key }) => key);
    seen.set(senderId, await keysSeen(ctx, tx, senderId, keys));
  }
  const nextId = idsOfBatch(ctx.random);
  return keyed.flatMap((each) => {
    const before = seen.get(each.sender.id);
    if (before?.has(each.key)) return [];
    before?.add(each.key);
    return [{ ...each, id: nextId() }];
  });
}
