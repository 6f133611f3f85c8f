import { PURPOSES } from '../../policy/types';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import { type Actor, CHANNEL } from '../types';
import { appendAudit } from './audit';
import { suppressToken } from './person/suppressions';

export interface Suppressed {
  readonly suppressionId: string;
  /** The person had said so before. */
  readonly repeated: boolean;
}

/**
 * Ends messages at once: a suppression for every handle of the person, kept by token beyond erasure, and a
 * `withdrawn` event for each purpose as the proof of what was said. `marketing` leaves appointments untouched.
 */
export async function suppressContact(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
  scope: 'all' | 'marketing',
  source: string,
  actor: Actor,
): Promise<Suppressed> {
  const handles = await tx
    .selectFrom('handles')
    .select('token')
    .where('contact_id', '=', contactId)
    .execute();
  const tokens = [...new Set(handles.map((handle) => handle.token))];
  const before = await activeSuppression(tx, controllerId, tokens, scope);
  if (before) return { suppressionId: before, repeated: true };
  const given = { scope, source, occurredAt: ctx.clock.now() };
  for (const token of tokens) await suppressToken(ctx, tx, controllerId, token, given);
  await withdrawEach(ctx, tx, controllerId, contactId, scope, source, actor);
  await appendAudit(ctx, tx, controllerId, {
    actor,
    action: 'suppress',
    object: `contact:${contactId}`,
    outcome: scope,
    details: { source },
  });
  return {
    suppressionId: (await activeSuppression(tx, controllerId, tokens, scope)) ?? '',
    repeated: false,
  };
}

async function activeSuppression(
  tx: Db,
  controllerId: string,
  tokens: readonly string[],
  scope: 'all' | 'marketing',
): Promise<string | null> {
  if (tokens.length === 0) return null;
  const rows = await tx
    .selectFrom('suppressions')
    .select(['id', 'token'])
    .where('controller_id', '=', controllerId)
    .where('token', 'in', tokens)
    .where('scope', '=', scope)
    .where('lifted_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.length === tokens.length ? (rows[0]?.id ?? null) : null;
}

async function withdrawEach(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
  scope: 'all' | 'marketing',
  source: string,
  actor: Actor,
): Promise<void> {
  const now = ctx.clock.now();
  const purposes = PURPOSES.filter((purpose) => scope === 'all' || purpose !== 'appointment');
  await tx
    .insertInto('consent_events')
    .values(
      purposes.map((purpose) => {
        const id = newId(ctx.random);
        return {
          id,
          controller_id: controllerId,
          contact_id: contactId,
          subject_id: null,
          purpose,
          channel: CHANNEL,
          kind: 'withdrawn',
          scope,
          source,
          proof_sealed: null,
          has_proof: 0,
          occurred_at: now,
          recorded_at: now,
          valid_until: null,
          actor,
          dedupe: id,
        };
      }),
    )
    .execute();
}

/** START of the person's own: lifts what STOP set. Consents do not come back by it; each has to be given anew. */
export async function liftSuppression(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  contactId: string,
  actor: Actor,
): Promise<number> {
  const handles = await tx
    .selectFrom('handles')
    .select('token')
    .where('contact_id', '=', contactId)
    .execute();
  if (handles.length === 0) return 0;
  const lifted = await tx
    .updateTable('suppressions')
    .set({ lifted_at: ctx.clock.now() })
    .where('controller_id', '=', controllerId)
    .where(
      'token',
      'in',
      handles.map((handle) => handle.token),
    )
    .where('lifted_at', 'is', null)
    .executeTakeFirst();
  const count = Number(lifted.numUpdatedRows);
  if (count > 0) {
    await appendAudit(ctx, tx, controllerId, {
      actor,
      action: 'unsuppress',
      object: `contact:${contactId}`,
      outcome: 'done',
    });
  }
  return count;
}
