import type { RegistryContext } from '../../context';
import type { RightsService } from '../../rightsApi';
import { controllerByKey } from '../controllers';
import { consentRecords } from './consentRecord';
import { erasePerson } from './erase';
import { exportPerson } from './exportPerson';
import { consentBundle } from './fhir';
import { processingRecord, processingRecordMarkdown } from './processingRecord';

export function createRightsService(ctx: RegistryContext): RightsService {
  return {
    exportPerson: (controllerKey, person, actor) => exportPerson(ctx, controllerKey, person, 'person', actor),
    exportFhir: async (controllerKey, person, actor) =>
      consentBundle(await exportPerson(ctx, controllerKey, person, 'fhir', actor)),
    exportConsentRecords: async (controllerKey, person, actor) =>
      consentRecords(await exportPerson(ctx, controllerKey, person, 'consentRecords', actor)),
    erase: (controllerKey, person, reason, recordedBy, actor, options) =>
      erasePerson(
        ctx,
        controllerKey,
        person,
        { reason, recordedBy, dryRun: options?.dryRun ?? false },
        actor,
      ),
    async processingRecord(controllerKey) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      const record = await processingRecord(ctx.db, controller, ctx.clock.now());
      return { record, markdown: processingRecordMarkdown(record) };
    },
  };
}
