import { CareError } from '../../errors';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { AccountEvent, AccountItem, ProviderId, Sender, TaskKind, TemplateChange } from '../types';
import { appendAudit } from './audit';
import { eventKey, EventRows, keysSeen } from './arrivals';
import { haltSender } from './halt';
import { toSender } from './senders';
import { keepTemplateState, STRICT } from './templateStates';
import { writingForAll } from './writing';

type Senders = readonly [Sender, ...Sender[]];

/** States in which Meta refuses what sends the template, so that somebody has to do something. */
const STOPPED: ReadonlySet<string> = new Set(['PAUSED', 'DISABLED', 'REJECTED']);

async function sendersOf(
  ctx: RegistryContext,
  provider: ProviderId,
  { businessAccountId, ...event }: AccountEvent,
): Promise<Map<string, Senders>> {
  const rows = await ctx.db
    .selectFrom('senders')
    .selectAll()
    .where('provider', '=', provider)
    .where('business_account_id', '=', businessAccountId)
    .orderBy('id')
    .execute();
  const only = event.kind === 'account' ? event.phoneNumberId : null;
  const senders = new Map<string, Senders>();
  for (const row of rows.filter((each) => only === null || each.phone_number_id === only)) {
    const before = senders.get(row.controller_id) ?? [];
    senders.set(row.controller_id, [...before, toSender(row)] as unknown as Senders);
  }
  if (senders.size > 0) return senders;
  throw new CareError('senderUnknown', 'An event is for an account that has no sender in the registry.');
}

/** One task tells of it, however often it is delivered. */
async function tell(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  kind: TaskKind,
  about: string,
  key: string,
): Promise<void> {
  await tx
    .insertInto('tasks')
    .values({
      id: newId(ctx.random),
      controller_id: controllerId,
      contact_id: null,
      conversation_id: null,
      event_id: null,
      kind,
      state: 'open',
      about,
      assigned_to: null,
      created_at: ctx.clock.now(),
      closed_at: null,
      dedupe: `${kind}:${key}`,
    })
    .onConflict((conflict) => conflict.columns(['controller_id', 'dedupe']).doNothing())
    .execute();
}

const becomesMarketing = ({ category, nextCategory }: TemplateChange): boolean =>
  (nextCategory ?? category) === STRICT;

async function applyTemplate(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  event: Extract<AccountEvent, { kind: 'template' }>,
  key: string,
): Promise<void> {
  await keepTemplateState(ctx, tx, event);
  const { change, name, language } = event;
  const stopped = change.status !== undefined && change.status !== null && STOPPED.has(change.status);
  if (stopped || becomesMarketing(change))
    await tell(ctx, tx, controllerId, 'templateChanged', `${name}/${language}: ${event.event}`, key);
  await appendAudit(ctx, tx, controllerId, {
    actor: 'inbox',
    action: 'template.changed',
    object: `template:${name}`,
    outcome: event.event,
    details: { language },
  });
}

async function applyAccount(
  ctx: RegistryContext,
  tx: Db,
  [first, ...others]: Senders,
  event: Extract<AccountEvent, { kind: 'account' }>,
  key: string,
): Promise<void> {
  const senders = [first, ...others];
  if (event.limit !== undefined) await setLimit(ctx, tx, senders, event.limit);
  if (event.halt) for (const sender of senders) await haltSender(ctx, tx, sender, event.halt, 'inbox');
  else if (event.told)
    await tell(ctx, tx, first.controllerId, 'accountNotice', `${first.phoneNumberId}: ${event.event}`, key);
  await appendAudit(ctx, tx, first.controllerId, {
    actor: 'inbox',
    action: 'account.changed',
    object: `sender:${first.id}`,
    outcome: event.event,
    ...(event.limit === undefined ? {} : { details: { limit: event.limit } }),
  });
}

/** The limit is the portfolio's: it holds for all its numbers, also those of another account. */
async function setLimit(
  ctx: RegistryContext,
  tx: Db,
  senders: readonly Sender[],
  limit: number,
): Promise<void> {
  const portfolios = senders.flatMap(({ portfolioId }) => portfolioId ?? []);
  await tx
    .updateTable('senders')
    .set({ portfolio_limit: limit, portfolio_limit_at: ctx.clock.now() })
    .where((eb) =>
      eb.or([
        eb(
          'id',
          'in',
          senders.map(({ id }) => id),
        ),
        ...(portfolios.length === 0 ? [] : [eb('portfolio_id', 'in', portfolios)]),
      ]),
    )
    .execute();
}

function itemOf(event: AccountEvent, senders: Senders, eventId: string): AccountItem {
  const template = event.kind === 'template' ? event : null;
  return {
    eventId,
    kind: event.kind,
    senders: senders.map(({ phoneNumberId }) => phoneNumberId),
    event: event.event,
    template: template?.name ?? null,
    language: template?.language ?? null,
    category: template?.change.category ?? null,
    nextCategory: template?.change.nextCategory ?? null,
    halted: event.kind === 'account' && event.halt !== null,
  };
}

/** For one controller; null: it came before. */
async function receiveOne(
  ctx: RegistryContext,
  tx: Db,
  senders: Senders,
  event: AccountEvent,
): Promise<AccountItem | null> {
  const [first] = senders;
  const key = eventKey(ctx, event.dedupeKey);
  if ((await keysSeen(ctx, tx, first.id, [key])).has(key)) return null;
  if (event.kind === 'template') await applyTemplate(ctx, tx, first.controllerId, event, key);
  else await applyAccount(ctx, tx, senders, event, key);
  const id = newId(ctx.random);
  const rows = new EventRows(ctx, tx);
  rows.add({ id, event: { kind: event.kind, at: event.at ?? ctx.clock.now() }, sender: first, key });
  await rows.write();
  return itemOf(event, senders, id);
}

/** Events of templates and accounts name no number: they hold for the senders of the account, at every controller. */
export async function receiveAccount(
  ctx: RegistryContext,
  provider: ProviderId,
  events: readonly AccountEvent[],
): Promise<AccountItem[]> {
  const items: AccountItem[] = [];
  for (const event of events) {
    for (const [controllerId, senders] of await sendersOf(ctx, provider, event)) {
      const item = await writingForAll(ctx, [controllerId], (tx) => receiveOne(ctx, tx, senders, event));
      if (item) items.push(item);
    }
  }
  return items;
}
