import { z } from 'zod/v4';
import type { Db } from '../../context';
import type { Controller } from '../../types';
import { currentPolicy } from '../controllers';
import { processingInformationSchema } from './exportSchema';
import { DATA_CATEGORIES, legalBases, recipientsOf } from './processing';
import { retentionOf } from './retention';

export const PROCESSING_RECORD_SCHEMA = 'carecampaign/processing-record/v1';

const information = processingInformationSchema.shape;
export const processingRecordSchema = z.strictObject({
  schema: z.literal(PROCESSING_RECORD_SCHEMA),
  madeAt: z.iso.datetime(),
  controller: z.strictObject({
    key: z.string(),
    name: z.string(),
    country: z.string(),
    privacyNoticeUrl: z.string(),
  }),
  policy: z.strictObject({ pack: z.string(), version: z.int() }),
  purposes: information.purposes,
  dataSubjects: z.array(z.string()),
  dataCategories: information.dataCategories,
  recipients: information.recipients,
  thirdCountryTransfers: information.thirdCountryTransfers,
  retention: information.retention,
  securityMeasures: z.array(z.string()),
});
export type ProcessingRecord = z.infer<typeof processingRecordSchema>;

const DATA_SUBJECTS = [
  'Patients and other contacts of the controller',
  'Children and persons cared for, about whom a contact is written to',
  'Staff, by name, where they decide or handle a task',
];

/** What the software does by itself (Art. 32(1)); how it is hosted is for the controller to add. */
const SECURITY_MEASURES = [
  'Numbers, ids, proofs and conversations are encrypted (AES-256-GCM), conversations under a key of their own',
  'Numbers are found by keyed hashes; workflows see random pseudonyms',
  'Keys are wrapped by a master key that is kept outside the database',
  'Every message passes one gate that checks consent, refusals, caps, quiet hours and wording as it is sent',
  'Consent events, policy versions and the audit trail cannot be changed; the audit is chained by keyed hashes',
  'Decisions about people name the person who makes them; each reading of a conversation and each export is audited',
  'Access by the registry credential, which can be limited to single controllers',
  'A new sender reaches test numbers only until it is set live; sender, campaign and controller can be paused',
  'Words of conversations are deleted after the set time',
  'An erased number stays refused by a token that does not tell it',
];

export async function processingRecord(
  db: Db,
  controller: Controller,
  now: number,
): Promise<ProcessingRecord> {
  const policy = await currentPolicy(db, controller.id);
  const { key, name, country, privacyNoticeUrl } = controller;
  return processingRecordSchema.parse({
    schema: PROCESSING_RECORD_SCHEMA,
    madeAt: new Date(now).toISOString(),
    controller: { key, name, country, privacyNoticeUrl },
    policy: { pack: policy.pack, version: policy.version },
    purposes: legalBases(policy),
    dataSubjects: DATA_SUBJECTS,
    dataCategories: [...DATA_CATEGORIES],
    ...(await recipientsOf(db, controller.id)),
    retention: retentionOf(policy),
    securityMeasures: SECURITY_MEASURES,
  });
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function purposeRow(purpose: ProcessingRecord['purposes'][number]): string[] {
  const { legalBasis, needsConsent, consentValidDays } = purpose;
  const valid = consentValidDays === null ? 'until withdrawn' : `${consentValidDays} days`;
  return [purpose.purpose, legalBasis.join(', ') || '–', needsConsent, valid];
}

/** The same as a page to read, print and hand to the authority. */
export function processingRecordMarkdown(record: ProcessingRecord): string {
  const { controller, policy } = record;
  return `${[
    `# Record of processing activities (GDPR Art. 30(1)): ${controller.name}`,
    `Made on ${record.madeAt} from the registry; policy pack \`${policy.pack}\`, version ${policy.version}. To be completed by the controller: contact details, representative, data protection officer, and how the software is hosted.`,
    '## Controller',
    list([
      `Name: ${controller.name}`,
      `Country: ${controller.country}`,
      `Privacy notice: ${controller.privacyNoticeUrl}`,
    ]),
    '## Purposes',
    table(['Purpose', 'Legal basis', 'Consent on record', 'Valid'], record.purposes.map(purposeRow)),
    '## Categories of data subjects',
    list(record.dataSubjects),
    '## Categories of personal data',
    list(record.dataCategories),
    '## Recipients',
    table(
      ['Recipient', 'Role'],
      record.recipients.map(({ name, role }) => [name, role]),
    ),
    '## Transfers to third countries',
    table(
      ['Recipient', 'Country', 'Safeguard'],
      record.thirdCountryTransfers.map(({ recipient, country, safeguard }) => [
        recipient,
        country,
        safeguard,
      ]),
    ),
    '## Retention',
    table(
      ['Data', 'Kept'],
      record.retention.map(({ what, howLong }) => [what, howLong]),
    ),
    '## Security measures',
    list(record.securityMeasures),
  ].join('\n\n')}\n`;
}
