import fc from 'fast-check';
import { type ContactFacts, decide } from '../../../core/consent/decide';
import type { ConsentFact } from '../../../core/consent/derive';
import { type ControllerPolicy, defaultPolicy, PACK_IDS, type PackId, PURPOSES } from '../../../core/policy';
import { CONSENT_KINDS, CONSENT_SCOPES } from '../../../core/registry/types';

const DAY = 86_400_000;
/** A Tuesday at noon in Rome: never quiet. */
const NOW = Date.UTC(2026, 10, 3, 11, 0);

const everythingAcknowledged = (pack: PackId): ControllerPolicy => ({
  ...defaultPolicy(pack),
  acknowledgements: [
    { what: 'metaSignsNoBaa', by: 'Pat Example', at: 0 },
    { what: 'publicScreeningMandate', by: 'Pat Example', at: 0, reference: 'Resolution 1 of 2026' },
  ],
});

const verified: ContactFacts['handles'][number] = {
  state: 'desk',
  country: 'IT',
  protectedSource: false,
  unreachableAt: null,
};

const contact = (change: Partial<ContactFacts> = {}): ContactFacts => ({
  deceased: false,
  restricted: false,
  adultAt: null,
  subjects: [{ id: 'child', relation: 'child', adultAt: NOW }],
  handles: [verified],
  consents: [],
  suppressions: [],
  sent: [],
  frequencies: [],
  zones: ['Europe/Rome'],
  ...change,
});

const event = (change: Partial<ConsentFact>): ConsentFact => ({
  id: 'a',
  purpose: 'prevention',
  subjectId: null,
  kind: 'given',
  scope: null,
  hasProof: true,
  occurredAt: NOW - 30 * DAY,
  validUntil: null,
  ...change,
});

const codeOf = (
  pack: PackId,
  purpose: (typeof PURPOSES)[number],
  facts: ContactFacts,
  subjectId: string | null = null,
): string => decide(facts, { purpose, subjectId }, everythingAcknowledged(pack), NOW).code;

const packs = fc.constantFrom(...PACK_IDS);
const purposes = fc.constantFrom(...PURPOSES);
const subjects = fc.constantFrom(null, 'child');
const events = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{2}$/),
    purpose: purposes,
    subjectId: subjects,
    kind: fc.constantFrom(...CONSENT_KINDS),
    scope: fc.constantFrom(null, ...CONSENT_SCOPES),
    hasProof: fc.boolean(),
    occurredAt: fc.constantFrom(NOW - 40 * DAY, NOW - DAY, NOW - 1, NOW, NOW + DAY),
    validUntil: fc.constantFrom(null, NOW, NOW + DAY),
  }),
  { selector: (each) => each.id, maxLength: 20 },
);

describe('what no consent opens', () => {
  it('a withdrawn consent allows nothing, whatever was said before and whatever the pack', () => {
    const withdrawn = PURPOSES.map((purpose) =>
      event({ id: `withdrawn ${purpose}`, purpose, kind: 'withdrawn', occurredAt: NOW }),
    );
    fc.assert(
      fc.property(packs, purposes, subjects, events, (pack, purpose, subjectId, before) => {
        const facts = contact({ consents: [...before, ...withdrawn] });
        expect(codeOf(pack, purpose, facts, subjectId)).not.toBe('ok');
      }),
      { numRuns: 1000 },
    );
  });

  it('nobody under age and no protected number is invited to anything', () => {
    fc.assert(
      fc.property(packs, purposes, subjects, events, (pack, purpose, subjectId, consents) => {
        fc.pre(purpose !== 'appointment');
        const young = contact({ consents, adultAt: NOW + 1 });
        const child = contact({
          consents,
          subjects: [{ id: 'child', relation: 'child', adultAt: null }],
        });
        const hidden = contact({ consents, handles: [verified, { ...verified, protectedSource: true }] });
        expect(codeOf(pack, purpose, young, subjectId)).not.toBe('ok');
        expect(codeOf(pack, purpose, child, 'child')).not.toBe('ok');
        expect(codeOf(pack, purpose, hidden, subjectId)).not.toBe('ok');
      }),
    );
  });

  it('an invitation is never sent by a public mandate outside Italy', () => {
    fc.assert(
      fc.property(packs, events, (pack, consents) => {
        fc.pre(pack !== 'it');
        expect(codeOf(pack, 'screening', contact({ consents }))).toBe('purposeNotPermitted');
      }),
    );
  });

  it('the order in which events arrived decides nothing', () => {
    fc.assert(
      fc.property(packs, purposes, subjects, events, (pack, purpose, subjectId, consents) => {
        const there = codeOf(pack, purpose, contact({ consents }), subjectId);
        const back = codeOf(pack, purpose, contact({ consents: [...consents].reverse() }), subjectId);
        expect(there).toBe(back);
      }),
    );
  });
});

describe('a number from a protected service', () => {
  it('still gets the messages of an appointment', () => {
    const facts = contact({
      handles: [{ ...verified, protectedSource: true }],
      consents: [event({ purpose: 'appointment' })],
    });
    expect(codeOf('it', 'appointment', facts)).toBe('ok');
  });

  it('binds the person no more once it is void', () => {
    const facts = contact({
      handles: [verified, { ...verified, protectedSource: true, state: 'void' }],
      consents: [event({})],
    });
    expect(codeOf('it', 'prevention', facts)).toBe('ok');
  });
});

describe('public screening in Italy', () => {
  const recorded = (change: Partial<ConsentFact> = {}): ConsentFact =>
    event({ id: 'record', purpose: 'screening', scope: 'publicScreening', ...change });
  const said = (
    kind: ConsentFact['kind'],
    occurredAt: number,
    change: Partial<ConsentFact> = {},
  ): ConsentFact => event({ id: `${kind} ${occurredAt}`, purpose: 'screening', kind, occurredAt, ...change });

  it.each([
    ['a record of the mandate', [recorded()], 'ok'],
    ['a plain consent is no such record', [said('given', NOW - DAY)], 'screeningNotRecorded'],
    ['nor is a marketing consent', [event({})], 'screeningNotRecorded'],
    ['a record without proof', [recorded({ hasProof: false })], 'screeningNotRecorded'],
    ['a record that ran out', [recorded({ validUntil: NOW })], 'screeningNotRecorded'],
    ['a record that the controller ended', [recorded(), said('expired', NOW - DAY)], 'screeningNotRecorded'],
    ['a withdrawn marketing consent takes nothing', [recorded(), event({ kind: 'withdrawn' })], 'ok'],
    ['an objection after the record', [recorded(), said('objected', NOW - DAY)], 'objected'],
    ['an objection before the record', [said('objected', NOW - 60 * DAY), recorded()], 'objected'],
    ['a refusal before the record', [said('refused', NOW - 60 * DAY), recorded()], 'refused'],
    ['an objection dated tomorrow', [recorded(), said('objected', NOW + DAY)], 'objected'],
    [
      'an objection that the person took back',
      [said('objected', NOW - 60 * DAY), recorded(), said('renewed', NOW - DAY)],
      'ok',
    ],
    [
      'an objection taken back without proof',
      [said('objected', NOW - 60 * DAY), recorded(), said('renewed', NOW - DAY, { hasProof: false })],
      'objected',
    ],
    [
      'an objection before a record that calls itself renewed',
      [said('objected', NOW - 60 * DAY), recorded({ kind: 'renewed' })],
      'objected',
    ],
    ['a wish of the person is no mandate', [said('renewed', NOW - DAY)], 'screeningNotRecorded'],
  ] as const)('%s: %s', (_name, consents, code) => {
    expect(codeOf('it', 'screening', contact({ consents }))).toBe(code);
  });

  it('needs the mandate in the policy', () => {
    const facts = contact({ consents: [recorded()] });
    const { code } = decide(facts, { purpose: 'screening', subjectId: null }, defaultPolicy('it'), NOW);
    expect(code).toBe('mandateMissing');
  });
});

describe('marketing under HIPAA', () => {
  const authorized = (change: Partial<ConsentFact> = {}): ConsentFact =>
    event({ id: 'authorization', scope: 'hipaaAuthorization', ...change });

  it.each([
    ['a plain consent', [event({})], null, 'authorizationMissing'],
    ['an authorization', [authorized()], null, 'ok'],
    ['an authorization for another purpose', [authorized({ purpose: 'events' })], null, 'noConsent'],
    ['one that has run out', [authorized({ validUntil: NOW })], null, 'consentExpired'],
    [
      'one that was revoked, and a plain consent since',
      [
        authorized(),
        event({ id: 'b', kind: 'withdrawn', occurredAt: NOW - 2 * DAY }),
        event({ id: 'c', occurredAt: NOW - DAY }),
      ],
      null,
      'consentWithdrawn',
    ],
    ['one of the contact, about its child', [authorized()], 'child', 'authorizationMissing'],
    ['one for the child, about the child', [authorized({ subjectId: 'child' })], 'child', 'ok'],
    ['one for the child, about the contact', [authorized({ subjectId: 'child' })], null, 'noConsent'],
  ] as const)('%s: %s', (_name, consents, subjectId, code) => {
    expect(codeOf('us', 'prevention', contact({ consents }), subjectId)).toBe(code);
  });
});
