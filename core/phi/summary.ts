import { PHI_CATEGORIES, type PhiCategory, type PhiFinding } from './types';

export interface PhiSummary {
  /** In the fixed order of {@link PHI_CATEGORIES}. */
  readonly categories: readonly PhiCategory[];
  /** Sorted, each once. */
  readonly ruleIds: readonly string[];
  readonly count: number;
}

/** What was found, without where: fit for logs, audit rows and item fields. */
export function summariseFindings(findings: readonly PhiFinding[]): PhiSummary {
  const categories = new Set(findings.map((f) => f.category));
  return {
    categories: PHI_CATEGORIES.filter((c) => categories.has(c)),
    ruleIds: [...new Set(findings.map((f) => f.ruleId))].sort(),
    count: findings.length,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  'identifier.fullName': 'It gives a first and last name together',
  'identifier.phone': 'It gives a phone number',
  'identifier.email': 'It gives an e-mail address',
  'identifier.iban': 'It gives a bank account number',
  'identifier.birthDate': 'It gives a date of birth',
  'identifier.recordNumber': 'It gives a record, card or policy number',
  'identifier.address': 'It gives a postal address',
  'identifier.nationalId': 'It gives a tax or health-insurance number',
  'clinical.condition': 'It names a disease or a state of health',
  'clinical.symptom': 'It names a symptom or complaint',
  'clinical.procedure': 'It names an operation, treatment or vaccination',
  'clinical.result': 'It tells of a result or report',
  'clinical.lab': 'It names a laboratory value',
  'clinical.therapy': 'It tells of a therapy or medicine',
  'clinical.drug': 'It names a medicine',
  'clinical.vaccine': 'It names a vaccine',
  'pathway.specialty': 'It names a medical specialty',
  'pathway.practitioner': 'It names the kind of practitioner',
  'pathway.department': 'It names a department',
  'pathway.examination': 'It names an examination or test',
  'pathway.bodyPart': 'It names the part of the body that is looked at',
  'economic.payment': 'It tells of the price or payment of a health service',
  'economic.coverage': 'It tells of insurance, exemption or refund of a health service',
  'revealing.facility': 'It names a place or programme that gives the reason away',
  'revealing.preparation': 'It tells how to prepare, which gives the examination away',
  'revealing.policyTerm': 'It holds a term that your policy forbids',
  'screen.clinicalQuestion': 'It asks the person for clinical detail',
};

const CATEGORY_REASONS: Readonly<Record<PhiCategory, string>> = {
  identifier: 'It identifies a person',
  clinical: 'It gives clinical information',
  pathway: 'It tells what kind of care it is about',
  economic: 'It tells of money for a health service',
  revealing: 'It lets a reader infer the reason for the visit',
};

export interface PhiReason {
  readonly ruleId: string;
  readonly category: PhiCategory;
  /** One plain sentence, without the words found. */
  readonly reason: string;
}

/** Plain reasons, one a rule, in the order in which the rules first fire. */
export function describeFindings(findings: readonly PhiFinding[]): PhiReason[] {
  const seen = new Set<string>();
  const out: PhiReason[] = [];
  for (const { ruleId, category } of findings) {
    if (seen.has(ruleId)) continue;
    seen.add(ruleId);
    const parent = ruleId.split('.').slice(0, 2).join('.');
    out.push({ ruleId, category, reason: REASONS[ruleId] ?? REASONS[parent] ?? CATEGORY_REASONS[category] });
  }
  return out;
}
