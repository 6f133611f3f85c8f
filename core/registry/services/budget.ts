import { sql } from 'kysely';
import type { Db, RegistryContext } from '../context';
import type { Sender } from '../types';
import { COUNTING_STATES } from './facts';
import { WINDOW_MS } from './gate';
import { bucket, keepBucket } from './paceBuckets';

/** So often at most the people of 24 hours are counted anew; between, each new one is added and none taken off. */
const RECOUNT_MS = 60_000;

/** The people that the senders of a portfolio may still write to first. */
export interface Budget {
  readonly senders: ReadonlySet<string>;
  /** The earliest instant at which there can be room again. */
  readonly opensAt: number;
  isSpent(): boolean;
  take(): void;
  keep(): Promise<void>;
}

export interface Portfolio {
  readonly name: string;
  readonly senderIds: readonly string[];
  /** Null: unlimited, or not read yet. */
  readonly limit: number | null;
}

/** Senders share a limit by their portfolio, or by their account where no portfolio is on record. */
export async function portfolioOf(db: Db, sender: Sender): Promise<Portfolio> {
  const { portfolioId, businessAccountId, provider } = sender;
  const rows = await db
    .selectFrom('senders')
    .select(['id', 'portfolio_limit', 'portfolio_limit_at'])
    .where('provider', '=', provider)
    .where(
      portfolioId === null ? 'business_account_id' : 'portfolio_id',
      '=',
      portfolioId ?? businessAccountId,
    )
    .execute();
  const read = rows
    .filter((row) => row.portfolio_limit_at !== null)
    .sort((a, b) => (b.portfolio_limit_at ?? 0) - (a.portfolio_limit_at ?? 0));
  return {
    name: `budget:${portfolioId === null ? 'account' : 'portfolio'}:${portfolioId ?? businessAccountId}`,
    senderIds: rows.map((row) => row.id),
    limit: read[0]?.portfolio_limit ?? null,
  };
}

const people = (ctx: RegistryContext, db: Db, { senderIds }: Portfolio, now: number) =>
  db
    .selectFrom('outbox as o')
    .leftJoin('service_windows as w', (join) =>
      join.onRef('w.sender_id', '=', 'o.sender_id').onRef('w.contact_id', '=', 'o.contact_id'),
    )
    .where('o.sender_id', 'in', ctx.engine.list(senderIds))
    .where('o.claimed_at', '>', now - WINDOW_MS)
    .where('o.basis', '=', 'purpose')
    .where('o.state', 'in', COUNTING_STATES)
    .where('o.contact_id', 'is not', null)
    // Inside the window that was open when it left, a message costs nothing of the limit.
    .where((eb) =>
      eb.or([
        eb('w.last_inbound_at', 'is', null),
        eb('w.last_inbound_at', '>', eb.ref('o.claimed_at')),
        eb('w.last_inbound_at', '<=', eb('o.claimed_at', '-', WINDOW_MS)),
      ]),
    );

/** Unique people outside a window whom the portfolio has written to within 24 hours, and the first to drop out. */
export async function usedBudget(
  ctx: RegistryContext,
  db: Db,
  portfolio: Portfolio,
  now: number,
): Promise<{ used: number; oldest: number | null }> {
  const row = await people(ctx, db, portfolio, now)
    .select([
      sql<number>`count(distinct o.contact_id)`.as('used'),
      (eb) => eb.fn.min<number | null>('o.claimed_at').as('oldest'),
    ])
    .executeTakeFirstOrThrow();
  return { used: row.used, oldest: row.oldest };
}

/** When each of them was last written to, the longest ago first. */
export async function budgetPeople(
  ctx: RegistryContext,
  db: Db,
  portfolio: Portfolio,
  now: number,
): Promise<{ contactId: string; at: number }[]> {
  const rows = await people(ctx, db, portfolio, now)
    .select(['o.contact_id as contactId', (eb) => eb.fn.max<number>('o.claimed_at').as('at')])
    .groupBy('o.contact_id')
    .orderBy('at')
    .execute();
  return rows.map((row) => ({ contactId: row.contactId ?? '', at: row.at }));
}

/**
 * The budget of one batch. What is kept is a count from above: exact at some instant, plus everybody since. Only where
 * that does not leave room for the batch is it counted anew, so a long run does not count all of itself each time.
 *
 * @param fresh at most so many of the batch are new
 * @returns null when Meta's limit is not known, or there is none
 */
export async function openBudget(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  fresh: number,
): Promise<Budget | null> {
  const portfolio = await portfolioOf(tx, sender);
  const { name, limit, senderIds } = portfolio;
  if (limit === null) return null;
  const now = ctx.clock.now();
  const row = await bucket(ctx, tx, name);
  const kept = row ?? { name, next_at: 0, slowed: 0, held_until: null, changed_at: 0 };
  const stale = row === undefined || now - kept.changed_at > RECOUNT_MS || now < kept.changed_at;
  const full = kept.next_at + fresh > limit;
  let { next_at: used, held_until: opensAt, changed_at: countedAt } = kept;
  if (row === undefined || (full && stale)) {
    const counted = await usedBudget(ctx, tx, portfolio, now);
    used = counted.used;
    opensAt = counted.oldest === null ? null : counted.oldest + WINDOW_MS;
    countedAt = now;
  }
  return {
    senders: new Set(senderIds),
    opensAt: Math.max(opensAt ?? 0, now + RECOUNT_MS),
    isSpent: () => used >= limit,
    take() {
      used += 1;
    },
    async keep() {
      if (used === kept.next_at && countedAt === kept.changed_at) return;
      await keepBucket(tx, { ...kept, next_at: used, held_until: opensAt, changed_at: countedAt });
    },
  };
}
