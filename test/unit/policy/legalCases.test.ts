import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide, type ContactFacts } from '../../../core/consent/decide';
import {
  defaultPolicy,
  effectiveQuietHours,
  effectiveRule,
  getPack,
  PACK_IDS,
  PURPOSES,
} from '../../../core/policy';
import type {
  Acknowledgement,
  ConsentGrade,
  ControllerPolicy,
  PackId,
  Purpose,
  Retention,
} from '../../../core/policy';

const DAY = 86_400_000;
/** A Tuesday at noon in Rome: never quiet. */
const NOW = Date.UTC(2026, 10, 3, 11, 0);
const DOCUMENT = readFileSync(join(__dirname, '../../../docs/legal-cases.md'), 'utf8');

/** The consent of the table: of its purpose, with what the pack asks for beside it. */
type Consent = (change?: Partial<ContactFacts['consents'][number]>) => ContactFacts['consents'][number];
type Change = (facts: ContactFacts, consent: Consent) => ContactFacts;

const consentTo = (
  purpose: Purpose,
  change: Partial<ContactFacts['consents'][number]> = {},
): ContactFacts['consents'][number] => ({
  id: `consent-${purpose}`,
  purpose,
  subjectId: null,
  kind: 'given',
  scope: null,
  hasProof: true,
  occurredAt: NOW - 30 * DAY,
  validUntil: null,
  ...change,
});

const handle = (change: Partial<ContactFacts['handles'][number]> = {}): ContactFacts['handles'][number] => ({
  state: 'doubleOptIn',
  country: 'IT',
  protectedSource: false,
  unreachableAt: null,
  ...change,
});

const NOBODY: ContactFacts = {
  deceased: false,
  restricted: false,
  adultAt: null,
  subjects: [],
  handles: [handle()],
  consents: [],
  suppressions: [],
  sent: [],
  frequencies: [],
  zones: ['Europe/Rome'],
};

const CHILD = 'child';
const aboutChild = (facts: ContactFacts, adultAt: number | null): ContactFacts => ({
  ...facts,
  subjects: [{ id: CHILD, relation: 'child', adultAt }],
});

/** The first column of the tables, in a machine's words. */
const SITUATIONS: Readonly<Record<string, Change>> = {
  'Nothing is on record': (facts) => facts,
  'Only the WhatsApp opt-in for appointments, verified number': (facts) => ({
    ...facts,
    consents: [consentTo('appointment')],
  }),
  'Only a consent to prevention, verified number': (facts) => ({
    ...facts,
    consents: [consentTo('prevention')],
  }),
  'A plain consent for this purpose, without what the pack asks for beside it': (facts, consent) => ({
    ...facts,
    consents: [consent({ scope: null })],
  }),
  'Consent for this purpose, number not verified': (facts, consent) => ({
    ...facts,
    handles: [handle({ state: 'unverified' })],
    consents: [consent()],
  }),
  'Consent for this purpose, verified number': (facts, consent) => ({ ...facts, consents: [consent()] }),
  'The same, but nothing shows how consent was given': (facts, consent) => ({
    ...facts,
    consents: [consent({ hasProof: false })],
  }),
  'The same, but given three years ago': (facts, consent) => ({
    ...facts,
    consents: [consent({ occurredAt: NOW - 3 * 365 * DAY })],
  }),
  'The same, but withdrawn since': (facts, consent) => ({
    ...facts,
    consents: [consent(), consent({ id: 'later', kind: 'withdrawn', occurredAt: NOW - DAY })],
  }),
  'The same, but objected to before it was recorded': (facts, consent) => ({
    ...facts,
    consents: [consent({ id: 'before', kind: 'objected', occurredAt: NOW - 60 * DAY }), consent()],
  }),
  'The same, the person having taken the objection back': (facts, consent) => ({
    ...facts,
    consents: [
      consent({ id: 'before', kind: 'objected', occurredAt: NOW - 60 * DAY }),
      consent(),
      consent({ id: 'later', kind: 'renewed', scope: null, occurredAt: NOW - DAY }),
    ],
  }),
  'The same, but the person wrote STOP': (facts, consent) => ({
    ...facts,
    consents: [consent()],
    suppressions: [{ id: 'stop', scope: 'all' }],
  }),
  'The same, but the person is under age': (facts, consent) => ({
    ...facts,
    consents: [consent()],
    adultAt: NOW + DAY,
  }),
  'The same, about a child': (facts, consent) => ({
    ...aboutChild(facts, NOW + DAY),
    consents: [consent({ subjectId: CHILD })],
  }),
  'The same, about a child whose age nobody told': (facts, consent) => ({
    ...aboutChild(facts, null),
    consents: [consent({ subjectId: CHILD })],
  }),
  'The same, about a child that has come of age': (facts, consent) => ({
    ...aboutChild(facts, NOW),
    consents: [consent({ subjectId: CHILD })],
  }),
  'The same, but with a number from a protected service': (facts, consent) => ({
    ...facts,
    handles: [handle({ protectedSource: true })],
    consents: [consent()],
  }),
  'The same, with a number of the United States': (facts, consent) => ({
    ...facts,
    handles: [handle({ country: 'US' })],
    consents: [consent()],
  }),
};

const acknowledged = (pack: PackId): ControllerPolicy => ({
  ...defaultPolicy(pack),
  acknowledgements: [
    { what: 'metaSignsNoBaa', by: 'Pat Example', at: NOW - DAY },
    { what: 'publicScreeningMandate', by: 'Pat Example', at: NOW - DAY, reference: 'Resolution 1 of 2026' },
  ],
});

const without = (pack: PackId, what: Acknowledgement['what']): ControllerPolicy => {
  const policy = acknowledged(pack);
  return { ...policy, acknowledgements: policy.acknowledgements.filter((each) => each.what !== what) };
};

function outcome(policy: ControllerPolicy, purpose: Purpose, change: Change): string {
  const grade = effectiveRule(policy, purpose).needsConsent;
  const scope = grade === 'hipaaAuthorization' || grade === 'publicScreening' ? grade : null;
  const facts = change(NOBODY, (own) => consentTo(purpose, { scope, ...own }));
  const subjectId = facts.subjects[0]?.id ?? null;
  const { code } = decide(facts, { purpose, subjectId }, policy, NOW);
  return code === 'ok' ? 'allowed' : code;
}

/** What only some packs ask of the controller. */
function demandsOf(pack: PackId): [situation: string, policy: ControllerPolicy][] {
  const { needsAcknowledgement, purposes } = getPack(pack);
  const baa = 'Nobody accepted yet that Meta signs no BAA';
  const mandate = 'Nobody recorded a mandate for public screening';
  return [
    ...(needsAcknowledgement ? [[baa, without(pack, needsAcknowledgement)] as const] : []),
    ...(purposes.screening.needsConsent === 'publicScreening'
      ? [[mandate, without(pack, 'publicScreeningMandate')] as const]
      : []),
  ].map(([situation, policy]) => [situation, policy]);
}

function situationsOf(pack: PackId): [situation: string, cells: string[]][] {
  const cells = (policy: ControllerPolicy, change: Change): string[] =>
    PURPOSES.map((purpose) => outcome(policy, purpose, change));
  const everything: Change = (facts, consent) => ({ ...facts, consents: [consent()] });
  const answers = PURPOSES.map((purpose) => {
    const { replyNeedsConsent, needsConsent } = effectiveRule(defaultPolicy(pack), purpose);
    if (needsConsent === 'notPermitted') return 'purposeNotPermitted';
    return replyNeedsConsent ? 'consent needed' : 'allowed';
  });
  return [
    ...Object.entries(SITUATIONS).map(([situation, change]): [string, string[]] => [
      situation,
      cells(acknowledged(pack), change),
    ]),
    ["Answer to the person's own message within 24 hours, no consent", answers],
    ...demandsOf(pack).map(([situation, policy]): [string, string[]] => [
      situation,
      cells(policy, everything),
    ]),
  ];
}

const GRADES: Readonly<Record<ConsentGrade, string>> = {
  service: 'WhatsApp opt-in',
  marketing: 'consent for the purpose',
  hipaaAuthorization: 'HIPAA authorization',
  publicScreening: 'mandate, no objection',
  notPermitted: 'nothing: not permitted',
};

function rulesOf(pack: PackId): [rule: string, cells: string[]][] {
  const rules = PURPOSES.map((purpose) => effectiveRule(defaultPolicy(pack), purpose));
  const quiet = PURPOSES.map((purpose) =>
    effectiveQuietHours(defaultPolicy(pack), purpose)
      .map(({ from, to, sundays }) => `${from}-${to}${sundays ? ', Sundays' : ''}`)
      .join('; '),
  );
  return [
    ['GDPR Art. 6(1)', rules.map(({ art6 }) => art6 ?? '-')],
    ['GDPR Art. 9(2)', rules.map(({ art9 }) => art9 ?? '-')],
    ['Advertising rule', rules.map(({ advertisingRule }) => advertisingRule ?? '-')],
    ['Stands on', rules.map(({ needsConsent }) => GRADES[needsConsent])],
    ['Verified number', rules.map(({ needsVerified }) => (needsVerified ? 'yes' : 'no'))],
    ['Adults only', rules.map(({ adultsOnly }) => (adultsOnly ? 'yes' : 'no'))],
    ['Consent good for (days)', rules.map(({ validityDays }) => String(validityDays ?? 'until withdrawn'))],
    ['At most', rules.map(({ cap }) => (cap ? `${cap.messages} in ${cap.days} days` : '-'))],
    ['Quiet hours', quiet],
  ];
}

const KEPT: readonly [kind: keyof Retention, kept: string][] = [
  ['outboxDays', 'What was sent, without its text (days)'],
  ['inboundDays', 'That an answer came, without its words (days)'],
  ['auditDays', 'Audit trail (days)'],
  ['consentFactsYears', 'Consent of erased people, unlinked (years)'],
  ['engagementMonths', 'Engagement counters (months)'],
  ['closedTaskDays', 'Closed tasks (days)'],
  ['profileDays', 'Profile fields since they were set (days)'],
];

function timesOf(pack: PackId): [kept: string, cells: string[]][] {
  const { retention } = getPack(pack);
  const cell = (value: number | null): string => String(value ?? 'no limit');
  return KEPT.map(([kind, kept]) => {
    const bound = retention[kind];
    return [kept, [cell(bound.default), cell(bound.min), cell(bound.max)]];
  });
}

const rowsOf = (pack: PackId): [first: string, cells: string[]][] => [
  ...situationsOf(pack),
  ...rulesOf(pack),
  ...timesOf(pack),
];

/** Rows of the tables under the heading of a pack: first cell and the cells beside it. */
function written(pack: PackId): Map<string, string[]> {
  const section = DOCUMENT.split(/^## /m).find((part) => part.startsWith(`\`${pack}\``)) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(rows.map(([first = '', ...cells]) => [first, cells]));
}

describe('the table of legal cases says what the system does', () => {
  const cases = PACK_IDS.flatMap((pack) => rowsOf(pack).map((row) => [pack, ...row] as const));

  it.each(cases)('%s: %s', (pack, first, cells) => {
    expect(written(pack).get(first)).toEqual(cells);
  });

  it.each(PACK_IDS)('%s: holds no row that nothing checks', (pack) => {
    const known = rowsOf(pack).map(([first]) => first);
    const extra = [...written(pack).keys()].filter(
      (first) => !known.includes(first) && !/^(-+|Situation|Rule|Kept)$/.test(first),
    );
    expect(extra).toEqual([]);
  });

  it.each(PACK_IDS)('%s: names the date and every source of the pack', (pack) => {
    const section = DOCUMENT.split(/^## /m).find((part) => part.startsWith(`\`${pack}\``)) ?? '';
    const { date, sources } = getPack(pack);
    expect(section).toContain(date);
    for (const source of sources) expect(section.replace(/\s+/g, ' ')).toContain(source);
  });
});
