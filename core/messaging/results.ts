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

export function settled(claim: Claimed, outcome: CallOutcome): DispatchResult {
  const { outboxId, contactRef } = claim;
  if (outcome.state === 'accepted') return { sent: true, outboxId, contactRef, state: 'accepted' };
  const code = outcome.state === 'unknown' ? 'answerLost' : outcome.code;
  return {
    sent: false,
    code,
    sentence: reasonFor(code).sentence,
    outboxId,
    contactRef,
    state: outcome.state,
    nextPermittedAt: null,
    ...(claim.pricing === undefined ? {} : { pricing: claim.pricing }),
  };
}
