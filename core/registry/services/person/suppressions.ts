import type { Db, RegistryContext } from '../../context';
import { newId } from '../../ids';

type Scope = 'all' | 'marketing';

/** Sets a suppression of one token; one that was lifted holds again, one that holds keeps its own source and date. */
export async function suppressToken(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  token: string,
  given: { readonly scope: Scope; readonly source: string; readonly occurredAt: number },
): Promise<void> {
  const { scope, source, occurredAt } = given;
  const known = await tx
    .selectFrom('suppressions')
    .select(['id', 'lifted_at'])
    .where('controller_id', '=', controllerId)
    .where('token', '=', token)
    .where('scope', '=', scope)
    .executeTakeFirst();
  const set = { source, occurred_at: occurredAt, lifted_at: null };
  if (!known) {
    const id = newId(ctx.random);
    await tx
      .insertInto('suppressions')
      .values({ id, controller_id: controllerId, token, scope, ...set })
      .execute();
  } else if (known.lifted_at !== null) {
    await tx.updateTable('suppressions').set(set).where('id', '=', known.id).execute();
  }
}

/** A new number does not undo a STOP: what holds for one handle of a person holds for all of them. */
export async function carrySuppressions(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
): Promise<void> {
  const handles = await tx
    .selectFrom('handles')
    .select('token')
    .where('contact_id', '=', contactId)
    .execute();
  const tokens = [...new Set(handles.map((handle) => handle.token))];
  if (tokens.length === 0) return;
  const active = await tx
    .selectFrom('suppressions')
    .select(['scope', 'source', 'occurred_at as occurredAt'])
    .where('controller_id', '=', controllerId)
    .where('token', 'in', tokens)
    .where('lifted_at', 'is', null)
    .orderBy('occurred_at')
    .execute();
  for (const suppression of active) {
    for (const token of tokens) await suppressToken(ctx, tx, controllerId, token, suppression);
  }
}
