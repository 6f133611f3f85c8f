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
import type { ControllerPolicy, PackId, Purpose, Retention } from '../../../core/policy';

const DAY = 86_400_000;
/** A Tuesday at noon in Rome: never quiet. */
const NOW = Date.UTC(2026, 10, 3, 11, 0);
const DOCUMENT = readFileSync(join(__dirname, '../../../docs/legal-cases.md'), 'utf8');

type Change = (facts: ContactFacts, purpose: Purpose) => ContactFacts;

const consent = (
  purpose: Purpose,
  change: Partial<ContactFacts['consents'][number]> = {},
): ContactFacts['consents'][number] => ({
  id: `consent-${purpose}`,
  purpose,
  subjectId: null,
  kind: 'given',
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
  handles: [handle()],
  consents: [],
  suppressions: [],
  sent: [],
  frequencies: [],
  zones: ['Europe/Rome'],
};

/** The first column of the tables, in a machine's words. */
const SITUATIONS: Readonly<Record<string, Change>> = {
  'Nothing is on record': (facts) => facts,
  'Only the WhatsApp opt-in for appointments, verified number': (facts) => ({
    ...facts,
    consents: [consent('appointment')],
  }),
  'Consent for this purpose, number not verified': (facts, purpose) => ({
    ...facts,
    handles: [handle({ state: 'unverified' })],
    consents: [consent(purpose)],
  }),
  'Consent for this purpose, verified number': (facts, purpose) => ({
    ...facts,
    consents: [consent(purpose)],
  }),
  'The same, but nothing shows how consent was given': (facts, purpose) => ({
    ...facts,
    consents: [consent(purpose, { hasProof: false })],
  }),
  'The same, but given three years ago': (facts, purpose) => ({
    ...facts,
    consents: [consent(purpose, { occurredAt: NOW - 3 * 365 * DAY })],
  }),
  'The same, but withdrawn since': (facts, purpose) => ({
    ...facts,
    consents: [consent(purpose), consent(purpose, { id: 'later', kind: 'withdrawn', occurredAt: NOW - DAY })],
  }),
  'The same, but the person wrote STOP': (facts, purpose) => ({
    ...facts,
    consents: [consent(purpose)],
    suppressions: [{ id: 'stop', scope: 'all' }],
  }),
  'The same, with a number of the United States': (facts, purpose) => ({
    ...facts,
    handles: [handle({ country: 'US' })],
    consents: [consent(purpose)],
  }),
};

const acknowledged = (pack: PackId): ControllerPolicy => ({
  ...defaultPolicy(pack),
  acknowledgements: [{ what: 'metaSignsNoBaa', by: 'Pat Example', at: NOW - DAY }],
});

const outcome = (policy: ControllerPolicy, purpose: Purpose, change: Change): string => {
  const { code } = decide(change(NOBODY, purpose), { purpose, subjectId: null }, policy, NOW);
  return code === 'ok' ? 'allowed' : code;
};

function situationsOf(pack: PackId): [situation: string, cells: string[]][] {
  const cells = (policy: ControllerPolicy, change: Change): string[] =>
    PURPOSES.map((purpose) => outcome(policy, purpose, change));
  const own = Object.entries(SITUATIONS).map(([situation, change]): [string, string[]] => [
    situation,
    cells(acknowledged(pack), change),
  ]);
  const answers = PURPOSES.map((purpose) =>
    effectiveRule(defaultPolicy(pack), purpose).replyNeedsConsent ? 'consent needed' : 'allowed',
  );
  const reply: [string, string[]] = [
    "Answer to the person's own message within 24 hours, no consent",
    answers,
  ];
  if (getPack(pack).needsAcknowledgement === null) return [...own, reply];
  const everything: Change = (facts, purpose) => ({ ...facts, consents: [consent(purpose)] });
  return [
    ...own,
    reply,
    ['Nobody accepted yet that Meta signs no BAA', cells(defaultPolicy(pack), everything)],
  ];
}

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
