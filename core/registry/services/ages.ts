import { adultAt } from '../../consent/age';
import type { Db } from '../context';

/**
 * Notes when people come of age, where it was not known or told otherwise.
 * @param born birth dates (`YYYY-MM-DD`) by the id of the contact or data subject
 */
export async function noteAges(
  tx: Db,
  table: 'contacts' | 'data_subjects',
  born: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [id, birthDate] of born) {
    const set = { adult_at: adultAt(birthDate) };
    await tx
      .updateTable(table)
      .set(set)
      .where('id', '=', id)
      .where('adult_at', 'is distinct from', set.adult_at)
      .execute();
  }
}
