import { sql } from 'kysely';
import type { StatsService } from '../api';
import type { RegistryContext } from '../context';
import { controllerByKey } from './controllers';

/** What is counted, and the column that tells the kinds apart. */
const COUNTED = {
  handles: { table: 'handles', by: 'state' },
  consents: { table: 'consent_events', by: 'kind' },
  messages: { table: 'outbox', by: 'state' },
  answers: { table: 'inbound_events', by: 'kind' },
  tasks: { table: 'tasks', by: 'state' },
  suppressions: { table: 'suppressions', by: 'scope' },
} as const;

type Counts = Readonly<Record<string, number>>;

async function countBy(
  ctx: RegistryContext,
  { table, by }: (typeof COUNTED)[keyof typeof COUNTED],
  controllerId: string,
): Promise<Counts> {
  const rows = await ctx.db
    .selectFrom(table)
    .select([sql<string>`${sql.ref(by)}`.as('kind'), (eb) => eb.fn.countAll<number>().as('count')])
    .where('controller_id', '=', controllerId)
    .groupBy(sql.ref(by))
    .orderBy(sql.ref(by))
    .execute();
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]));
}

/** Of rows that have no kinds. */
async function countAll(
  ctx: RegistryContext,
  table: 'contacts' | 'conversations' | 'audit_entries',
  controllerId: string,
): Promise<number> {
  const row = await ctx.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('controller_id', '=', controllerId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export function createStatsService(ctx: RegistryContext): StatsService {
  return {
    async of(controllerKey) {
      const { id } = await controllerByKey(ctx.db, controllerKey);
      const counts: [string, Counts][] = [];
      for (const [name, counted] of Object.entries(COUNTED))
        counts.push([name, await countBy(ctx, counted, id)]);
      return {
        contacts: await countAll(ctx, 'contacts', id),
        conversations: await countAll(ctx, 'conversations', id),
        auditRows: await countAll(ctx, 'audit_entries', id),
        ...(Object.fromEntries(counts) as Record<keyof typeof COUNTED, Counts>),
      };
    },
  };
}
