import type { DeleteResult, Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Db } from '../context';
import type { Tables } from '../schema';
import { byIds, type Cutoffs, type PurgeRule } from './purgeRule';

/** They decide at which hours and in which language somebody is written to. */
const DECIDING_FIELDS = ['zone', 'language'] as const;

type Owned = 'service_windows' | 'contact_engagement' | 'contact_profile';
type Outdated<T extends Owned> = (eb: ExpressionBuilder<Tables, T>, cutoffs: Cutoffs) => Expression<SqlBool>;

/** A rule for rows without an id of their own, found by the contacts that they belong to. */
function byContacts<T extends Owned>(kind: PurgeRule['kind'], table: T, outdated: Outdated<T>): PurgeRule {
  // Kysely cannot follow a table that is a type parameter; each of the three has this column.
  const at = table as 'contact_profile';
  const where = outdated as unknown as Outdated<'contact_profile'>;
  return {
    kind,
    table: 'contacts',
    async due(db, cutoffs, ids) {
      const row = await db
        .selectFrom(at)
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .where('contact_id', 'in', ids)
        .where((eb) => where(eb, cutoffs))
        .executeTakeFirstOrThrow();
      return row.rows;
    },
    async remove(tx, cutoffs, ids) {
      const gone: DeleteResult = await tx
        .deleteFrom(at)
        .where('contact_id', 'in', ids)
        .where((eb) => where(eb, cutoffs))
        .executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}

export const windows = byContacts('windows', 'service_windows', (eb, { inbound }) =>
  eb('last_inbound_at', '<', inbound),
);

export const engagement = byContacts('engagement', 'contact_engagement', (eb, { month }) =>
  eb('month', '<', month),
);

export const profile = byContacts('profile', 'contact_profile', (eb, cutoffs) => {
  const expired = eb('expires_at', '<=', cutoffs.now);
  if (cutoffs.profile === null) return expired;
  const old = eb.and([eb('set_at', '<', cutoffs.profile), eb('field', 'not in', DECIDING_FIELDS)]);
  return eb.or([expired, old]);
});

/**
 * Of an erased person all events go once the limitation period since the erasure is over (GDPR Art. 17(3)(e)). Of a
 * living one those go that a later event about the same has replaced for as long: the last one always decides. What a
 * message that is still on record went out on stays with it.
 */
function dueConsents(db: Db, cutoffs: Cutoffs, ids: readonly string[]): Promise<{ id: string }[]> {
  return db
    .selectFrom('consent_events as e')
    .select('e.id')
    .where('e.id', 'in', ids)
    .where('e.recorded_at', '<', cutoffs.consents)
    .where((eb) => {
      const message = eb
        .selectFrom('outbox as o')
        .select('o.id')
        .whereRef('o.contact_id', '=', 'e.contact_id')
        .whereRef('o.consent_event_id', '=', 'e.id');
      const person = eb
        .selectFrom('contacts as c')
        .select('c.id')
        .whereRef('c.id', '=', 'e.contact_id')
        .where((of) => of.or([of('c.erased_at', 'is', null), of('c.erased_at', '>=', cutoffs.consents)]));
      const later = eb
        .selectFrom('consent_events as later')
        .select('later.id')
        .whereRef('later.contact_id', '=', 'e.contact_id')
        .whereRef('later.purpose', '=', 'e.purpose')
        .whereRef('later.channel', '=', 'e.channel')
        .where((of) =>
          of.or([
            of('later.subject_id', '=', of.ref('e.subject_id')),
            of.and([of('later.subject_id', 'is', null), of('e.subject_id', 'is', null)]),
          ]),
        )
        .whereRef('later.occurred_at', '>', 'e.occurred_at')
        .where('later.occurred_at', '<', cutoffs.consents)
        .where('later.recorded_at', '<', cutoffs.consents);
      return eb.and([eb.not(eb.exists(message)), eb.or([eb.not(eb.exists(person)), eb.exists(later)])]);
    })
    .execute();
}

export const consents = byIds('consents', 'consent_events', dueConsents, (tx, ids) =>
  tx.deleteFrom('consent_events').where('id', 'in', ids).execute(),
);
