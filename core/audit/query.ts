import { sql, type SelectQueryBuilder } from 'kysely';
import type { RegistryContext } from '../registry/context';
import type { Row, Tables } from '../registry/schema';
import { controllerByKey } from '../registry/services/controllers';
import { toAuditRow } from './rows';
import type { AuditFilter, AuditPage } from './types';

const MOST = 1000;

type Query = SelectQueryBuilder<Tables, 'audit_entries', Row<'audit_entries'>>;

/** A workflow stands for its runs. `like` would be slower than it looks: SQLite ignores case in it, and its index. */
function byActor(query: Query, actor: string): Query {
  const run = `${actor}/`;
  const beginning = sql<string>`substr(actor, 1, ${sql.lit(run.length)})`;
  return query.where((eb) => eb.or([eb('actor', '=', actor), eb(beginning, '=', run)]));
}

/** Also who read what the contact wrote, and who dealt with it. */
function aboutContact(query: Query, contactRef: string): Query {
  return query.where((eb) => {
    const tasks = eb
      .selectFrom('tasks')
      .select(sql<string>`'task:' || id`.as('object'))
      .where('contact_id', '=', contactRef);
    const conversations = eb
      .selectFrom('conversations')
      .select(sql<string>`'conversation:' || id`.as('object'))
      .where('contact_id', '=', contactRef);
    return eb.or([
      eb('object', '=', `contact:${contactRef}`),
      eb('object', 'in', tasks),
      eb('object', 'in', conversations),
    ]);
  });
}

function filtered(all: Query, filter: Omit<AuditFilter, 'limit'>): Query {
  const { since, until, actor, action, object, contactRef, after } = filter;
  let query = all;
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  if (action !== undefined) query = query.where('action', '=', action);
  if (object !== undefined) query = query.where('object', '=', object);
  if (after !== undefined) query = query.where('seq', '<', after);
  if (actor !== undefined) query = byActor(query, actor);
  return contactRef === undefined ? query : aboutContact(query, contactRef);
}

/** Newest first; the filters are part of the query, so that a page costs little more than it shows. */
export async function queryAudit(
  ctx: RegistryContext,
  controllerKey: string,
  filter: AuditFilter,
): Promise<AuditPage> {
  const { id } = await controllerByKey(ctx.db, controllerKey);
  const limit = Math.min(Math.max(1, Math.trunc(filter.limit)), MOST);
  const all = ctx.db.selectFrom('audit_entries').selectAll().where('controller_id', '=', id);
  const rows = await filtered(all, filter)
    .orderBy('seq', 'desc')
    // One more tells whether there is another page.
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  return { rows: page.map(toAuditRow), next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null };
}
