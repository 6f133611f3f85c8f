import type { CallOutcome } from '../registry/types';

type Released = Extract<CallOutcome, { state: 'released' }>;

/** How a message that was certainly not taken is tried again within the run. */
interface Rule {
  /** In milliseconds before each further try; at their end the message waits for the next run. */
  readonly waits: readonly number[];
  /** `sender` holds everything that it sends meanwhile, `message` this one only. */
  readonly holds: 'sender' | 'message';
  /** After the last try: free for the next run, or failed for good. */
  readonly then: 'released' | 'failed';
}

/**
 * By action of the error table (reference: developers.facebook.com, support/error-codes). Meta's rule for a pair is
 * 4^n seconds.
 */
const BY_CODE: Readonly<Record<string, Rule>> = {
  rateLimited: { waits: [1_000, 2_000, 4_000, 8_000, 16_000], holds: 'sender', then: 'released' },
  providerUnreachable: { waits: [1_000, 5_000], holds: 'sender', then: 'released' },
  pairRateLimited: { waits: [1_000, 4_000, 16_000], holds: 'message', then: 'released' },
};
const BY_RETRY: Readonly<Record<NonNullable<Released['retry']>, Rule>> = {
  once: { waits: [1_000], holds: 'message', then: 'failed' },
  few: { waits: [1_000, 4_000, 16_000], holds: 'message', then: 'failed' },
};
/** Of the wait, so that many messages that fail together do not come back together. */
const JITTER = 0.25;
/** A timer that fires a little early must not find the person still spaced. */
const EARLY_MS = 20;

export interface Retry {
  readonly waitMs: number;
  readonly holdsSender: boolean;
}

/**
 * What becomes of an answer.
 * @param attempt how often the message was called before, from 0; infinite where nothing is tried again
 * @param random from 0 to 1
 * @returns the outcome to settle, and the next try if there is one
 */
export function planRetry(
  outcome: CallOutcome,
  attempt: number,
  random: number,
): { readonly outcome: CallOutcome; readonly retry: Retry | null } {
  if (outcome.state !== 'released' || outcome.retryAfterMs !== undefined) return { outcome, retry: null };
  const rule = outcome.retry === undefined ? BY_CODE[outcome.code] : BY_RETRY[outcome.retry];
  if (rule === undefined) return { outcome, retry: null };
  const wait = rule.waits[attempt];
  if (wait === undefined)
    return { outcome: rule.then === 'failed' ? deadLetter(outcome) : outcome, retry: null };
  const waitMs = Math.round(wait * (1 + JITTER * random));
  // The person is spaced for all processes, the sender by its shared pace.
  const spaced =
    outcome.code === 'pairRateLimited' ? { ...outcome, retryAfterMs: waitMs - EARLY_MS } : outcome;
  return { outcome: spaced, retry: { waitMs, holdsSender: rule.holds === 'sender' } };
}

function deadLetter({ providerCode }: Released): CallOutcome {
  return {
    state: 'failed',
    code: 'providerRefused',
    ...(providerCode === undefined ? {} : { providerCode }),
  };
}
