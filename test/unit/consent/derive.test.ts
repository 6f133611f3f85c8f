import fc from 'fast-check';
import { type ConsentFact, deriveConsent } from '../../../core/consent/derive';
import { CONSENT_KINDS } from '../../../core/registry/types';

const NOW = 1_000_000_000_000;
const DAY = 86_400_000;

const fact = (change: Partial<ConsentFact> = {}): ConsentFact => ({
  id: 'a',
  purpose: 'prevention',
  subjectId: null,
  kind: 'given',
  hasProof: true,
  occurredAt: NOW - DAY,
  validUntil: null,
  ...change,
});

const facts = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{4}$/),
    purpose: fc.constant('prevention'),
    subjectId: fc.constant(null),
    kind: fc.constantFrom(...CONSENT_KINDS),
    hasProof: fc.boolean(),
    occurredAt: fc.integer({ min: NOW - 20, max: NOW + 5 }),
    validUntil: fc.option(fc.integer({ min: NOW - 10, max: NOW + 10 })),
  }),
  { selector: (each) => each.id, maxLength: 12 },
);

describe('the state of a consent', () => {
  it.each([
    ['nothing on record is no consent', [], 'none'],
    ['a given consent stands', [fact()], 'given'],
    [
      'a later withdrawal ends it',
      [fact(), fact({ id: 'b', kind: 'withdrawn', occurredAt: NOW - 5 })],
      'withdrawn',
    ],
    [
      'a new consent after a withdrawal stands',
      [fact({ kind: 'withdrawn' }), fact({ id: 'b', occurredAt: NOW - 5 })],
      'given',
    ],
    ['yes and no at the same instant is no', [fact(), fact({ id: 'b', kind: 'objected' })], 'objected'],
    ['a consent past its date has expired', [fact({ validUntil: NOW })], 'expired'],
    ['a consent from the future is no consent', [fact({ occurredAt: NOW + 1 })], 'none'],
  ] as const)('%s', (_name, events, status) => {
    expect(deriveConsent(events, null, NOW).status).toBe(status);
  });

  it('expires after the time that the policy sets', () => {
    const events = [fact({ occurredAt: NOW - 10 * DAY })];
    expect(deriveConsent(events, 11, NOW).status).toBe('given');
    expect(deriveConsent(events, 10, NOW).status).toBe('expired');
  });

  it('does not depend on the order in which the events arrived', () => {
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), (events, noise) => {
        const keys = new Map(events.map((event) => [event.id, noise.next().value ?? 0]));
        const shuffled = [...events].sort((a, b) => (keys.get(a.id) ?? 0) - (keys.get(b.id) ?? 0));
        expect(deriveConsent(shuffled, 5, NOW)).toEqual(deriveConsent(events, 5, NOW));
      }),
    );
  });

  it('never says yes when the last thing that was said is no', () => {
    fc.assert(
      fc.property(facts, (events) => {
        const last = Math.max(...events.map((event) => event.occurredAt));
        const saysNo = events.some(
          (event) => event.occurredAt === last && !['given', 'renewed'].includes(event.kind),
        );
        fc.pre(saysNo);
        expect(deriveConsent(events, null, NOW).status).not.toBe('given');
      }),
    );
  });
});
