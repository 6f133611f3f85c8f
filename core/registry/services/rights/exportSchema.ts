import { z } from 'zod/v4';
import { CONSENT_GRADES, PURPOSES } from '../../../policy/types';
import { CONSENT_KINDS, HANDLE_KINDS, VERIFICATIONS } from '../../types';

export const PERSON_EXPORT_SCHEMA = 'carecampaign/person-export/v1';

const at = z.iso.datetime();
const maybeAt = at.nullable();
const text = z.string().nullable();
const count = z.int();

const proof = z.strictObject({
  textShown: z.string(),
  textVersion: z.string(),
  language: z.string(),
  reference: z.string(),
  recordedBy: z.string(),
  businessNamed: z.string(),
  privacyNoticeVersion: z.string(),
});

export const exportedConsentSchema = z.strictObject({
  id: z.string(),
  purpose: z.enum(PURPOSES),
  channel: z.string(),
  kind: z.enum(CONSENT_KINDS),
  scope: text,
  /** null: the contact itself. */
  subjectId: text,
  source: z.string(),
  occurredAt: at,
  recordedAt: at,
  validUntil: maybeAt,
  proof: proof.nullable(),
});
export type ExportedConsent = z.infer<typeof exportedConsentSchema>;

/** What GDPR Art. 15(1) and (2) want told beside the data. */
export const processingInformationSchema = z.strictObject({
  purposes: z.array(
    z.strictObject({
      purpose: z.enum(PURPOSES),
      legalBasis: z.array(z.string()),
      needsConsent: z.enum(CONSENT_GRADES),
      consentValidDays: count.nullable(),
    }),
  ),
  dataCategories: z.array(z.string()),
  recipients: z.array(z.strictObject({ name: z.string(), role: z.string() })),
  thirdCountryTransfers: z.array(
    z.strictObject({ recipient: z.string(), country: z.string(), safeguard: z.string() }),
  ),
  retention: z.array(z.strictObject({ what: z.string(), howLong: z.string() })),
  sources: z.array(z.string()),
  rights: z.array(z.string()),
  automatedDecisions: z.string(),
});
export type ProcessingInformation = z.infer<typeof processingInformationSchema>;

/** Everything held about one person. Instants are ISO 8601 in UTC; ids are the registry's random pseudonyms. */
export const personExportSchema = z.strictObject({
  schema: z.literal(PERSON_EXPORT_SCHEMA),
  exportedAt: at,
  contactRef: z.string(),
  /** Pseudonyms of contacts that were merged into this one. */
  formerRefs: z.array(z.string()),
  controller: z.strictObject({
    key: z.string(),
    name: z.string(),
    country: z.string(),
    privacyNoticeUrl: z.string(),
  }),
  processing: processingInformationSchema,
  person: z.strictObject({
    firstRecordedAt: at,
    deceasedAt: maybeAt,
    restrictedAt: maybeAt,
    /** The 18th birthday, where a birth date was told. */
    adultAt: maybeAt,
  }),
  handles: z.array(
    z.strictObject({
      kind: z.enum(HANDLE_KINDS),
      value: z.string(),
      country: text,
      state: z.enum(VERIFICATIONS),
      protectedSource: z.boolean(),
      unreachableAt: maybeAt,
      recordedAt: at,
      changedAt: at,
    }),
  ),
  subjects: z.array(
    z.strictObject({
      id: z.string(),
      ref: z.string(),
      relation: z.string(),
      adultAt: maybeAt,
      recordedAt: at,
    }),
  ),
  profile: z.array(
    z.strictObject({
      field: z.string(),
      value: z.string(),
      source: z.string(),
      setAt: at,
      expiresAt: maybeAt,
    }),
  ),
  tags: z.array(z.strictObject({ tag: z.string(), source: z.string(), setAt: at, removedAt: maybeAt })),
  frequencies: z.array(z.strictObject({ purpose: z.string(), messages: count, days: count, setAt: at })),
  engagement: z.array(z.strictObject({ month: z.string(), kind: z.string(), count })),
  consents: z.array(exportedConsentSchema),
  suppressions: z.array(
    z.strictObject({
      scope: z.enum(['all', 'marketing']),
      source: z.string(),
      occurredAt: at,
      liftedAt: maybeAt,
    }),
  ),
  messages: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      occurrence: z.string(),
      stage: z.string(),
      basis: z.string(),
      purpose: z.string(),
      template: z.string(),
      templateVersion: count,
      language: z.string(),
      subjectId: text,
      about: text,
      state: z.string(),
      code: text,
      createdAt: at,
      sentAt: maybeAt,
      deliveredAt: maybeAt,
      readAt: maybeAt,
    }),
  ),
  inbound: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      intent: text,
      value: count.nullable(),
      sensitive: z.boolean(),
      categories: z.array(z.string()),
      occurredAt: at,
      receivedAt: at,
    }),
  ),
  conversations: z.array(
    z.strictObject({
      id: z.string(),
      state: z.string(),
      openedAt: at,
      closedAt: maybeAt,
      deletedAfter: maybeAt,
      entries: z.array(
        z.strictObject({
          direction: z.enum(['in', 'out']),
          at,
          text,
          mediaIds: z.array(z.string()),
        }),
      ),
    }),
  ),
  windows: z.array(z.strictObject({ sender: z.string(), lastInboundAt: at })),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      state: z.string(),
      about: text,
      createdAt: at,
      closedAt: maybeAt,
    }),
  ),
  audit: z.array(
    z.strictObject({
      seq: count,
      at,
      action: z.string(),
      outcome: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  ),
});
export type PersonExport = z.infer<typeof personExportSchema>;
