import type { Db } from '../../context';
import type { Row } from '../../schema';

/** Of two values of a field the one that was set last stays, with its own source, date and expiry. */
async function mergeProfile(tx: Db, from: string, into: string): Promise<void> {
  const rows = await tx.selectFrom('contact_profile').selectAll().where('contact_id', '=', from).execute();
  for (const { contact_id: _from, field, ...set } of rows) {
    const own = await tx
      .selectFrom('contact_profile')
      .select('set_at')
      .where('contact_id', '=', into)
      .where('field', '=', field)
      .executeTakeFirst();
    if (own && own.set_at >= set.set_at) continue;
    await tx
      .insertInto('contact_profile')
      .values({ contact_id: into, field, ...set })
      .onConflict((conflict) => conflict.columns(['contact_id', 'field']).doUpdateSet(set))
      .execute();
  }
  await tx.deleteFrom('contact_profile').where('contact_id', '=', from).execute();
}

const lastSaid = (row: Pick<Row<'contact_tags'>, 'set_at' | 'removed_at'>): number =>
  Math.max(row.set_at, row.removed_at ?? 0);

async function mergeTags(tx: Db, from: string, into: string): Promise<void> {
  const rows = await tx.selectFrom('contact_tags').selectAll().where('contact_id', '=', from).execute();
  for (const row of rows) {
    const { contact_id: _from, tag, ...set } = row;
    const own = await tx
      .selectFrom('contact_tags')
      .select(['set_at', 'removed_at'])
      .where('contact_id', '=', into)
      .where('tag', '=', tag)
      .executeTakeFirst();
    if (own && lastSaid(own) >= lastSaid(row)) continue;
    await tx
      .insertInto('contact_tags')
      .values({ contact_id: into, tag, ...set })
      .onConflict((conflict) => conflict.columns(['contact_id', 'tag']).doUpdateSet(set))
      .execute();
  }
  await tx.deleteFrom('contact_tags').where('contact_id', '=', from).execute();
}

async function mergeFrequencies(tx: Db, from: string, into: string): Promise<void> {
  const rows = await tx
    .selectFrom('contact_frequencies')
    .selectAll()
    .where('contact_id', '=', from)
    .execute();
  for (const { contact_id: _from, purpose, ...set } of rows) {
    const own = await tx
      .selectFrom('contact_frequencies')
      .select('set_at')
      .where('contact_id', '=', into)
      .where('purpose', '=', purpose)
      .executeTakeFirst();
    if (own && own.set_at >= set.set_at) continue;
    await tx
      .insertInto('contact_frequencies')
      .values({ contact_id: into, purpose, ...set })
      .onConflict((conflict) => conflict.columns(['contact_id', 'purpose']).doUpdateSet(set))
      .execute();
  }
  await tx.deleteFrom('contact_frequencies').where('contact_id', '=', from).execute();
}

async function mergeEngagement(tx: Db, from: string, into: string): Promise<void> {
  const rows = await tx.selectFrom('contact_engagement').selectAll().where('contact_id', '=', from).execute();
  for (const { month, kind, count } of rows) {
    await tx
      .insertInto('contact_engagement')
      .values({ contact_id: into, month, kind, count })
      .onConflict((conflict) =>
        conflict
          .columns(['contact_id', 'month', 'kind'])
          .doUpdateSet((eb) => ({ count: eb('contact_engagement.count', '+', count) })),
      )
      .execute();
  }
  await tx.deleteFrom('contact_engagement').where('contact_id', '=', from).execute();
}

async function mergeWindows(tx: Db, from: string, into: string): Promise<void> {
  const rows = await tx
    .selectFrom('service_windows')
    .selectAll()
    .where('contact_id', 'in', [from, into])
    .execute();
  await tx.deleteFrom('service_windows').where('contact_id', 'in', [from, into]).execute();
  const latest = new Map<string, number>();
  for (const row of rows)
    latest.set(row.sender_id, Math.max(row.last_inbound_at, latest.get(row.sender_id) ?? 0));
  for (const [sender, at] of latest) {
    await tx
      .insertInto('service_windows')
      .values({ sender_id: sender, contact_id: into, last_inbound_at: at })
      .execute();
  }
}

/** Everything of the one that is not a consent becomes the other's. */
export async function moveRows(tx: Db, from: string, into: string): Promise<void> {
  await mergeProfile(tx, from, into);
  await mergeTags(tx, from, into);
  await mergeFrequencies(tx, from, into);
  await mergeEngagement(tx, from, into);
  await mergeWindows(tx, from, into);
  for (const table of ['handles', 'conversations', 'tasks', 'outbox', 'inbound_events'] as const) {
    await tx.updateTable(table).set({ contact_id: into }).where('contact_id', '=', from).execute();
  }
}
