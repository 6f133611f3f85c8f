import { adultAt } from '../../consent/age';
import type { Db, RegistryContext } from '../context';

/**
 * Notes when people come of age, where it was not known or told otherwise.
 * @param born birth dates (`YYYY-MM-DD`) by the id of the contact or data subject
 */
export async function noteAges(
  ctx: RegistryContext,
  tx: Db,
  table: 'contacts' | 'data_subjects',
  born: ReadonlyMap<string, string>,
): Promise<void> {
  if (born.size === 0) return;
  // A table that is imported again tells most of them what they are on record with.
  const stored = await tx
    .selectFrom(table)
    .select(['id', 'adult_at'])
    .where('id', 'in', ctx.engine.list([...born.keys()]))
    .execute();
  for (const { id, adult_at: before } of stored) {
    const now = adultAt(born.get(id) ?? '');
    if (now !== before) await tx.updateTable(table).set({ adult_at: now }).where('id', '=', id).execute();
  }
}
