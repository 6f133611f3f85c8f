import { sql } from 'kysely';
import type { RegistryContext } from '../registry/context';
import { controllerByKey } from '../registry/services/controllers';
import { toAuditRow } from './rows';
import type { AuditFilter, AuditPage } from './types';

const MOST = 1000;

/** Newest first; every filter is part of the query, so that a page costs what it shows. */
export async function queryAudit(
  ctx: RegistryContext,
  controllerKey: string,
  filter: AuditFilter,
): Promise<AuditPage> {
  const { id } = await controllerByKey(ctx.db, controllerKey);
  const { since, until, actor, action, object, contactRef, after } = filter;
  const limit = Math.min(Math.max(1, Math.trunc(filter.limit)), MOST);
  let query = ctx.db.selectFrom('audit_entries').selectAll().where('controller_id', '=', id);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  if (action !== undefined) query = query.where('action', '=', action);
  if (object !== undefined) query = query.where('object', '=', object);
  if (after !== undefined) query = query.where('seq', '<', after);
  if (actor !== undefined) {
    const run = `${actor}/`;
    query = query.where((eb) =>
      eb.or([eb('actor', '=', actor), eb(sql`substr(actor, 1, ${sql.lit(run.length)})`, '=', run)]),
    );
  }
  if (contactRef !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('object', '=', `contact:${contactRef}`),
        eb(
          'object',
          'in',
          eb
            .selectFrom('tasks')
            .select(sql<string>`'task:' || id`.as('object'))
            .where('contact_id', '=', contactRef),
        ),
        eb(
          'object',
          'in',
          eb
            .selectFrom('conversations')
            .select(sql<string>`'conversation:' || id`.as('object'))
            .where('contact_id', '=', contactRef),
        ),
      ]),
    );
  }
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  return { rows: page.map(toAuditRow), next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null };
}
