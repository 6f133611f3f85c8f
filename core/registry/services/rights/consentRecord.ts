import { z } from 'zod/v4';
import { PURPOSES } from '../../../policy/types';
import type { ExportedConsent, PersonExport } from './exportSchema';
import { consentLines, type Line } from './standing';

export const CONSENT_RECORDS_SCHEMA = 'carecampaign/consent-records/v1';
/** The structure that the fields follow; the package is not certified for it. */
const RECORD_SCHEMA = 'ISO/IEC TS 27560:2023 (in the style of)';

const STATES: Readonly<Record<ExportedConsent['kind'], string>> = {
  given: 'given',
  renewed: 'reaffirmed',
  withdrawn: 'withdrawn',
  expired: 'expired',
  refused: 'refused',
  objected: 'objected',
};

const at = z.iso.datetime();
export const consentRecordSchema = z.strictObject({
  schema_version: z.literal(RECORD_SCHEMA),
  record_id: z.string().min(1),
  /** A pseudonym of the registry: the data subject, else the contact. */
  pii_principal_id: z.string().min(1),
  pii_controller: z.strictObject({ party_id: z.string(), party_name: z.string(), party_url: z.url() }),
  privacy_notice: z.url(),
  consent_type: z.literal('expressed'),
  consent_state: z.string(),
  processing: z.strictObject({
    purposes: z
      .array(z.strictObject({ purpose: z.enum(PURPOSES), lawful_basis: z.array(z.string()) }))
      .min(1),
    pii_information: z.array(z.string()).min(1),
    collection_method: z.array(z.string()).min(1),
    processing_method: z.string(),
    recipient_third_parties: z.array(z.string()),
    geographic_transfers: z.array(z.string()),
    retention_period: z.array(z.string()).min(1),
    withdrawal_method: z.string(),
    privacy_rights: z.array(z.string()).min(1),
  }),
  events: z
    .array(
      z.strictObject({
        event_id: z.string(),
        event_time: at,
        recorded_time: at,
        event_type: z.literal('expressed'),
        event_state: z.string(),
        validity_end: at.nullable(),
        entity_id: z.string(),
        language: z.string().nullable(),
        notice_version: z.string().nullable(),
      }),
    )
    .min(1),
});
export type ConsentRecord = z.infer<typeof consentRecordSchema>;

export const consentRecordsSchema = z.strictObject({
  schema: z.literal(CONSENT_RECORDS_SCHEMA),
  issued_at: at,
  records: z.array(consentRecordSchema),
});
export type ConsentRecords = z.infer<typeof consentRecordsSchema>;

function processing(document: PersonExport, line: Line): ConsentRecord['processing'] {
  const { purposes, dataCategories, recipients, thirdCountryTransfers, retention, rights } =
    document.processing;
  const basis = purposes.find(({ purpose }) => purpose === line.purpose)?.legalBasis ?? [];
  return {
    purposes: [{ purpose: line.purpose, lawful_basis: [...basis] }],
    pii_information: [...dataCategories],
    collection_method: [...new Set(line.events.map(({ source }) => source))],
    processing_method: 'Neutral messages over WhatsApp, gated by the recorded consent',
    recipient_third_parties: recipients.map(({ name }) => name),
    geographic_transfers: thirdCountryTransfers.map(({ recipient, country }) => `${recipient} (${country})`),
    retention_period: retention.map(({ what, howLong }) => `${what}: ${howLong}`),
    withdrawal_method: 'STOP in the chat, or at the desk, at any time',
    privacy_rights: [...rights],
  };
}

function stateOf(line: Line): string {
  if (!line.standing) return 'none';
  if (line.standing.expired) return 'expired';
  const event = line.events.find(({ id }) => id === line.standing?.id);
  return event ? STATES[event.kind] : 'none';
}

function record(document: PersonExport, line: Line): ConsentRecord {
  const { controller, contactRef } = document;
  const principal = line.subjectId ?? contactRef;
  return {
    schema_version: RECORD_SCHEMA,
    record_id: `${controller.key}.${principal}.${line.purpose}`,
    pii_principal_id: principal,
    pii_controller: {
      party_id: controller.key,
      party_name: controller.name,
      party_url: controller.privacyNoticeUrl,
    },
    privacy_notice: controller.privacyNoticeUrl,
    consent_type: 'expressed',
    consent_state: stateOf(line),
    processing: processing(document, line),
    events: line.events.map((event) => ({
      event_id: event.id,
      event_time: event.occurredAt,
      recorded_time: event.recordedAt,
      event_type: 'expressed',
      event_state: STATES[event.kind],
      validity_end: event.validUntil,
      entity_id: contactRef,
      language: event.proof?.language ?? null,
      notice_version: event.proof?.privacyNoticeVersion ?? null,
    })),
  };
}

/** One record for each purpose and data subject, with its whole history; also what a person gets as a receipt. */
export function consentRecords(document: PersonExport): ConsentRecords {
  return consentRecordsSchema.parse({
    schema: CONSENT_RECORDS_SCHEMA,
    issued_at: document.exportedAt,
    records: consentLines(document).map((line) => record(document, line)),
  });
}
