import { reasonFor } from '../policy/reasons';
import type { CallOutcome, ClaimResult } from '../registry/types';
import type { DispatchResult } from './types';

type Claimed = Extract<ClaimResult, { claimed: true }>;
type NotClaimed = Extract<ClaimResult, { claimed: false }>;

/** Nothing of it reached the registry or the provider. */
export function notTried(
  code: string,
  sentence = reasonFor(code).sentence,
  nextPermittedAt: number | null = null,
): DispatchResult {
  return {
    sent: false,
    code,
    sentence,
    outboxId: null,
    contactRef: null,
    state: 'refused',
    nextPermittedAt,
  };
}

export function refusedByGate(refusal: NotClaimed): DispatchResult {
  const { code, sentence, outboxId, contactRef, nextPermittedAt } = refusal;
  return { sent: false, code, sentence, outboxId, contactRef, state: 'refused', nextPermittedAt };
}

/** @param now ms since epoch; when the provider named a time to wait, the next try is counted from it */
export function settled(claim: Claimed, outcome: CallOutcome, now: number): DispatchResult {
  const { outboxId, contactRef } = claim;
  if (outcome.state === 'accepted') return { sent: true, outboxId, contactRef, state: 'accepted' };
  const code = outcome.state === 'unknown' ? 'answerLost' : outcome.code;
  const wait = outcome.state === 'released' ? outcome.retryAfterMs : undefined;
  return {
    sent: false,
    code,
    sentence: reasonFor(code).sentence,
    outboxId,
    contactRef,
    state: outcome.state,
    nextPermittedAt: wait === undefined ? null : now + wait,
    ...(claim.pricing === undefined ? {} : { pricing: claim.pricing }),
  };
}
