import type { ConsentKind } from '../registry/types';

export interface ConsentFact {
  readonly id: string;
  readonly purpose: string;
  /** null: the contact itself, and everybody it answers for. */
  readonly subjectId: string | null;
  readonly kind: ConsentKind;
  /** What the event is beside a plain consent (`CONSENT_SCOPES`), or how far a withdrawal reached; null: neither. */
  readonly scope: string | null;
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

export function isYes(kind: ConsentKind): boolean {
  return kind === 'given' || kind === 'renewed';
}

const endOf = ({ validUntil }: ConsentFact): number => validUntil ?? Number.POSITIVE_INFINITY;

/** From this instant (ms) on a yes does not count any more: by its own end or by the policy's, whichever is earlier. */
export function runsOutAt(
  yes: { readonly occurredAt: number; readonly validUntil?: number | null },
  validityDays: number | null,
): number {
  const byPolicy = validityDays === null ? Number.POSITIVE_INFINITY : yes.occurredAt + validityDays * DAY;
  return Math.min(yes.validUntil ?? Number.POSITIVE_INFINITY, byPolicy);
}

// At the same instant the event that permits less counts; the id only makes the order total.
function isLater(a: ConsentFact, b: ConsentFact): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  if (isYes(a.kind) !== isYes(b.kind)) return !isYes(a.kind);
  if (endOf(a) !== endOf(b)) return endOf(a) < endOf(b);
  if (a.hasProof !== b.hasProof) return b.hasProof;
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
  if (now >= runsOutAt(last, validityDays)) return { status: 'expired', eventId: last.id };
  return { status: 'given', eventId: last.id, hasProof: last.hasProof };
}
