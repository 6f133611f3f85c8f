import type { ReasonCode } from '../../policy/reasons';
import { type Db, groupBy, type RegistryContext } from '../context';
import type { Sender, SendRequest } from '../types';
import { isMarketing } from '../../consent/decide';
import { type Budget, openBudget } from './budget';
import { COUNTING_STATES } from './facts';
import { WINDOW_MS } from './gate';
import { utilityHeldUntil } from './halt';

/** Meta: one message each six seconds to one person, with a burst of 45 that is repaid by waiting (17.1). */
const PAIR_MS = 6_000;
const PAIR_BURST = 45;

interface Limited {
  readonly code: ReasonCode;
  readonly nextPermittedAt: number | null;
}

/** What the provider allows a sender, beside what the person and the policy allow. */
export interface Limits {
  readonly windowOpen: (contactId: string) => boolean;
  /** Null: it may leave, and is counted by `take`. */
  refusal(request: SendRequest, contactId: string): Limited | null;
  take(request: SendRequest, contactId: string): void;
  /** Keeps what was taken for the claims of others. */
  keep(): Promise<void>;
}

interface Recent {
  readonly contact_id: string | null;
  readonly sender_id: string;
  readonly basis: string;
  readonly state: string;
  readonly code: string | null;
  readonly claimed_at: number | null;
  readonly calling_at: number | null;
  readonly not_before: number | null;
}

async function recentRows(
  ctx: RegistryContext,
  tx: Db,
  ids: readonly string[],
  now: number,
): Promise<Recent[]> {
  return tx
    .selectFrom('outbox')
    .select(['contact_id', 'sender_id', 'basis', 'state', 'code', 'claimed_at', 'calling_at', 'not_before'])
    .where('contact_id', 'in', ctx.engine.list(ids))
    .where((eb) => eb.or([eb('claimed_at', '>', now - WINDOW_MS), eb('not_before', '>', now)]))
    .execute();
}

/** When the pair has repaid so much of its burst that one more may leave; the instants in any order. */
export function pairOpensAt(calls: readonly number[], now: number): number {
  const repaidAt = [...calls].sort((a, b) => a - b).reduce((until, at) => Math.max(until, at) + PAIR_MS, 0);
  return Math.max(now, repaidAt - (PAIR_BURST - 1) * PAIR_MS);
}

class Pair {
  private readonly calls: number[];
  private readonly heldUntil: number;

  constructor(rows: readonly Recent[], senderId: string) {
    const own = rows.filter((row) => row.sender_id === senderId);
    this.calls = own.flatMap(
      (row) => row.calling_at ?? (row.state === 'claimed' ? row.claimed_at : null) ?? [],
    );
    const held = own.filter((row) => row.code === 'pairRateLimited');
    this.heldUntil = Math.max(0, ...held.map((row) => row.not_before ?? 0));
  }

  opensAt(now: number): number {
    return Math.max(this.heldUntil, pairOpensAt(this.calls, now));
  }

  take(now: number): void {
    this.calls.push(now);
  }
}

const isUtility = ({ basis, metaCategory, purpose }: SendRequest): boolean =>
  basis.kind === 'purpose' &&
  (metaCategory ?? (isMarketing(purpose) ? 'MARKETING' : 'UTILITY')) === 'UTILITY';

async function openWindows(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  ids: readonly string[],
  now: number,
): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('service_windows')
    .select('contact_id')
    .where('sender_id', '=', sender.id)
    .where('contact_id', 'in', ctx.engine.list(ids))
    .where('last_inbound_at', '>', now - WINDOW_MS)
    .execute();
  return new Set(rows.map((row) => row.contact_id));
}

/** The limits of one batch, in a number of queries that does not grow with it. */
export async function loadLimits(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactIds: readonly string[],
): Promise<Limits> {
  const now = ctx.clock.now();
  const ids = [...new Set(contactIds)];
  const [rows, windows] =
    ids.length === 0
      ? [[], new Set<string>()]
      : [await recentRows(ctx, tx, ids, now), await openWindows(ctx, tx, sender, ids, now)];
  const byContact = groupBy(rows, (row) => row.contact_id ?? '');
  const pairs = new Map(ids.map((id) => [id, new Pair(byContact.get(id) ?? [], sender.id)]));
  const utilityUntil = await utilityHeldUntil(tx, sender, now);
  const budget = await openBudget(ctx, tx, sender, ids.filter((id) => !windows.has(id)).length);
  const counted = countedPeople(rows, budget, now);
  return {
    windowOpen: (contactId) => windows.has(contactId),
    refusal(request, contactId) {
      if (utilityUntil !== null && isUtility(request))
        return { code: 'utilityHalted', nextPermittedAt: utilityUntil };
      const opens = pairs.get(contactId)?.opensAt(now) ?? now;
      if (opens > now) return { code: 'pairRateLimited', nextPermittedAt: opens };
      const fresh = request.basis.kind === 'purpose' && !windows.has(contactId) && !counted.has(contactId);
      return fresh && budget?.isSpent() ? { code: 'portfolioBudget', nextPermittedAt: budget.opensAt } : null;
    },
    take(request, contactId) {
      pairs.get(contactId)?.take(now);
      if (request.basis.kind !== 'purpose' || windows.has(contactId) || counted.has(contactId)) return;
      counted.add(contactId);
      budget?.take();
    },
    keep: async () => budget?.keep(),
  };
}

/** People of the batch whom the portfolio has written to within 24 hours: they are in its count already. */
function countedPeople(rows: readonly Recent[], budget: Budget | null, now: number): Set<string> {
  const states: readonly string[] = COUNTING_STATES;
  const counting = rows.filter(
    (row) =>
      row.basis === 'purpose' &&
      states.includes(row.state) &&
      (row.claimed_at ?? 0) > now - WINDOW_MS &&
      (budget === null || budget.senders.has(row.sender_id)),
  );
  return new Set(counting.flatMap((row) => row.contact_id ?? []));
}
