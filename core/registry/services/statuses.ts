import { outcomeOfErrorCode } from '../../messaging/providers/metaCloud/outcome';
import type { Db, RegistryContext } from '../context';
import { isId } from '../ids';
import type { Row } from '../schema';
import type { InboundEvent, InboxItem, Sender } from '../types';
import { heedAnswer } from './answers';
import { release, settleFailure } from './outbox';
import { messageLookup } from './people';

type Status = Extract<InboundEvent, { kind: 'status' }>;

/** A message only moves forward; `read` may come without `delivered`, and a late `delivered` overrules `failed`. */
const RANK: Readonly<Record<string, number | undefined>> = {
  claimed: 0,
  calling: 1,
  unknown: 2,
  accepted: 3,
  refused: 3,
  failed: 4,
  sent: 4,
  delivered: 5,
  read: 6,
};
const ADVANCES = ['sent', 'delivered', 'read'] as const;
type Advance = (typeof ADVANCES)[number];

function isAdvance(status: string): status is Advance {
  return (ADVANCES as readonly string[]).includes(status);
}

async function rowOf(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: Status,
): Promise<Row<'outbox'> | null> {
  const byOwnId = event.outboxId !== null && isId(event.outboxId);
  const row = await tx
    .selectFrom('outbox')
    .selectAll()
    .where('sender_id', '=', sender.id)
    .where(
      byOwnId ? 'id' : 'message_lookup',
      '=',
      byOwnId ? event.outboxId : messageLookup(ctx, event.messageId),
    )
    .executeTakeFirst();
  return row ?? null;
}

async function advance(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'outbox'>,
  event: Status,
  status: Advance,
): Promise<void> {
  const times = { sent: 'sent_at', delivered: 'delivered_at', read: 'read_at' } as const;
  const forward = (RANK[status] ?? 0) > (RANK[row.state] ?? 0);
  await tx
    .updateTable('outbox')
    .set({
      message_lookup: row.message_lookup ?? messageLookup(ctx, event.messageId),
      accepted_at: row.accepted_at ?? ctx.clock.now(),
      settled_at: row.settled_at ?? ctx.clock.now(),
      [times[status]]: row[times[status]] ?? event.at,
      ...(forward ? { state: status, code: null, final: 0, lease_until: null } : {}),
    })
    .where('id', '=', row.id)
    .execute();
}

async function fail(ctx: RegistryContext, tx: Db, row: Row<'outbox'>, event: Status): Promise<void> {
  if (row.state === 'delivered' || row.state === 'read') return;
  const outcome = outcomeOfErrorCode(Number(event.errorCode));
  if (!('code' in outcome)) return;
  const { errorCode } = event;
  // Meta names the time for another try: then there is one, else what was taken and failed has failed for good.
  if (outcome.state === 'released' && outcome.retryAfterMs !== undefined)
    await release(ctx, tx, row, outcome);
  else await settleFailure(ctx, tx, row, failureCode(outcome.code), errorCode);
  await heedAnswer(ctx, tx, row, outcome, 'inbox');
}

/** Codes that promise another try: of what was taken and then failed there is none. */
const TRIED_AGAIN: readonly string[] = [
  'rateLimited',
  'pairRateLimited',
  'providerUnreachable',
  'providerFault',
];
const failureCode = (code: string): string => (TRIED_AGAIN.includes(code) ? 'providerRefused' : code);

/** Settles an outbox row by its status webhook: also the one whose answer was lost. */
export async function settleStatus(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: Status,
  id: string,
): Promise<InboxItem | null> {
  await tx
    .updateTable('senders')
    .set({ last_status_at: ctx.clock.now() })
    .where('id', '=', sender.id)
    .execute();
  const row = await rowOf(ctx, tx, sender, event);
  if (!row) return null;
  await tx
    .updateTable('inbound_events')
    .set({ outbox_id: row.id, contact_id: row.contact_id })
    .where('id', '=', id)
    .execute();
  if (isAdvance(event.status)) await advance(ctx, tx, row, event, event.status);
  else if (event.status === 'failed') await fail(ctx, tx, row, event);
  return {
    eventId: id,
    contactRef: row.contact_id ?? '',
    sender: sender.phoneNumberId,
    kind: 'status',
    intent: 'other',
    value: null,
    sensitive: false,
    categories: [],
    language: 'en',
    replyTo: {
      status: 'one',
      outboxId: row.id,
      about: row.about,
      question: null,
      stage: row.stage,
      campaign: null,
      options: [],
    },
    alreadyStopped: false,
    suspectedStop: false,
    wrongNumber: false,
    deceased: false,
  };
}
