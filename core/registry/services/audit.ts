import type { AuditService } from '../api';
import type { Db, RegistryContext } from '../context';
import { controllerByKey } from './controllers';
import { writing } from './writing';

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

const START_OF_CHAIN = 'carecampaign/audit/v1';
const PAGE = 1000;

interface ChainedRow {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  readonly details: string;
}

function canonical(controllerId: string, row: ChainedRow): string {
  const { seq, at, actor, action, object, outcome, details } = row;
  return JSON.stringify([controllerId, seq, at, actor, action, object, outcome, details]);
}

/**
 * Adds one row to a controller's chain. Runs inside the transaction of what it tells about, so that neither
 * exists without the other.
 */
export async function appendAudit(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  entry: AuditEntry,
): Promise<void> {
  const last = await tx
    .selectFrom('audit_entries')
    .select(['seq', 'mac'])
    .where('controller_id', '=', controllerId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at: ctx.clock.now(),
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    outcome: entry.outcome,
    details: JSON.stringify(entry.details ?? {}),
  };
  const mac = ctx.keys.auditMac(last?.mac ?? START_OF_CHAIN, canonical(controllerId, row));
  await tx
    .insertInto('audit_entries')
    .values({ controller_id: controllerId, ...row, mac })
    .execute();
}

async function verifyChain(
  ctx: RegistryContext,
  controllerId: string,
): Promise<{ ok: true; rows: number } | { ok: false; seq: number }> {
  let previous = START_OF_CHAIN;
  let checked = 0;
  for (;;) {
    const page = await ctx.db
      .selectFrom('audit_entries')
      .selectAll()
      .where('controller_id', '=', controllerId)
      .where('seq', '>', checked)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    for (const row of page) {
      const mac = ctx.keys.auditMac(previous, canonical(controllerId, row));
      if (row.seq !== checked + 1 || !ctx.keys.sameMac(mac, row.mac)) return { ok: false, seq: checked + 1 };
      previous = row.mac;
      checked = row.seq;
    }
    if (page.length < PAGE) return { ok: true, rows: checked };
  }
}

export function createAuditService(ctx: RegistryContext): AuditService {
  return {
    async append(controllerKey, entry) {
      await writing(ctx, controllerKey, (tx, controller) => appendAudit(ctx, tx, controller.id, entry));
    },
    async list(controllerKey, limit = 100) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      const rows = await ctx.db
        .selectFrom('audit_entries')
        .select(['seq', 'at', 'actor', 'action', 'object', 'outcome', 'details'])
        .where('controller_id', '=', controller.id)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> }));
    },
    async verify(controllerKey) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      return verifyChain(ctx, controller.id);
    },
  };
}
