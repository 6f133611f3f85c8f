import { CareError } from '../../errors';
import type { PurgeCounts, PurgeKind, RetentionService } from '../api';
import type { Db, RegistryContext } from '../context';
import { controllerByKey, currentPolicy } from './controllers';
import { letOthersWrite } from './pause';
import { auditPurge, countOldAudit, purgeAudit } from './purgeAudit';
import { contacts } from './purgeContacts';
import { consents, engagement, profile, windows } from './purgePeople';
import { type Cutoffs, cutoffsOf, type PurgeRule } from './purgeRule';
import { conversations, inbound, outbox, tasks } from './purgeTraffic';
import { writing } from './writing';

/** What refers to other rows goes before them; contacts go when nothing is left of them. */
const RULES: readonly PurgeRule[] = [
  conversations,
  tasks,
  outbox,
  inbound,
  windows,
  engagement,
  profile,
  consents,
  contacts,
];

/** Rows that are looked at together: the locks are held for milliseconds. */
const PAGE = 500;

type Options = Parameters<RetentionService['purge']>[1];

/** A page of all controllers: ids are random, and the primary key is the only index that needs no sorting. */
function pageOf(
  db: Db,
  table: PurgeRule['table'],
  after: string,
): Promise<{ id: string; controller_id: string }[]> {
  return db
    .selectFrom(table)
    .select(['id', 'controller_id'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute();
}

/** Runs over all rows of a controller once. What is due is found without a lock, and judged anew under it. */
async function sweep(
  ctx: RegistryContext,
  controllerKey: string,
  rule: PurgeRule,
  cutoffs: Cutoffs,
  options: Options,
): Promise<number> {
  let total = 0;
  let after = '';
  for (;;) {
    const page = await pageOf(ctx.db, rule.table, after);
    const ids = page.filter((row) => row.controller_id === cutoffs.controllerId).map((row) => row.id);
    const due = ids.length === 0 ? 0 : await rule.due(ctx.db, cutoffs, ids);
    if (due > 0) {
      total += options.dryRun
        ? due
        : await writing(ctx, controllerKey, (tx) => rule.remove(tx, cutoffs, ids));
      options.onProgress?.({ kind: rule.kind, rows: total });
      if (!options.dryRun) await letOthersWrite();
    }
    if (page.length < PAGE) return total;
    after = page.at(-1)?.id ?? after;
  }
}

async function purge(ctx: RegistryContext, controllerKey: string, options: Options): Promise<PurgeCounts> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  const policy = await currentPolicy(ctx.db, controller.id);
  const cutoffs = cutoffsOf(controller.id, policy, ctx.clock.now());
  if (options.dryRun) {
    const counts = await sweepAll(ctx, controllerKey, cutoffs, options);
    return { ...counts, audit: await countOldAudit(ctx.db, cutoffs) };
  }
  await auditPurge(ctx, controllerKey, options.actor, 'started');
  const swept = await sweepAll(ctx, controllerKey, cutoffs, options);
  const audit = await purgeAudit(ctx, controllerKey, cutoffs);
  const counts = { ...swept, audit: audit ?? 0 };
  const outcome = audit === null ? 'auditBroken' : 'done';
  await auditPurge(ctx, controllerKey, options.actor, outcome, counts);
  if (outcome === 'done') return counts;
  throw new CareError(
    'auditBroken',
    'Everything else was purged, but the audit chain does not hold, so none of its rows were. Verify it and find out why.',
    { field: 'controller' },
  );
}

async function sweepAll(
  ctx: RegistryContext,
  controllerKey: string,
  cutoffs: Cutoffs,
  options: Options,
): Promise<Omit<PurgeCounts, 'audit'>> {
  const counts: Partial<Record<PurgeKind, number>> = {};
  for (const rule of RULES) counts[rule.kind] = await sweep(ctx, controllerKey, rule, cutoffs, options);
  return counts as Omit<PurgeCounts, 'audit'>;
}

export function createRetentionService(ctx: RegistryContext): RetentionService {
  return { purge: (controllerKey, options) => purge(ctx, controllerKey, options) };
}
