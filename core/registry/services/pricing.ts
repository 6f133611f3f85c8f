import type { Db, RegistryContext } from '../context';
import type { Sender } from '../types';
import { COUNTING_STATES } from './facts';
import { WINDOW_MS } from './gate';

/** Meta: everything is free for 72 hours after an answer, within 24 hours, to somebody who came from an ad. */
const FREE_ENTRY_MS = 72 * 3_600_000;

/** What prices depend on, beside the country and the window. */
export interface Pricing {
  readonly freeEntryPoints: ReadonlySet<string>;
  readonly servicesThisMonth: number;
}

function monthBegins(now: number): number {
  const day = new Date(now);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1);
}

/** Answers of the sender since the month began; not all were delivered, so the free ones run out no later than at Meta. */
async function services(db: Db, sender: Sender, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('sender_id', '=', sender.id)
    .where('claimed_at', '>=', monthBegins(now))
    .where('basis', '=', 'reply')
    .where('state', 'in', COUNTING_STATES)
    .executeTakeFirstOrThrow();
  return count;
}

async function freeEntryPoints(
  ctx: RegistryContext,
  db: Db,
  sender: Sender,
  ids: readonly string[],
  now: number,
): Promise<Set<string>> {
  const since = now - FREE_ENTRY_MS - WINDOW_MS;
  const entries = await db
    .selectFrom('inbound_events')
    .select(['contact_id', 'occurred_at'])
    .where('contact_id', 'in', ctx.engine.list(ids))
    .where('sender_id', '=', sender.id)
    .where('referral', 'is not', null)
    .where('occurred_at', '>', since)
    .execute();
  if (entries.length === 0) return new Set();
  const answers = await db
    .selectFrom('outbox')
    .select(['contact_id', 'claimed_at'])
    .where('contact_id', 'in', ctx.engine.list(entries.map((entry) => entry.contact_id ?? '')))
    .where('sender_id', '=', sender.id)
    .where('claimed_at', '>', since)
    .where('state', 'in', COUNTING_STATES)
    .execute();
  const free = entries.filter(({ contact_id: contactId, occurred_at: at }) => {
    // The answer that opens the free entry point is free itself.
    if (now - at < WINDOW_MS) return true;
    return answers.some(
      (answer) =>
        answer.contact_id === contactId &&
        (answer.claimed_at ?? 0) >= at &&
        (answer.claimed_at ?? 0) < at + WINDOW_MS &&
        now < (answer.claimed_at ?? 0) + FREE_ENTRY_MS,
    );
  });
  return new Set(free.flatMap((entry) => entry.contact_id ?? []));
}

export async function loadPricing(
  ctx: RegistryContext,
  db: Db,
  sender: Sender,
  contactIds: readonly string[],
): Promise<Pricing> {
  const now = ctx.clock.now();
  return {
    freeEntryPoints:
      contactIds.length === 0 ? new Set() : await freeEntryPoints(ctx, db, sender, contactIds, now),
    servicesThisMonth: await services(db, sender, now),
  };
}
