import { outcomeOfErrorCode } from '../../messaging/providers/metaCloud/outcome';
import type { Db, RegistryContext } from '../context';
import { isId } from '../ids';
import type { Row } from '../schema';
import type { CallOutcome, InboundEvent, InboxItem } from '../types';
import { heedAnswer } from './answers';
import type { Arrival, EventRows } from './arrivals';
import { release, settleFailure } from './outbox';
import { messageLookup } from './people';

type Status = Extract<InboundEvent, { kind: 'status' }>;

/** A message only moves forward; `read` may come without `delivered`, and a late `delivered` overrules `failed`. */
const RANK: Readonly<Record<string, number | undefined>> = {
  claimed: 0,
  calling: 1,
  unknown: 2,
  accepted: 3,
  refused: 3,
  failed: 4,
  sent: 4,
  delivered: 5,
  read: 6,
};
const TIMES = { sent: 'sent_at', delivered: 'delivered_at', read: 'read_at' } as const;
type Advance = keyof typeof TIMES;

const isAdvance = (status: string): status is Advance => Object.hasOwn(TIMES, status);

/** What a status webhook may change of a row by itself; what a failure does is `settleFailure`'s. */
const CHANGED = [
  'id',
  'message_lookup',
  'accepted_at',
  'settled_at',
  'sent_at',
  'delivered_at',
  'read_at',
  'state',
  'code',
  'final',
  'lease_until',
] as const;

/** The rows that the statuses of a batch speak of, found by our own id or by the provider's. */
class OutboxRows {
  private constructor(
    private readonly byId: ReadonlyMap<string, Row<'outbox'>>,
    private readonly byLookup: ReadonlyMap<string, Row<'outbox'>>,
    private readonly lookups: ReadonlyMap<Arrival<Status>, string>,
  ) {}

  static async load(ctx: RegistryContext, tx: Db, arrivals: readonly Arrival<Status>[]): Promise<OutboxRows> {
    const lookups = new Map(
      arrivals.map((arrival) => [arrival, messageLookup(ctx, arrival.event.messageId)]),
    );
    const ids = arrivals.flatMap(({ event }) => ownId(event) ?? []);
    const foreign = arrivals.flatMap((arrival) =>
      ownId(arrival.event) === null ? [lookups.get(arrival) ?? ''] : [],
    );
    const find = (column: 'id' | 'message_lookup', values: readonly string[]) =>
      values.length === 0
        ? []
        : tx
            .selectFrom('outbox')
            .selectAll()
            .where(column, 'in', ctx.engine.list([...new Set(values)]))
            .execute();
    const byId = new Map((await find('id', ids)).map((row) => [row.id, row]));
    // One row for both ways of naming it, so that each sees what the other has changed.
    const found = (await find('message_lookup', foreign)).map((row) => byId.get(row.id) ?? row);
    return new OutboxRows(byId, new Map(found.map((row) => [row.message_lookup ?? '', row])), lookups);
  }

  of(arrival: Arrival<Status>): Row<'outbox'> | null {
    const id = ownId(arrival.event);
    const row = id === null ? this.byLookup.get(this.lookupOf(arrival)) : this.byId.get(id);
    return row?.sender_id === arrival.sender.id ? row : null;
  }

  lookupOf(arrival: Arrival<Status>): string {
    return this.lookups.get(arrival) ?? '';
  }
}

const ownId = ({ outboxId }: Status): string | null =>
  outboxId !== null && isId(outboxId) ? outboxId : null;

function advance(row: Row<'outbox'>, event: Status, status: Advance, lookup: string, now: number): void {
  row.message_lookup ??= lookup;
  row.accepted_at ??= now;
  row.settled_at ??= now;
  row[TIMES[status]] ??= event.at;
  if ((RANK[status] ?? 0) <= (RANK[row.state] ?? 0)) return;
  row.state = status;
  row.code = null;
  row.final = 0;
  row.lease_until = null;
}

const changedOf = (row: Row<'outbox'>) =>
  Object.fromEntries(CHANGED.map((column) => [column, row[column]])) as Pick<
    Row<'outbox'>,
    (typeof CHANGED)[number]
  >;

async function fail(ctx: RegistryContext, tx: Db, row: Row<'outbox'>, event: Status): Promise<void> {
  const outcome = outcomeOfErrorCode(Number(event.errorCode));
  if (!('code' in outcome)) return;
  const arrived = row.state === 'delivered' || row.state === 'read';
  // A person's objection counts whatever became of this one message.
  if (arrived && outcome.code !== 'objected') return;
  if (!arrived) await settleFailed(ctx, tx, row, outcome, event.errorCode);
  await heedAnswer(ctx, tx, row, outcome, 'inbox');
}

/** Meta names the time for another try: then there is one, else what was taken and failed has failed for good. */
async function settleFailed(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'outbox'>,
  outcome: Extract<CallOutcome, { code: string }>,
  errorCode: string | null,
): Promise<void> {
  if (outcome.state === 'released' && outcome.retryAfterMs !== undefined)
    await release(ctx, tx, row, outcome);
  else await settleFailure(ctx, tx, row, failureCode(outcome.code), errorCode);
}

/** Codes that promise another try: of what was taken and then failed there is none. */
const TRIED_AGAIN: readonly string[] = [
  'rateLimited',
  'pairRateLimited',
  'providerUnreachable',
  'providerFault',
];
const failureCode = (code: string): string => (TRIED_AGAIN.includes(code) ? 'providerRefused' : code);

function itemOf({ id, sender }: Arrival<Status>, row: Row<'outbox'>): InboxItem {
  return {
    eventId: id,
    contactRef: row.contact_id ?? '',
    sender: sender.phoneNumberId,
    kind: 'status',
    intent: 'other',
    value: null,
    sensitive: false,
    categories: [],
    language: 'en',
    replyTo: {
      status: 'one',
      outboxId: row.id,
      about: row.about,
      question: null,
      stage: row.stage,
      campaign: null,
      options: [],
    },
    alreadyStopped: false,
    suspectedStop: false,
    wrongNumber: false,
    deceased: false,
  };
}

/**
 * Settles outbox rows by their statuses, also those whose answer was lost: a number of statements that does not grow
 * with the batch, and one settlement for each failure. Within a batch all advances come first; as a failure never
 * overrules a delivery, and a delivery always a failure, the end is the same in whatever order they came.
 *
 * @returns the items by the ids of their arrivals
 */
export async function settleStatuses(
  ctx: RegistryContext,
  tx: Db,
  arrivals: readonly Arrival<Status>[],
  events: EventRows,
): Promise<Map<string, InboxItem>> {
  if (arrivals.length === 0) return new Map();
  const now = ctx.clock.now();
  const heard = [...new Set(arrivals.map(({ sender }) => sender.id))];
  await tx.updateTable('senders').set({ last_status_at: now }).where('id', 'in', heard).execute();
  const rows = await OutboxRows.load(ctx, tx, arrivals);
  const items = new Map<string, InboxItem>();
  const changed = new Map<string, Row<'outbox'>>();
  const failures: (readonly [Row<'outbox'>, Status])[] = [];
  for (const arrival of arrivals) {
    const row = rows.of(arrival);
    events.add(arrival, { outbox_id: row?.id ?? null, contact_id: row?.contact_id ?? null });
    if (!row) continue;
    items.set(arrival.id, itemOf(arrival, row));
    const { event } = arrival;
    if (event.status === 'failed') failures.push([row, event]);
    if (!isAdvance(event.status)) continue;
    advance(row, event, event.status, rows.lookupOf(arrival), now);
    changed.set(row.id, row);
  }
  await ctx.engine.updateAll(tx, 'outbox', [...changed.values()].map(changedOf));
  for (const [row, event] of failures) await fail(ctx, tx, row, event);
  return items;
}
