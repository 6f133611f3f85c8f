import type { Kysely } from 'kysely';
import type { RotatingKey } from '../api';
import type { Db, RegistryContext } from '../context';
import type { HandleKind } from '../types';
import { handleLookups, subjectLookups } from './people';

interface Page {
  readonly converted: number;
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
}

/** One column that is written under a key. */
export interface Store {
  /** Writes anew what stands under an older key, in a page of rows whose ids come after `after`. */
  convert(ctx: RegistryContext, tx: Db, after: string, limit: number): Promise<Page>;
  /** Rows that do not stand under this key. */
  stale(db: Db, keyId: string): Promise<number>;
}

/** Converts the stale rows of a page. Each page is read whole, so that no statement has to walk the whole table. */
async function convertPage<R extends { readonly id: string }>(
  rows: readonly R[],
  limit: number,
  isStale: (row: R) => boolean,
  convert: (row: R) => Promise<void>,
): Promise<Page> {
  const stale = rows.filter(isStale);
  for (const row of stale) await convert(row);
  return { converted: stale.length, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
}

type SealedTables = Record<string, { id: string } & Record<string, string | null>>;

/** A sealed value names its key: `<key id>.<value>`. */
function sealedIn(kind: 'data' | 'conversation', table: string, column: string): Store {
  const of = (db: Db): Kysely<SealedTables> => db as unknown as Kysely<SealedTables>;
  return {
    async convert(ctx, tx, after, limit) {
      const keyId = ctx.keys.keyId(kind);
      const rows = await of(tx)
        .selectFrom(table)
        .select(['id', `${column} as sealed`])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      const stale = (row: { sealed?: unknown }): row is { sealed: string } =>
        typeof row.sealed === 'string' && !row.sealed.startsWith(`${keyId}.`);
      return convertPage(rows as { id: string; sealed: string | null }[], limit, stale, async (row) => {
        const about = `${table}:${row.id}`;
        const sealed = ctx.keys.seal(kind, ctx.keys.open(row.sealed ?? '', about), about);
        await of(tx)
          .updateTable(table)
          .set({ [column]: sealed })
          .where('id', '=', row.id)
          .execute();
      });
    },
    async stale(db, keyId) {
      const row = await of(db)
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .where(column, 'not like', `${keyId}.%`)
        .executeTakeFirstOrThrow();
      return row.rows;
    },
  };
}

async function countOldLookups(
  db: Db,
  table: 'handles' | 'data_subjects' | 'sender_test_numbers',
  keyId: string,
): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('lookup_key', '!=', keyId)
    .executeTakeFirstOrThrow();
  return row.rows;
}

const handleLookupsStore: Store = {
  async convert(ctx, tx, after, limit) {
    const keyId = ctx.keys.lookupKeyId;
    const rows = await tx
      .selectFrom('handles')
      .select(['id', 'controller_id', 'kind', 'value_sealed', 'lookup_key'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    return convertPage(
      rows,
      limit,
      (row) => row.lookup_key !== keyId,
      async (row) => {
        const value = ctx.keys.open(row.value_sealed, `handles:${row.id}`);
        const [lookup] = handleLookups(ctx, row.controller_id, row.kind as HandleKind, value);
        await tx.updateTable('handles').set({ lookup, lookup_key: keyId }).where('id', '=', row.id).execute();
      },
    );
  },
  stale: (db, keyId) => countOldLookups(db, 'handles', keyId),
};

const subjectLookupsStore: Store = {
  async convert(ctx, tx, after, limit) {
    const keyId = ctx.keys.lookupKeyId;
    const rows = await tx
      .selectFrom('data_subjects')
      .select(['id', 'controller_id', 'ref_sealed', 'lookup_key'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    return convertPage(
      rows,
      limit,
      (row) => row.lookup_key !== keyId,
      async (row) => {
        const ref = ctx.keys.open(row.ref_sealed, `data_subjects:${row.id}`);
        const [lookup] = subjectLookups(ctx, row.controller_id, ref);
        await tx
          .updateTable('data_subjects')
          .set({ lookup, lookup_key: keyId })
          .where('id', '=', row.id)
          .execute();
      },
    );
  },
  stale: (db, keyId) => countOldLookups(db, 'data_subjects', keyId),
};

/** A few dozen rows in all, so one page. Hash and value are written together, whichever key it is about. */
const testNumbers: Pick<Store, 'convert'> = {
  async convert(ctx, tx) {
    const rows = await tx.selectFrom('sender_test_numbers').selectAll().execute();
    const dataKey = ctx.keys.keyId('data');
    const stale = rows.filter(
      (row) => row.lookup_key !== ctx.keys.lookupKeyId || !row.value_sealed.startsWith(`${dataKey}.`),
    );
    for (const row of stale) {
      const about = `sender_test_numbers:${row.sender_id}`;
      const value = ctx.keys.open(row.value_sealed, about);
      await tx
        .updateTable('sender_test_numbers')
        .set({
          lookup: ctx.keys.lookup('phone', value),
          lookup_key: ctx.keys.lookupKeyId,
          value_sealed: ctx.keys.seal('data', value, about),
        })
        .where('sender_id', '=', row.sender_id)
        .where('lookup', '=', row.lookup)
        .execute();
    }
    return { converted: stale.length, next: null };
  },
};

/** Every column that a key of this kind stands behind: one that is missing here would be lost with the old key. */
export const STORES: Readonly<Record<RotatingKey, readonly Store[]>> = {
  data: [
    sealedIn('data', 'handles', 'value_sealed'),
    sealedIn('data', 'consent_events', 'proof_sealed'),
    sealedIn('data', 'data_subjects', 'ref_sealed'),
    {
      ...testNumbers,
      stale: async (db, keyId) => {
        const row = await db
          .selectFrom('sender_test_numbers')
          .select((eb) => eb.fn.countAll<number>().as('rows'))
          .where('value_sealed', 'not like', `${keyId}.%`)
          .executeTakeFirstOrThrow();
        return row.rows;
      },
    },
  ],
  lookup: [
    handleLookupsStore,
    subjectLookupsStore,
    { ...testNumbers, stale: (db, keyId) => countOldLookups(db, 'sender_test_numbers', keyId) },
  ],
  conversation: [sealedIn('conversation', 'conversation_entries', 'body_sealed')],
};
