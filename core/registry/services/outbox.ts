import { reasonFor } from '../../policy';
import type { Purpose } from '../../policy/types';
import type { OutboxService } from '../api';
import { type Db, inChunks, type RegistryContext } from '../context';
import type { Row } from '../schema';
import type { CallOutcome, OutboxRow, OutboxState } from '../types';
import { heedAnswer } from './answers';
import { claimSends } from './claim';
import { LEASE_MS } from './claimRow';
import { controllerByKey } from './controllers';
import { keepEntry } from './conversations';
import { messageLookup } from './people';
import { recoverLeftovers } from './leftovers';
import { writingForAll } from './writing';

/** A refusal by the provider, from the call's answer or from a `failed` status: both mean the same. */
export async function settleFailure(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'outbox'>,
  code: string,
  providerCode: string | null,
): Promise<void> {
  await tx
    .updateTable('outbox')
    .set({
      state: 'failed',
      code,
      final: 1,
      provider_code: providerCode,
      settled_at: ctx.clock.now(),
      lease_until: null,
    })
    .where('id', '=', row.id)
    .execute();
}

/** The provider certainly does not deliver it, so the row may be claimed again; not before the instant, if it named one. */
export async function release(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'outbox'>,
  { code, providerCode, retryAfterMs }: Extract<CallOutcome, { state: 'released' }>,
): Promise<void> {
  const now = ctx.clock.now();
  await tx
    .updateTable('outbox')
    .set({
      state: 'refused',
      code,
      final: 0,
      provider_code: providerCode ?? null,
      not_before: retryAfterMs === undefined ? null : now + retryAfterMs,
      settled_at: now,
      owner: null,
      lease_until: null,
    })
    .where('id', '=', row.id)
    .execute();
}

type Taken = Extract<CallOutcome, { state: 'accepted' }>;

/** What an accepted call leaves in its row. A status webhook may have been faster; then only the id is still missing. */
function takenRow(ctx: RegistryContext, row: Row<'outbox'>, { messageId }: Taken) {
  const now = ctx.clock.now();
  const ahead = row.state !== 'calling' && row.state !== 'unknown';
  return {
    id: row.id,
    message_lookup: messageId === null ? row.message_lookup : messageLookup(ctx, messageId),
    accepted_at: now,
    lease_until: null,
    state: ahead ? row.state : 'accepted',
    code: ahead ? row.code : null,
    settled_at: ahead ? row.settled_at : now,
  };
}

async function settleOther(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'outbox'>,
  outcome: Exclude<CallOutcome, Taken>,
): Promise<void> {
  switch (outcome.state) {
    case 'failed':
      await settleFailure(ctx, tx, row, outcome.code, outcome.providerCode ?? null);
      return heedAnswer(ctx, tx, row, outcome, row.actor);
    case 'released':
      await release(ctx, tx, row, outcome);
      return heedAnswer(ctx, tx, row, outcome, row.actor);
    case 'unknown':
      if (row.state !== 'calling') return;
      await tx
        .updateTable('outbox')
        .set({ state: 'unknown', code: 'answerLost', lease_until: null })
        .where('id', '=', row.id)
        .execute();
  }
}

async function settleAll(ctx: RegistryContext, outcomes: ReadonlyMap<string, CallOutcome>): Promise<void> {
  await withRows(ctx, [...outcomes.keys()], async (tx, rows) => {
    const taken: ReturnType<typeof takenRow>[] = [];
    for (const row of rows) {
      const outcome = outcomes.get(row.id);
      if (outcome?.state === 'accepted') taken.push(takenRow(ctx, row, outcome));
      else if (outcome) await settleOther(ctx, tx, row, outcome);
    }
    await ctx.engine.updateAll(tx, 'outbox', taken);
  });
}

/** Works on rows as they are while no other writes for their controllers; does nothing for those that are gone. */
async function withRows(
  ctx: RegistryContext,
  outboxIds: readonly string[],
  work: (tx: Db, rows: readonly Row<'outbox'>[]) => Promise<void>,
): Promise<void> {
  const ids = ctx.engine.list(outboxIds);
  const owners = await ctx.db
    .selectFrom('outbox')
    .select('controller_id')
    .distinct()
    .where('id', 'in', ids)
    .execute();
  if (owners.length === 0) return;
  await writingForAll(
    ctx,
    owners.map((row) => row.controller_id),
    async (tx) => {
      const rows = await tx.selectFrom('outbox').selectAll().where('id', 'in', ids).execute();
      await work(tx, rows);
    },
  );
}

export function toOutboxRow(row: Row<'outbox'>): OutboxRow {
  return {
    id: row.id,
    contactRef: row.contact_id,
    kind: row.kind,
    occurrence: row.occurrence,
    stage: row.stage,
    purpose: row.purpose as Purpose,
    template: row.template,
    state: row.state as OutboxState,
    code: row.code,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

/**
 * Done: with the provider, of unknown fate, or refused for good. A claim without an end is not: its process may be
 * gone, and only who asks the gate again finds out.
 */
function isDone(row: { state: string; final: number; code: string | null }): boolean {
  if (row.state === 'claimed' || row.state === 'calling') return false;
  if (row.state === 'refused') return row.final === 1 || (row.code !== null && reasonFor(row.code).final);
  return true;
}

export function createOutboxService(ctx: RegistryContext): OutboxService {
  return {
    claim: (context, requests) => claimSends(ctx, context, requests),
    async markCalling(outboxIds) {
      const now = ctx.clock.now();
      await inChunks(outboxIds, async (ids) => {
        await ctx.db
          .updateTable('outbox')
          .set({ state: 'calling', calling_at: now, lease_until: now + LEASE_MS })
          .where('id', 'in', ids)
          .where('state', '=', 'claimed')
          .execute();
        return [];
      });
    },
    settleCall: (outboxId, outcome) => settleAll(ctx, new Map([[outboxId, outcome]])),
    settleCalls: (calls) =>
      settleAll(ctx, new Map(calls.map(({ outboxId, outcome }) => [outboxId, outcome]))),
    async keepText(outboxId, text) {
      await withRows(ctx, [outboxId], async (tx, [row]) => {
        if (!row?.contact_id) return;
        await keepEntry(ctx, tx, {
          controllerId: row.controller_id,
          senderId: row.sender_id,
          contactId: row.contact_id,
          direction: 'out',
          text,
          mediaIds: [],
          messageId: null,
          eventId: null,
          outboxId,
        });
      });
    },
    async recover(owner) {
      const total = { released: 0, unknown: 0 };
      for (const { id } of await ctx.db.selectFrom('controllers').select('id').execute()) {
        const found = await writingForAll(ctx, [id], (tx) => recoverLeftovers(ctx, tx, id, owner));
        total.released += found.released;
        total.unknown += found.unknown;
      }
      return total;
    },
    async done(controllerKey, kind, occurrences) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      const rows = await inChunks([...new Set(occurrences)], (slice) =>
        ctx.db
          .selectFrom('outbox')
          .select(['occurrence', 'stage', 'state', 'final', 'code'])
          .where('controller_id', '=', controller.id)
          .where('kind', '=', kind)
          .where('occurrence', 'in', slice)
          .execute(),
      );
      return new Set(rows.filter(isDone).map((row) => `${row.occurrence}\0${row.stage}`));
    },
    async list(controllerKey, filter = {}) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      let query = ctx.db.selectFrom('outbox').selectAll().where('controller_id', '=', controller.id);
      if (filter.states) query = query.where('state', 'in', filter.states);
      if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
      if (filter.since !== undefined) query = query.where('created_at', '>=', filter.since);
      const rows = await query
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(filter.limit ?? 1000)
        .execute();
      return rows.map(toOutboxRow);
    },
  };
}
