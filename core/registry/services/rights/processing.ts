import { effectiveRule } from '../../../policy';
import { PURPOSES, type ControllerPolicy } from '../../../policy/types';
import type { Db } from '../../context';
import type { ProcessingInformation } from './exportSchema';
import { retentionOf } from './retention';

export const DATA_CATEGORIES: readonly string[] = [
  'Phone number and messaging ids (WhatsApp id, BSUID), with how each was verified',
  'Language, coarse area, preferred time, relation, location and time zone',
  'Chosen interests (tags) and wished frequency of messages',
  'Consents, refusals and objections for each purpose, with their proof',
  'Appointment or visit id, time, template and delivery of each message; not its text',
  'Intent of each answer; its words only in the encrypted conversation store and for a limited time',
  'Own id and relation of a child or somebody cared for',
];

export const RIGHTS: readonly string[] = [
  'Access and a copy (GDPR Art. 15)',
  'Rectification (Art. 16)',
  'Erasure (Art. 17)',
  'Restriction of processing (Art. 18)',
  'Data portability (Art. 20)',
  'Objection, at any time to direct marketing (Art. 21)',
  'Withdrawal of a consent at any time, by STOP in the chat or at the desk (Art. 7(3))',
  'Complaint to a supervisory authority (Art. 77)',
];

const META = 'Meta Platforms Ireland Limited (WhatsApp Business Platform)';
const SENDAPP = 'SendApp (WhatsApp messaging provider)';

/** Who gets the data, from the senders that the controller has registered. */
export async function recipientsOf(
  db: Db,
  controllerId: string,
): Promise<Pick<ProcessingInformation, 'recipients' | 'thirdCountryTransfers'>> {
  const rows = await db
    .selectFrom('senders')
    .select('provider')
    .distinct()
    .where('controller_id', '=', controllerId)
    .execute();
  const viaSendApp = rows.some((row) => row.provider !== 'metaCloud');
  const meta = { name: META, role: 'carries the messages; sees number, text and time of each' };
  const sendApp = { name: SENDAPP, role: 'passes the messages on to WhatsApp; sees number, text and time' };
  if (rows.length === 0) return { recipients: [], thirdCountryTransfers: [] };
  return {
    recipients: [meta, ...(viaSendApp ? [sendApp] : [])],
    thirdCountryTransfers: [
      {
        recipient: 'Meta Platforms, Inc.',
        country: 'US',
        safeguard:
          'As agreed in the WhatsApp Business terms (EU-US Data Privacy Framework, standard contractual clauses)',
      },
    ],
  };
}

export function legalBases(policy: ControllerPolicy): ProcessingInformation['purposes'] {
  return PURPOSES.map((purpose) => {
    const rule = effectiveRule(policy, purpose);
    const legalBasis = [
      ...(rule.art6 === null ? [] : [`GDPR Art. 6(1)(${rule.art6})`]),
      ...(rule.art9 === null ? [] : [`GDPR Art. 9(2)(${rule.art9})`]),
      ...(rule.advertisingRule === null ? [] : [rule.advertisingRule]),
    ];
    const { needsConsent, validityDays: consentValidDays } = rule;
    return { purpose, legalBasis, needsConsent, consentValidDays };
  });
}

/** What a person who asks must be told beside their data (GDPR Art. 15(1) and (2)). */
export async function processingInformation(
  db: Db,
  controllerId: string,
  policy: ControllerPolicy,
): Promise<ProcessingInformation> {
  return {
    purposes: legalBases(policy),
    dataCategories: [...DATA_CATEGORIES],
    ...(await recipientsOf(db, controllerId)),
    retention: retentionOf(policy),
    sources: [
      'the person: forms, the desk, answers in the chat',
      'the controller’s own records, where it imported them; each consent and profile field names its source',
    ],
    rights: [...RIGHTS],
    automatedDecisions:
      'None that produce legal effects (Art. 22). Rules decide whether a message may be sent; people decide about people.',
  };
}
