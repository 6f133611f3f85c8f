import type { TemplateStateService } from '../api';
import { type Db, inChunks, type RegistryContext } from '../context';
import type { Row } from '../schema';
import type { AccountEvent, TemplateState } from '../types';

type TemplateEvent = Extract<AccountEvent, { kind: 'template' }>;

/** The category that decides more strictly, so that it is believed even when it comes late. */
export const STRICT = 'MARKETING';

/**
 * The state after an event. Events come in any order: what is older than the row only fills gaps, or makes the template
 * marketing.
 */
function after(row: Row<'template_states'> | undefined, event: TemplateEvent, now: number) {
  const { change } = event;
  const at = event.at ?? now;
  const late = row !== undefined && at < row.changed_at;
  const pick = (field: 'status' | 'category' | 'quality'): string | null => {
    const told = change[field];
    const known = row?.[field] ?? null;
    if (told === undefined) return known;
    if (!late || known === null) return told;
    return field === 'category' && told === STRICT ? told : known;
  };
  return {
    business_account_id: event.businessAccountId,
    name: event.name,
    language: event.language,
    status: pick('status'),
    category: pick('category'),
    quality: pick('quality'),
    changed_at: Math.max(at, row?.changed_at ?? 0),
  };
}

/** Writes down what an event says of a template. */
export async function keepTemplateState(ctx: RegistryContext, tx: Db, event: TemplateEvent): Promise<void> {
  const before = await tx
    .selectFrom('template_states')
    .selectAll()
    .where('business_account_id', '=', event.businessAccountId)
    .where('name', '=', event.name)
    .where('language', '=', event.language)
    .executeTakeFirst();
  const key = ['business_account_id', 'name', 'language'] as const;
  await ctx.engine.insertAll(tx, 'template_states', [after(before, event, ctx.clock.now())], key);
}

const toState = (row: Row<'template_states'>): TemplateState => ({
  name: row.name,
  language: row.language,
  status: row.status,
  category: row.category,
  quality: row.quality,
  changedAt: row.changed_at,
});

export function createTemplateStateService(ctx: RegistryContext): TemplateStateService {
  return {
    async states(businessAccountId, names) {
      const rows = await inChunks([...new Set(names)], (slice) =>
        ctx.db
          .selectFrom('template_states')
          .selectAll()
          .where('business_account_id', '=', businessAccountId)
          .where('name', 'in', slice)
          .execute(),
      );
      return rows.map(toState);
    },
  };
}
