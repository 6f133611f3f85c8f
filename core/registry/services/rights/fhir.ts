import { createHash } from 'node:crypto';
import { z } from 'zod/v4';
import type { ExportedConsent, PersonExport } from './exportSchema';
import { consentLines, isYes, type Line } from './standing';

const coding = z.strictObject({ system: z.url(), code: z.string(), display: z.string().optional() });
const concept = z.strictObject({ coding: z.array(coding).min(1) });
const identifier = z.strictObject({ system: z.string(), value: z.string() });
const reference = z.strictObject({
  type: z.enum(['Patient', 'RelatedPerson', 'Organization']),
  identifier,
  display: z.string().optional(),
});
const period = z.strictObject({ start: z.iso.datetime(), end: z.iso.datetime().optional() });

/** The elements of R5 Consent that are used here. https://hl7.org/fhir/R5/consent.html */
export const fhirConsentSchema = z.strictObject({
  resourceType: z.literal('Consent'),
  id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  identifier: z.array(identifier).min(1),
  status: z.enum(['active', 'inactive']),
  category: z.array(concept).min(1),
  subject: reference,
  date: z.iso.date(),
  period,
  grantor: z.array(reference).min(1),
  grantee: z.array(reference).min(1),
  controller: z.array(reference).min(1),
  policyBasis: z.strictObject({ url: z.url() }),
  verification: z
    .array(z.strictObject({ verified: z.boolean(), verificationDate: z.array(z.iso.datetime()) }))
    .min(1),
  decision: z.enum(['permit', 'deny']),
  provision: z.array(z.strictObject({ period, purpose: z.array(coding).min(1) })).min(1),
});
export type FhirConsent = z.infer<typeof fhirConsentSchema>;

export const consentBundleSchema = z.strictObject({
  resourceType: z.literal('Bundle'),
  type: z.literal('collection'),
  timestamp: z.iso.datetime(),
  entry: z.array(
    z.strictObject({ fullUrl: z.string().startsWith('urn:uuid:'), resource: fhirConsentSchema }),
  ),
});
export type ConsentBundle = z.infer<typeof consentBundleSchema>;

const OWN = 'https://github.com/carecampaign/n8n-nodes-carecampaign/fhir';
const CONSENT_DOCUMENT = { system: 'http://loinc.org', code: '59284-0', display: 'Consent Document' };
const PURPOSE_OF_USE = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';

/** Ours in HL7's purposes of use, as code and display: administration of a visit, quality, marketing. */
const PURPOSES: Readonly<Record<ExportedConsent['purpose'], readonly [string, string]>> = {
  appointment: ['PATADMIN', 'patient administration'],
  survey: ['HQUALIMP', 'health quality improvement'],
  review: ['HMARKT', 'healthcare marketing'],
  screening: ['PUBHLTH', 'public health'],
  prevention: ['HMARKT', 'healthcare marketing'],
  events: ['HMARKT', 'healthcare marketing'],
};

/** A name for the entry that says nothing beyond the event's own id (RFC 9562, version 8). */
function urn(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return `urn:uuid:${parts.join('-')}-${hex.slice(20, 32)}`;
}

const pseudonym = (type: 'Patient' | 'RelatedPerson', value: string) => ({
  type,
  identifier: { system: `${OWN}/pseudonym`, value },
});

function resource(document: PersonExport, line: Line, event: ExportedConsent): FhirConsent {
  const { controller, contactRef } = document;
  const [code, display] = PURPOSES[event.purpose];
  const stands = line.standing?.id === event.id && !line.standing.expired;
  const organisation = {
    type: 'Organization' as const,
    identifier: { system: `${OWN}/controller`, value: controller.key },
    display: controller.name,
  };
  const span = {
    start: event.occurredAt,
    ...(event.validUntil === null ? {} : { end: event.validUntil }),
  };
  return {
    resourceType: 'Consent',
    id: event.id,
    identifier: [{ system: `${OWN}/consent-event`, value: event.id }],
    status: stands ? 'active' : 'inactive',
    category: [
      { coding: [CONSENT_DOCUMENT] },
      { coding: [{ system: `${OWN}/purpose`, code: event.purpose }] },
      { coding: [{ system: `${OWN}/consent-kind`, code: event.kind }] },
    ],
    subject: pseudonym('Patient', event.subjectId ?? contactRef),
    date: event.occurredAt.slice(0, 10),
    period: span,
    // The contact says it, also for a child.
    grantor: [pseudonym(event.subjectId === null ? 'Patient' : 'RelatedPerson', contactRef)],
    grantee: [organisation],
    controller: [organisation],
    policyBasis: { url: controller.privacyNoticeUrl },
    verification: [{ verified: event.proof !== null, verificationDate: [event.recordedAt] }],
    decision: isYes(event.kind) ? 'permit' : 'deny',
    provision: [{ period: span, purpose: [{ system: PURPOSE_OF_USE, code, display }] }],
  };
}

/** One Consent for each event: what stands now is `active`, what was replaced or has run out is `inactive`. */
export function consentBundle(document: PersonExport): ConsentBundle {
  const entry = consentLines(document).flatMap((line) =>
    line.events.map((event) => ({ fullUrl: urn(event.id), resource: resource(document, line, event) })),
  );
  return consentBundleSchema.parse({
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: document.exportedAt,
    entry,
  });
}
