import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import type { PersonQuery } from '../../rightsApi';
import type { Actor, Controller } from '../../types';
import { appendAudit } from '../audit';
import { currentPolicy } from '../controllers';
import { contactRow, locate, pseudonymsOf } from '../person/locate';
import { writing } from '../writing';
import { deskFacts, inboundOf, messagesOf, profileFacts, subjectsOf } from './exportFacts';
import { auditOf, consentsOf, conversationsOf, handlesAndSuppressions, iso, isoOrNull } from './exportRows';
import { PERSON_EXPORT_SCHEMA, type PersonExport, personExportSchema } from './exportSchema';
import { processingInformation } from './processing';

export type ExportForm = 'person' | 'fhir' | 'consentRecords';

async function assemble(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  contactId: string,
): Promise<PersonExport> {
  const contact = await contactRow(tx, controller.id, contactId);
  if (!contact) throw refusal('unknownContact');
  const policy = await currentPolicy(tx, controller.id);
  const [, ...formerRefs] = await pseudonymsOf(tx, contactId);
  const conversations = await conversationsOf(ctx, tx, contactId);
  const desk = await deskFacts(tx, [contactId, ...formerRefs]);
  const objects = [
    ...[contactId, ...formerRefs].map((id) => `contact:${id}`),
    ...conversations.map(({ id }) => `conversation:${id}`),
    ...desk.tasks.map(({ id }) => `task:${id}`),
  ];
  return {
    schema: PERSON_EXPORT_SCHEMA,
    exportedAt: iso(ctx.clock.now()),
    contactRef: contactId,
    formerRefs,
    controller: {
      key: controller.key,
      name: controller.name,
      country: controller.country,
      privacyNoticeUrl: controller.privacyNoticeUrl,
    },
    processing: await processingInformation(tx, controller.id, policy),
    person: {
      firstRecordedAt: iso(contact.created_at),
      deceasedAt: isoOrNull(contact.deceased_at),
      restrictedAt: isoOrNull(contact.restricted_at),
      adultAt: isoOrNull(contact.adult_at),
    },
    ...(await handlesAndSuppressions(ctx, tx, contactId)),
    subjects: await subjectsOf(ctx, tx, contactId),
    ...(await profileFacts(tx, contactId)),
    consents: await consentsOf(ctx, tx, contactId),
    messages: await messagesOf(tx, contactId),
    inbound: await inboundOf(tx, contactId),
    conversations,
    ...desk,
    audit: await auditOf(tx, controller.id, objects),
  };
}

/**
 * Reads everything about a person at one moment and writes down that it was read. What does not fit the published
 * schema is not handed out half-right.
 */
export function exportPerson(
  ctx: RegistryContext,
  controllerKey: string,
  person: PersonQuery,
  form: ExportForm,
  actor: Actor,
): Promise<PersonExport> {
  return writing(ctx, controllerKey, async (tx, controller) => {
    const contactId = await locate(ctx, tx, controller, person);
    const document = personExportSchema.parse(await assemble(ctx, tx, controller, contactId));
    await appendAudit(ctx, tx, controller.id, {
      actor,
      action: 'person.export',
      object: `contact:${contactId}`,
      outcome: form,
    });
    return document;
  });
}
