import fc from 'fast-check';
import { type ConsentFact, type ConsentState, deriveConsent } from '../../../core/consent/derive';
import { CONSENT_KINDS } from '../../../core/registry/types';

const NOW = 1_000_000_000_000;
const DAY = 86_400_000;

const fact = (change: Partial<ConsentFact> = {}): ConsentFact => ({
  id: 'a',
  purpose: 'prevention',
  subjectId: null,
  kind: 'given',
  scope: null,
  hasProof: true,
  occurredAt: NOW - DAY,
  validUntil: null,
  ...change,
});

/** Few instants, so that many events share one; some in the future, some at the border of an end. */
const facts = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{2}$/),
    purpose: fc.constant('prevention'),
    subjectId: fc.constantFrom(null, 'child'),
    kind: fc.constantFrom(...CONSENT_KINDS),
    scope: fc.constantFrom(null, 'all', 'hipaaAuthorization', 'publicScreening'),
    hasProof: fc.boolean(),
    occurredAt: fc.constantFrom(
      NOW - 5 * DAY,
      NOW - 5 * DAY + 1,
      NOW - DAY,
      NOW - 1,
      NOW,
      NOW + 1,
      NOW + DAY,
    ),
    validUntil: fc.constantFrom(null, NOW - DAY, NOW - 1, NOW, NOW + 1, NOW + DAY),
  }),
  { selector: (each) => each.id, maxLength: 12 },
);
const validity = fc.constantFrom(null, 1, 5, 6);

const says = (event: ConsentFact): 'yes' | 'no' =>
  event.kind === 'given' || event.kind === 'renewed' ? 'yes' : 'no';

/**
 * The rule in words, as slow as can be: a yes from the future does not exist; of two events the later counts, at one
 * instant the one that permits less (no before yes, the shorter before the longer, without proof before with), and
 * whoever is outdone by nobody is the answer.
 */
function oracle(events: readonly ConsentFact[], validityDays: number | null): ConsentState {
  const heard = events.filter((event) => says(event) === 'no' || event.occurredAt <= NOW);
  const rank = (event: ConsentFact): (number | string)[] => [
    event.occurredAt,
    says(event) === 'no' ? 1 : 0,
    -(event.validUntil ?? Infinity),
    event.hasProof ? 0 : 1,
    event.id,
  ];
  const outdoes = (a: ConsentFact, b: ConsentFact): boolean => {
    const differing = rank(a).findIndex((part, index) => part !== rank(b)[index]);
    return differing >= 0 && rank(a)[differing]! > rank(b)[differing]!;
  };
  const winner = heard.find((event) => !heard.some((other) => outdoes(other, event)));
  if (!winner) return { status: 'none' };
  const { id: eventId, kind, hasProof, occurredAt, validUntil } = winner;
  if (kind !== 'given' && kind !== 'renewed') return { status: kind, eventId };
  const isOver = validUntil !== null && validUntil <= NOW;
  const isStale = validityDays !== null && NOW - occurredAt >= validityDays * DAY;
  return isOver || isStale ? { status: 'expired', eventId } : { status: 'given', eventId, hasProof };
}

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
    [
      'of two at the same instant the one that ends first counts',
      [fact({ validUntil: NOW }), fact({ id: 'b' })],
      'expired',
    ],
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

  it('is what the rule says in words, in whatever order the events arrived', () => {
    fc.assert(
      fc.property(facts, validity, fc.infiniteStream(fc.nat()), (events, days, noise) => {
        const keys = new Map(events.map((event) => [event.id, noise.next().value ?? 0]));
        const shuffled = [...events].sort((a, b) => (keys.get(a.id) ?? 0) - (keys.get(b.id) ?? 0));
        expect(deriveConsent(shuffled, days, NOW)).toEqual(oracle(events, days));
      }),
      { numRuns: 2000 },
    );
  });

  it('never says yes when the last thing that was said is no', () => {
    fc.assert(
      fc.property(facts, validity, (events, days) => {
        const last = Math.max(...events.map((event) => event.occurredAt));
        fc.pre(events.some((event) => event.occurredAt === last && says(event) === 'no'));
        expect(deriveConsent(events, days, NOW).status).not.toBe('given');
      }),
    );
  });

  it('never says yes after a withdrawal that no later yes has followed, whatever else is on record', () => {
    fc.assert(
      fc.property(facts, validity, fc.constantFrom(NOW - DAY, NOW, NOW + DAY), (events, days, at) => {
        const before = events.filter((event) => says(event) === 'no' || event.occurredAt <= at);
        const withdrawn = fact({ id: 'withdrawal', kind: 'withdrawn', occurredAt: at });
        expect(deriveConsent([...before, withdrawn], days, NOW).status).not.toBe('given');
      }),
    );
  });
});
