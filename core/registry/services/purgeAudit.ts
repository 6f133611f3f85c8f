import type { Db, RegistryContext } from '../context';
import { appendAudit, createAuditService } from './audit';
import { letOthersWrite } from './pause';
import type { Cutoffs } from './purgeRule';
import { writing } from './writing';

/** Rows of one transaction. */
const PAGE = 1000;

/** The oldest rows of the chain that are old enough. The last row of a chain always stays, for the next to follow it. */
async function oldest(db: Db, { controllerId, audit }: Cutoffs): Promise<{ seq: number; mac: string }[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['seq', 'at', 'mac'])
    .where('controller_id', '=', controllerId)
    .where('seq', '<', (eb) =>
      eb
        .selectFrom('audit_entries')
        .select((max) => max.fn.max('seq').as('seq'))
        .where('controller_id', '=', controllerId),
    )
    .orderBy('seq')
    .limit(PAGE)
    .execute();
  const young = rows.findIndex((row) => row.at >= audit);
  return young < 0 ? rows : rows.slice(0, young);
}

/** Counts what is due; rows that a clock put back lie behind a young one and wait for it. */
export async function countOldAudit(db: Db, { controllerId, audit }: Cutoffs): Promise<number> {
  const first = await db
    .selectFrom('audit_entries')
    .select('seq')
    .where('controller_id', '=', controllerId)
    .where('at', '>=', audit)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const last = await db
    .selectFrom('audit_entries')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('controller_id', '=', controllerId)
    .executeTakeFirst();
  const row = await db
    .selectFrom('audit_entries')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('controller_id', '=', controllerId)
    .where('seq', '<', first?.seq ?? last?.seq ?? 0)
    .executeTakeFirstOrThrow();
  return row.rows;
}

/** One transaction: the rows go, and the checkpoint says where the chain begins from now on. */
async function shorten(ctx: RegistryContext, tx: Db, cutoffs: Cutoffs): Promise<number> {
  const rows = await oldest(tx, cutoffs);
  const last = rows.at(-1);
  if (!last) return 0;
  const { controllerId } = cutoffs;
  const at = ctx.clock.now();
  const mac = ctx.keys.auditMac(
    'carecampaign/audit/checkpoint/v1',
    JSON.stringify([controllerId, last.seq, last.mac, at]),
  );
  await tx.deleteFrom('audit_checkpoints').where('controller_id', '=', controllerId).execute();
  await tx
    .insertInto('audit_checkpoints')
    .values({ controller_id: controllerId, seq: last.seq, row_mac: last.mac, at, mac })
    .execute();
  await tx
    .deleteFrom('audit_entries')
    .where('controller_id', '=', controllerId)
    .where('seq', '<=', last.seq)
    .execute();
  return rows.length;
}

/**
 * Deletes a prefix of the chain, in small batches; null: the chain does not hold, and nothing of it goes. That is
 * evidence, and what is left of it after a purge would look whole.
 */
export async function purgeAudit(
  ctx: RegistryContext,
  controllerKey: string,
  cutoffs: Cutoffs,
): Promise<number | null> {
  if ((await oldest(ctx.db, cutoffs)).length === 0) return 0;
  if (!(await createAuditService(ctx).verify(controllerKey)).ok) return null;
  let total = 0;
  for (;;) {
    const rows = await writing(ctx, controllerKey, (tx) => shorten(ctx, tx, cutoffs));
    if (rows === 0) return total;
    total += rows;
    await letOthersWrite();
  }
}

/** Begins and ends a purge in the audit, so that also one that was interrupted is on record. */
export function auditPurge(
  ctx: RegistryContext,
  controllerKey: string,
  actor: string,
  outcome: 'started' | 'done' | 'auditBroken',
  counts: Readonly<Record<string, number>> = {},
): Promise<void> {
  return writing(ctx, controllerKey, (tx, controller) =>
    appendAudit(ctx, tx, controller.id, {
      actor,
      action: 'retention.purge',
      object: `controller:${controllerKey}`,
      outcome,
      details: counts,
    }),
  );
}
