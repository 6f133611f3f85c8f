import fc from 'fast-check';
import { planRetry } from '../../../core/messaging/retry';
import type { CallOutcome } from '../../../core/registry/types';

const released = (code: string, more: object = {}): CallOutcome => ({ state: 'released', code, ...more });

function waits(outcome: CallOutcome, random = 0): { waits: number[]; end: CallOutcome } {
  const found: number[] = [];
  for (let attempt = 0; ; attempt += 1) {
    const planned = planRetry(outcome, attempt, random);
    if (planned.retry === null) return { waits: found, end: planned.outcome };
    found.push(planned.retry.waitMs);
  }
}

describe('how a message that was not taken is tried again', () => {
  it.each([
    ['throttled sender', released('rateLimited'), [1_000, 2_000, 4_000, 8_000, 16_000], 'released'],
    ['provider that is away', released('providerUnreachable'), [1_000, 5_000], 'released'],
    ['pair: 4^n seconds', released('pairRateLimited'), [1_000, 4_000, 16_000], 'released'],
    ['code 1: once', released('providerFault', { retry: 'once' }), [1_000], 'failed'],
    [
      'unknown code: three times',
      released('providerFault', { retry: 'few' }),
      [1_000, 4_000, 16_000],
      'failed',
    ],
    ['token that is not accepted', released('providerAuth'), [], 'released'],
    ['sender that is blocked', released('providerHalted'), [], 'released'],
    ['marketing that Meta holds', released('marketingHeld', { retryAfterMs: 86_400_000 }), [], 'released'],
  ])('%s', (_name, outcome, expected, end) => {
    const found = waits(outcome);
    expect(found.waits).toEqual(expected);
    expect(found.end.state).toBe(end);
  });

  it.each<CallOutcome>([
    { state: 'unknown' },
    { state: 'accepted', messageId: 'wamid.x' },
    { state: 'failed', code: 'noWhatsApp' },
  ])('never tries again what may have left or was refused for good: %j', (outcome) => {
    expect(planRetry(outcome, 0, 1)).toEqual({ outcome, retry: null });
  });

  it('spreads the tries of messages that fail together, and never comes early', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const spread = waits(released('rateLimited'), random).waits;
        waits(released('rateLimited')).waits.forEach((least, index) => {
          expect(spread[index]).toBeGreaterThanOrEqual(least);
          expect(spread[index]).toBeLessThanOrEqual(least * 1.25 + 1);
        });
      }),
    );
  });

  it('spaces the person for other runs too', () => {
    const { outcome, retry } = planRetry(released('pairRateLimited'), 2, 0);
    const spaced = 'retryAfterMs' in outcome ? (outcome.retryAfterMs ?? 0) : 0;
    expect(spaced).toBeGreaterThan(15_900);
    // The try of this run comes after it, or the gate would refuse it.
    expect(spaced).toBeLessThan(retry?.waitMs ?? 0);
  });
});
