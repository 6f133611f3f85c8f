import type { ConsentKind } from '../registry/types';

export interface ConsentFact {
  readonly id: string;
  readonly purpose: string;
  /** null: the contact itself, and everybody it answers for. */
  readonly subjectId: string | null;
  readonly kind: ConsentKind;
  readonly hasProof: boolean;
  /** ms since epoch. */
  readonly occurredAt: number;
  readonly validUntil: number | null;
}

export type ConsentState =
  | { readonly status: 'none' }
  | { readonly status: 'given'; readonly eventId: string; readonly hasProof: boolean }
  | { readonly status: 'withdrawn' | 'refused' | 'objected' | 'expired'; readonly eventId: string };

const DAY = 86_400_000;

function isYes(kind: ConsentKind): boolean {
  return kind === 'given' || kind === 'renewed';
}

// At the same instant the restrictive event counts; the id only makes the order total.
function isLater(a: ConsentFact, b: ConsentFact): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  if (isYes(a.kind) !== isYes(b.kind)) return !isYes(a.kind);
  return a.id > b.id;
}

/**
 * The state of one consent from its events, in whatever order they arrived: what happened last counts.
 * @param validityDays how long the policy lets a consent stand without renewal; null: until withdrawn
 * @param now ms since epoch
 */
export function deriveConsent(
  events: readonly ConsentFact[],
  validityDays: number | null,
  now: number,
): ConsentState {
  let last: ConsentFact | null = null;
  for (const event of events) {
    // A consent from the future is a wrong clock, not a right to send.
    if (event.occurredAt > now && isYes(event.kind)) continue;
    if (last === null || isLater(event, last)) last = event;
  }
  if (last === null) return { status: 'none' };
  if (last.kind !== 'given' && last.kind !== 'renewed') return { status: last.kind, eventId: last.id };
  const end = Math.min(
    last.validUntil ?? Number.POSITIVE_INFINITY,
    validityDays === null ? Number.POSITIVE_INFINITY : last.occurredAt + validityDays * DAY,
  );
  if (now >= end) return { status: 'expired', eventId: last.id };
  return { status: 'given', eventId: last.id, hasProof: last.hasProof };
}
