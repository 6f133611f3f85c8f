import { readPayload } from '../../replies/join';
import { type Db, groupBy, type RegistryContext } from '../context';
import type { Row } from '../schema';
import type { InboundEvent, Sender } from '../types';
import { messageLookup } from './people';

type Message = Extract<InboundEvent, { kind: 'message' }>;

/** A message whose person is known. */
export interface Spoken {
  readonly event: Message;
  readonly sender: Sender;
  readonly contactId: string;
}

const DAY = 86_400_000;
/** Questions that are not about a future appointment stay open for a week. */
const OPEN_DAYS = 7;
const REACHED_STATES = ['calling', 'accepted', 'sent', 'delivered', 'read', 'unknown'] as const;

/**
 * What the people of one batch were asked, read by three queries. All answers of a batch see the same rows, so that the
 * second of them finds the question answered.
 */
export class Asked {
  private readonly answered: { readonly id: string; readonly answered_event_id: string }[] = [];

  private constructor(
    private readonly ctx: RegistryContext,
    private readonly tx: Db,
    private readonly open: ReadonlyMap<string, readonly Row<'outbox'>[]>,
    private readonly byId: ReadonlyMap<string, Row<'outbox'>>,
    private readonly byLookup: ReadonlyMap<string, Row<'outbox'>>,
  ) {}

  static async load(ctx: RegistryContext, tx: Db, spoken: readonly Spoken[]): Promise<Asked> {
    const taps = spoken.flatMap(({ event }) => readPayload(event.payload ?? '')?.outboxId ?? []);
    const quotes = spoken.flatMap(({ event }) => quoteOf(ctx, event) ?? []);
    const rows = new Map<string, Row<'outbox'>>();
    const shared = (found: readonly Row<'outbox'>[]): Row<'outbox'>[] =>
      found.map((row) => {
        const known = rows.get(row.id) ?? row;
        rows.set(row.id, known);
        return known;
      });
    const open = shared(await openRows(ctx, tx, spoken));
    const tapped = shared(await rowsBy(ctx, tx, 'id', taps));
    const quoted = shared(await rowsBy(ctx, tx, 'message_lookup', quotes));
    return new Asked(
      ctx,
      tx,
      groupBy(open, (row) => placeOf(row.sender_id, row.contact_id ?? '')),
      new Map(tapped.map((row) => [row.id, row])),
      new Map(quoted.map((row) => [row.message_lookup ?? '', row])),
    );
  }

  /** The message that carried the button, if it went to this person. */
  tapped({ contactId }: Spoken, outboxId: string): Row<'outbox'> | null {
    const row = this.byId.get(outboxId);
    return row?.contact_id === contactId ? row : null;
  }

  /** The message that the person quotes, if it went to them. */
  quoted({ event, contactId }: Spoken): Row<'outbox'> | null {
    const lookup = quoteOf(this.ctx, event);
    const row = lookup === null ? undefined : this.byLookup.get(lookup);
    return row?.contact_id === contactId ? row : null;
  }

  /** The question of this message has its answer. */
  answer(row: Row<'outbox'>, eventId: string): void {
    row.answered_event_id = eventId;
    this.answered.push({ id: row.id, answered_event_id: eventId });
  }

  async write(): Promise<void> {
    await this.ctx.engine.updateAll(this.tx, 'outbox', this.answered);
  }

  /** All that the person was asked and may still answer, the newest first. */
  openTo({ sender, contactId }: Spoken): Row<'outbox'>[] {
    return latestPerSubject(this.open.get(placeOf(sender.id, contactId)) ?? []);
  }
}

const placeOf = (senderId: string, contactId: string): string => `${senderId}\0${contactId}`;

const quoteOf = (ctx: RegistryContext, { contextId }: Message): string | null =>
  contextId === null ? null : messageLookup(ctx, contextId);

async function openRows(ctx: RegistryContext, tx: Db, spoken: readonly Spoken[]): Promise<Row<'outbox'>[]> {
  const now = ctx.clock.now();
  const rows = await tx
    .selectFrom('outbox')
    .selectAll()
    .where('contact_id', 'in', ctx.engine.list([...new Set(spoken.map(({ contactId }) => contactId))]))
    .where('question', 'is not', null)
    .where('state', 'in', REACHED_STATES)
    .where((eb) => eb.or([eb('about_at', '>', now), eb('created_at', '>', now - OPEN_DAYS * DAY)]))
    .orderBy('created_at', 'desc')
    .execute();
  return rows.filter((row) => row.question !== 'appointment' || (row.about_at ?? 0) > now);
}

async function rowsBy(
  ctx: RegistryContext,
  tx: Db,
  column: 'id' | 'message_lookup',
  values: readonly string[],
): Promise<Row<'outbox'>[]> {
  if (values.length === 0) return [];
  return tx.selectFrom('outbox').selectAll().where(column, 'in', ctx.engine.list(values)).execute();
}

/** Two messages about one appointment (or one survey) ask one question: the newer of them. */
function latestPerSubject(rows: readonly Row<'outbox'>[]): Row<'outbox'>[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const subject = `${row.question}\0${row.about ?? row.id}`;
    if (seen.has(subject)) return false;
    seen.add(subject);
    return true;
  });
}
