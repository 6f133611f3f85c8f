import { type RawBuilder, sql } from 'kysely';

/** The end of an insert that overwrites what has the same unique columns; both databases write it alike. */
export function onConflict(
  columns: readonly string[],
  unique: readonly string[] | undefined,
): RawBuilder<unknown> {
  if (!unique) return sql``;
  const changed = columns
    .filter((column) => !unique.includes(column))
    .map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  return sql`on conflict (${sql.join(unique.map((column) => sql.ref(column)))}) do update set ${sql.join(changed)}`;
}
