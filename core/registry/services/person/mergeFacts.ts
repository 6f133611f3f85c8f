import type { Db, RegistryContext } from '../../context';
import { newId } from '../../ids';
import type { Row } from '../../schema';
import type { ConsentKind, ConsentScope } from '../../types';
import type { Purpose } from '../../../policy/types';
import { dedupeKey } from '../consentEvents';

/** The data subjects of the one become those of the other; the same child is not doubled. Old id → id that stays. */
export async function moveSubjects(
  ctx: RegistryContext,
  tx: Db,
  from: string,
  into: string,
): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('data_subjects')
    .selectAll()
    .where('contact_id', 'in', [from, into])
    .execute();
  // By what they stand for: while a pepper is rotated, two hashes of one id may differ.
  const refOf = (row: Row<'data_subjects'>): string =>
    ctx.keys.open(row.ref_sealed, `data_subjects:${row.id}`);
  const kept = new Map(rows.filter((row) => row.contact_id === into).map((row) => [refOf(row), row]));
  const ids = new Map<string, string>();
  for (const row of rows.filter((each) => each.contact_id === from)) {
    const same = kept.get(refOf(row));
    ids.set(row.id, same?.id ?? row.id);
    if (same) await joinSubjects(tx, row, same);
    else await tx.updateTable('data_subjects').set({ contact_id: into }).where('id', '=', row.id).execute();
  }
  return ids;
}

async function joinSubjects(tx: Db, gone: Row<'data_subjects'>, stays: Row<'data_subjects'>): Promise<void> {
  await tx
    .updateTable('data_subjects')
    .set({ adult_at: laterOf(gone.adult_at, stays.adult_at) })
    .where('id', '=', stays.id)
    .execute();
  await tx.updateTable('outbox').set({ subject_id: stays.id }).where('subject_id', '=', gone.id).execute();
  await tx.deleteFrom('data_subjects').where('id', '=', gone.id).execute();
}

/** Of two birthdays the one that keeps the person a minor for longer. */
export function laterOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/**
 * Consent events cannot be changed, and decisions read those of one contact. So each is said again for the contact that
 * stays, with its own dates, source and proof, and `copy_of` naming the original: the history of both stays as it was
 * told, decisions need no further query, and whoever counts events tells a copy from a first-hand one.
 */
export async function repeatConsents(
  ctx: RegistryContext,
  tx: Db,
  from: string,
  into: string,
  subjects: ReadonlyMap<string, string>,
): Promise<number> {
  const rows = await tx.selectFrom('consent_events').selectAll().where('contact_id', '=', from).execute();
  for (const row of rows) {
    const subjectId = row.subject_id === null ? null : (subjects.get(row.subject_id) ?? row.subject_id);
    await tx
      .insertInto('consent_events')
      .values(await copyFor(ctx, tx, row, into, subjectId))
      .execute();
  }
  return rows.length;
}

async function copyFor(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'consent_events'>,
  into: string,
  subjectId: string | null,
): Promise<Row<'consent_events'>> {
  const id = newId(ctx.random);
  const said = {
    purpose: row.purpose as Purpose,
    kind: row.kind as ConsentKind,
    ...(row.scope === null ? {} : { scope: row.scope as ConsentScope }),
    occurredAt: row.occurred_at,
    source: row.source,
  };
  const dedupe = dedupeKey({ contactId: into, subjectId, row: said });
  const told = await tx
    .selectFrom('consent_events')
    .select('id')
    .where('controller_id', '=', row.controller_id)
    .where('dedupe', '=', dedupe)
    .executeTakeFirst();
  const proof = row.proof_sealed && ctx.keys.open(row.proof_sealed, `consent_events:${row.id}`);
  return {
    ...row,
    id,
    contact_id: into,
    subject_id: subjectId,
    proof_sealed: proof && ctx.keys.seal('data', proof, `consent_events:${id}`),
    // A later import of the same row is then recognised, unless both had it: the proofs of both are kept.
    dedupe: told ? id : dedupe,
    copy_of: row.copy_of ?? row.id,
  };
}
