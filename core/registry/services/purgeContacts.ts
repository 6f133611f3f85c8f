import type { Db } from '../context';
import { byIds, type Cutoffs } from './purgeRule';

/** Tables whose rows are a reason to keep the contact that they belong to. */
const REASONS = [
  'consent_events',
  'outbox',
  'inbound_events',
  'conversations',
  'contact_tags',
  'contact_frequencies',
  'contact_profile',
] as const;

const OWNED = ['handles', 'service_windows', 'contact_engagement', 'data_subjects'] as const;

/**
 * Somebody who once wrote, gave no right and of whom nothing is left but a number, and what an erasure has left of a
 * person. What the registry was told about the person or the number (deceased, restricted, merged, protected, not
 * theirs any more) stays.
 */
function dueContacts(db: Db, cutoffs: Cutoffs, ids: readonly string[]): Promise<{ id: string }[]> {
  return db
    .selectFrom('contacts as c')
    .select('c.id')
    .where('c.id', 'in', ids)
    .where('c.created_at', '<', cutoffs.inbound)
    .where('c.deceased_at', 'is', null)
    .where('c.restricted_at', 'is', null)
    .where('c.merged_into', 'is', null)
    .where((eb) => eb.or([eb('c.erased_at', 'is', null), eb('c.erased_at', '<', cutoffs.consents)]))
    .where('c.id', 'not in', (eb) =>
      eb
        .selectFrom('contacts')
        .select('merged_into')
        .where('merged_into', 'is not', null)
        .$castTo<{ merged_into: string }>(),
    )
    .where('c.id', 'not in', (eb) =>
      eb
        .selectFrom('tasks')
        .select('contact_id')
        .where('controller_id', '=', cutoffs.controllerId)
        .where('contact_id', 'is not', null)
        .$castTo<{ contact_id: string }>(),
    )
    .where((eb) =>
      eb.and(
        REASONS.map((table) =>
          eb.not(eb.exists(eb.selectFrom(table).select('contact_id').whereRef('contact_id', '=', 'c.id'))),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('handles as h')
            .select('h.id')
            .whereRef('h.contact_id', '=', 'c.id')
            .where((of) =>
              of.or([of('h.state', 'in', ['void', 'disputed']), of('h.protected_source', '=', 1)]),
            ),
        ),
      ),
    )
    .execute();
}

async function removeContacts(tx: Db, ids: readonly string[]): Promise<void> {
  for (const table of OWNED) await tx.deleteFrom(table).where('contact_id', 'in', ids).execute();
  await tx.deleteFrom('contacts').where('id', 'in', ids).execute();
}

export const contacts = byIds('contacts', 'contacts', dueContacts, removeContacts);
