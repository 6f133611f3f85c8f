import { CareError } from '../../errors';
import type { UnknownDecision, UnknownFilter, UnknownMessage } from '../sendingApi';
import type { Db, RegistryContext } from '../context';
import type { Actor, Controller } from '../types';
import { appendAudit } from './audit';
import { controllerByKey } from './controllers';
import { writing } from './writing';

const HOUR_MS = 3_600_000;
/** So long a status may still come. A longer time may be asked for, not a shorter one. */
const LEAST_GRACE_HOURS = 24;
const MOST_LISTED = 1_000;
const SETTLED_AT_ONCE = 1_000;

function graceMs({ graceHours = LEAST_GRACE_HOURS }: UnknownFilter): number {
  if (graceHours >= LEAST_GRACE_HOURS) return graceHours * HOUR_MS;
  throw new CareError(
    'inputInvalid',
    `A status may come for ${LEAST_GRACE_HOURS} hours. Name as many or more.`,
    { field: 'graceHours' },
  );
}

function unknownRows(ctx: RegistryContext, db: Db, controller: Controller, filter: UnknownFilter) {
  const { outboxIds, phoneNumberId, campaignKey } = filter;
  let query = db
    .selectFrom('outbox as o')
    .innerJoin('senders as s', 's.id', 'o.sender_id')
    .leftJoin('campaigns as c', 'c.id', 'o.campaign_id')
    .where('o.controller_id', '=', controller.id)
    .where('o.state', '=', 'unknown');
  if (outboxIds) query = query.where('o.id', 'in', ctx.engine.list(outboxIds));
  if (phoneNumberId !== undefined) query = query.where('s.phone_number_id', '=', phoneNumberId);
  if (campaignKey !== undefined) query = query.where('c.key', '=', campaignKey);
  return query;
}

export async function listUnknown(
  ctx: RegistryContext,
  controllerKey: string,
  filter: UnknownFilter,
): Promise<UnknownMessage[]> {
  const grace = graceMs(filter);
  const controller = await controllerByKey(ctx.db, controllerKey);
  const rows = await unknownRows(ctx, ctx.db, controller, filter)
    .select([
      'o.id',
      'o.contact_id as contactRef',
      's.phone_number_id as phoneNumberId',
      'o.kind',
      'o.stage',
      'o.template',
      'c.key as campaign',
      'o.calling_at',
      'o.created_at',
    ])
    .orderBy('o.created_at')
    .orderBy('o.id')
    .limit(MOST_LISTED)
    .execute();
  return rows.map(({ calling_at: called, created_at: created, ...row }) => {
    const calledAt = called ?? created;
    return { ...row, calledAt, decidableAt: calledAt + grace };
  });
}

/** An empty filter would decide about everything by mistake. */
function refuseUnnamed({ outboxIds, phoneNumberId, campaignKey }: UnknownFilter): void {
  if (outboxIds ?? phoneNumberId ?? campaignKey) return;
  throw new CareError('inputInvalid', 'Name the messages, a sender or a campaign.', { field: 'filter' });
}

const changes = (decision: UnknownDecision, now: number) =>
  decision === 'countAsSent'
    ? { state: 'sent', code: null, final: 0, settled_at: now }
    : { state: 'refused', code: 'sendAgain', final: 0, settled_at: now, owner: null };

/** While its status may still come the gate stays closed, whoever asks. */
export async function settleUnknown(
  ctx: RegistryContext,
  controllerKey: string,
  filter: UnknownFilter,
  decision: UnknownDecision,
  actor: Actor,
): Promise<{ settled: number; tooEarly: number }> {
  refuseUnnamed(filter);
  const grace = graceMs(filter);
  return writing(ctx, controllerKey, async (tx, controller) => {
    const now = ctx.clock.now();
    const rows = await unknownRows(ctx, tx, controller, filter)
      .select(['o.id', 'o.calling_at', 'o.created_at'])
      .execute();
    const ripe = rows.filter((row) => (row.calling_at ?? row.created_at) + grace <= now).map(({ id }) => id);
    for (let from = 0; from < ripe.length; from += SETTLED_AT_ONCE) {
      await tx
        .updateTable('outbox')
        .set(changes(decision, now))
        .where('id', 'in', ctx.engine.list(ripe.slice(from, from + SETTLED_AT_ONCE)))
        .where('state', '=', 'unknown')
        .execute();
    }
    const tooEarly = rows.length - ripe.length;
    await appendAudit(ctx, tx, controller.id, {
      actor,
      action: 'outbox.settleUnknown',
      object: `controller:${controller.id}`,
      outcome: 'done',
      details: { decision, settled: ripe.length, tooEarly },
    });
    return { settled: ripe.length, tooEarly };
  });
}
