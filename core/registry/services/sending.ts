import type { RunVerdict, SendingService } from '../sendingApi';
import type { Db, RegistryContext } from '../context';
import { isId } from '../ids';
import type { ClaimContext, Controller, PersonRef, Sender, SendRequest } from '../types';
import { appendAudit } from './audit';
import { budgetPeople, portfolioOf, usedBudget } from './budget';
import { controllerByKey } from './controllers';
import { WINDOW_MS } from './gate';
import { reserve } from './paceBuckets';
import { resolvePeople } from './people';
import { ownSender, senderBy } from './senders';
import { listUnknown, settleUnknown } from './unknown';
import { writing, writingForAll } from './writing';

const PEOPLE_AT_ONCE = 1_000;

/** The contacts of a run, as far as the registry knows them: the others are refused anyway. */
async function contactsOf(
  ctx: RegistryContext,
  controller: Controller,
  people: readonly PersonRef[],
): Promise<Set<string>> {
  const ids = new Set<string>();
  const toResolve: PersonRef[] = [];
  for (const person of people) {
    if (!('contactRef' in person)) toResolve.push(person);
    else if (isId(person.contactRef)) ids.add(person.contactRef);
  }
  for (let from = 0; from < toResolve.length; from += PEOPLE_AT_ONCE) {
    const slice = toResolve.slice(from, from + PEOPLE_AT_ONCE);
    for (const found of await resolvePeople(ctx, ctx.db, controller, slice))
      if (found.status === 'known') ids.add(found.contactId);
  }
  return ids;
}

async function withOpenWindow(ctx: RegistryContext, sender: Sender, now: number): Promise<Set<string>> {
  const rows = await ctx.db
    .selectFrom('service_windows')
    .select('contact_id')
    .where('sender_id', '=', sender.id)
    .where('last_inbound_at', '>', now - WINDOW_MS)
    .execute();
  return new Set(rows.map((row) => row.contact_id));
}

const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;

function doesNotFit(fresh: number, room: number, limit: number, nextPermittedAt: number | null): RunVerdict {
  const advice =
    nextPermittedAt === null
      ? 'Split the run into waves of a day.'
      : 'Start it at the time given, or in waves.';
  return {
    starts: false,
    code: 'portfolioBudget',
    sentence: `The run would write to ${people(fresh)} first; of the ${limit} that Meta permits the portfolio in 24 hours, ${room} are left. ${advice}`,
    nextPermittedAt,
  };
}

/** Looks at each person of the run only when their number alone does not fit. */
async function budgetVerdict(
  ctx: RegistryContext,
  controller: Controller,
  sender: Sender,
  requests: readonly SendRequest[],
): Promise<RunVerdict> {
  const portfolio = await portfolioOf(ctx.db, sender);
  const { limit } = portfolio;
  const asked = requests.filter(({ basis }) => basis.kind === 'purpose').map(({ person }) => person);
  const now = ctx.clock.now();
  if (limit === null) return { starts: true };
  const { used } = await usedBudget(ctx, ctx.db, portfolio, now);
  if (used + asked.length <= limit) return { starts: true };
  const counted = await budgetPeople(ctx, ctx.db, portfolio, now);
  const known = new Set(counted.map(({ contactId }) => contactId));
  const windows = await withOpenWindow(ctx, sender, now);
  const contacts = await contactsOf(ctx, controller, asked);
  const fresh = [...contacts].filter((id) => !known.has(id) && !windows.has(id)).length;
  const tooMany = counted.length + fresh - limit;
  if (tooMany <= 0) return { starts: true };
  const leaves = fresh > limit ? undefined : counted[tooMany - 1]?.at;
  const next = leaves === undefined ? null : leaves + WINDOW_MS;
  return doesNotFit(fresh, Math.max(0, limit - counted.length), limit, next);
}

/** Notes a run in the campaigns that its requests name. */
async function noteRun(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  context: ClaimContext,
  requests: readonly SendRequest[],
): Promise<void> {
  const now = ctx.clock.now();
  const sizes = new Map<string, number>();
  for (const { campaignKey } of requests)
    if (campaignKey !== undefined) sizes.set(campaignKey, (sizes.get(campaignKey) ?? 0) + 1);
  for (const [key, size] of sizes) {
    const row = await tx
      .selectFrom('campaigns')
      .select(['id', 'planned', 'started_at'])
      .where('controller_id', '=', controller.id)
      .where('key', '=', key)
      .executeTakeFirst();
    if (!row) continue;
    const set = {
      planned: Math.max(row.planned ?? 0, size),
      started_at: row.started_at ?? now,
      last_run_at: now,
    };
    await tx.updateTable('campaigns').set(set).where('id', '=', row.id).execute();
    await appendAudit(ctx, tx, controller.id, {
      actor: context.actor,
      action: 'campaign.run',
      object: `campaign:${key}`,
      outcome: 'done',
      details: { recipients: size },
    });
  }
}

async function begin(
  ctx: RegistryContext,
  context: ClaimContext,
  requests: readonly SendRequest[],
): Promise<RunVerdict> {
  const controller = await controllerByKey(ctx.db, context.controllerKey);
  const sender = await ownSender(ctx.db, context.provider, context.phoneNumberId, controller);
  const verdict = await budgetVerdict(ctx, controller, sender, requests);
  if (verdict.starts && !context.dryRun)
    await writing(ctx, context.controllerKey, (tx) => noteRun(ctx, tx, controller, context, requests));
  return verdict;
}

export function createSendingService(ctx: RegistryContext): SendingService {
  return {
    begin: (context, requests) => begin(ctx, context, requests),
    slots: (context, count) =>
      writing(ctx, context.controllerKey, async (tx, controller) => {
        const sender = await ownSender(tx, context.provider, context.phoneNumberId, controller);
        return reserve(ctx, tx, sender.id, context.messagesPerSecond ?? 1, count);
      }),
    listUnknown: (controllerKey, filter = {}) => listUnknown(ctx, controllerKey, filter),
    settleUnknown: (controllerKey, filter, decision, actor) =>
      settleUnknown(ctx, controllerKey, filter, decision, actor),
    async setPortfolioLimit(provider, phoneNumberId, limit) {
      const sender = await senderBy(ctx.db, provider, phoneNumberId);
      await writingForAll(ctx, [sender.controllerId], async (tx) => {
        const portfolio = await portfolioOf(tx, sender);
        await tx
          .updateTable('senders')
          .set({ portfolio_limit: limit, portfolio_limit_at: ctx.clock.now() })
          .where('id', 'in', portfolio.senderIds)
          .execute();
        // What was claimed while no limit was known is in no count.
        if (portfolio.limit === null)
          await tx.deleteFrom('pace_buckets').where('name', '=', portfolio.name).execute();
      });
    },
  };
}
