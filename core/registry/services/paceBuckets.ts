import type { Db, RegistryContext } from '../context';
import type { Row } from '../schema';

/**
 * The shared pace of a sender (GCRA without a burst: one next free instant). Kept a little below the rate, so that
 * timers that fire late in two processes do not add up to more than the provider takes in any second.
 */
const USED_SHARE = 0.98;
/** Further ahead nothing is claimed: what is decided now has to leave soon, or a STOP would come too late. */
export const MAX_AHEAD_MS = 1_000;
/** Each answer "too fast" takes this share of the rate that is left; answers of one second count as one. */
const DECREASE = 0.3;
const LEAST_PERCENT = 10;
const ONE_ANSWER_MS = 1_000;
const HOLD_MS = 1_000;
/** Percent of the full rate that come back in a second without such an answer. */
const RECOVERED_A_SECOND = 2;
const MICROS = 1_000;

type Bucket = Row<'pace_buckets'>;

export const senderBucket = (senderId: string): string => `sender:${senderId}`;

/** The bucket as it is until the transaction ends. */
export async function bucket(ctx: RegistryContext, tx: Db, name: string): Promise<Bucket | undefined> {
  return ctx.engine
    .locked(tx.selectFrom('pace_buckets').selectAll().where('name', '=', name))
    .executeTakeFirst();
}

export async function keepBucket(tx: Db, row: Bucket): Promise<void> {
  const { name: _name, ...changed } = row;
  await tx
    .insertInto('pace_buckets')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute();
}

const emptyBucket = (name: string): Bucket => ({
  name,
  next_at: 0,
  slowed: 0,
  held_until: null,
  changed_at: 0,
});

/** Percent of the rate that is not used now. */
function slowedNow({ slowed, changed_at: since }: Bucket, now: number): number {
  const recovered = (Math.max(0, now - since) / 1_000) * RECOVERED_A_SECOND;
  return Math.max(0, slowed - recovered);
}

/** The next free instant, ms since epoch. */
const freeAt = ({ next_at: next, held_until: held }: Bucket, now: number): number =>
  Math.max(now, next / MICROS, held ?? 0);

/** When the sender may claim again; null: now. */
export async function opensAt(ctx: RegistryContext, tx: Db, senderId: string): Promise<number | null> {
  const now = ctx.clock.now();
  const row = await bucket(ctx, tx, senderBucket(senderId));
  if (row === undefined) return null;
  const free = freeAt(row, now);
  return free - now > MAX_AHEAD_MS ? Math.ceil(free - MAX_AHEAD_MS / 2) : null;
}

/** Reserves start instants (ms since epoch) for so many calls, in one row however many they are. */
export async function reserve(
  ctx: RegistryContext,
  tx: Db,
  senderId: string,
  messagesPerSecond: number,
  count: number,
): Promise<number[]> {
  if (count === 0) return [];
  const now = ctx.clock.now();
  const name = senderBucket(senderId);
  const row = (await bucket(ctx, tx, name)) ?? emptyBucket(name);
  const rate = messagesPerSecond * USED_SHARE * (1 - slowedNow(row, now) / 100);
  const interval = 1_000 / rate;
  const first = freeAt(row, now);
  await keepBucket(tx, { ...row, next_at: Math.ceil((first + count * interval) * MICROS) });
  return Array.from({ length: count }, (_, index) => first + index * interval);
}

/** "Throughput exceeded": the sender pauses and then goes slower, whichever process heard it. */
export async function slowDown(ctx: RegistryContext, tx: Db, senderId: string): Promise<void> {
  const now = ctx.clock.now();
  const name = senderBucket(senderId);
  const row = (await bucket(ctx, tx, name)) ?? emptyBucket(name);
  if (now - row.changed_at < ONE_ANSWER_MS) return;
  const left = Math.max(LEAST_PERCENT, (100 - slowedNow(row, now)) * (1 - DECREASE));
  await keepBucket(tx, {
    ...row,
    slowed: Math.ceil(100 - left),
    held_until: Math.max(row.held_until ?? 0, now + HOLD_MS),
    changed_at: now,
  });
}
