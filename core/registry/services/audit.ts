import { appendAudit } from '../../audit/append';
import { exportAudit } from '../../audit/export';
import { queryAudit } from '../../audit/query';
import { auditReport } from '../../audit/report';
import { headOf, verifyChain } from '../../audit/verify';
import { verifyExport } from '../../audit/verifyExport';
import { whyNotSent } from '../../audit/whyNotSent';
import type { AuditService } from '../api';
import type { RegistryContext } from '../context';
import { writing } from './writing';

export { appendAudit } from '../../audit/append';
export type { AuditEntry } from '../../audit/discreet';

export function createAuditService(ctx: RegistryContext): AuditService {
  return {
    async append(controllerKey, entry) {
      await writing(ctx, controllerKey, (tx, controller) => appendAudit(ctx, tx, controller.id, entry));
    },
    async list(controllerKey, limit = 100) {
      return (await queryAudit(ctx, controllerKey, { limit })).rows;
    },
    query: (controllerKey, filter) => queryAudit(ctx, controllerKey, filter),
    head: (controllerKey) => headOf(ctx, controllerKey),
    verify: (controllerKey, { head } = {}) => verifyChain(ctx, controllerKey, head ?? null),
    export: (controllerKey, options) => exportAudit(ctx, controllerKey, options),
    verifyExport: (controllerKey, lines, { head } = {}) =>
      verifyExport(ctx, controllerKey, lines, head ?? null),
    whyNotSent: (controllerKey, filter) => whyNotSent(ctx, controllerKey, filter),
    report: (controllerKey, { since, until, by }) =>
      auditReport(ctx, controllerKey, { since, until }, by ?? null),
  };
}
