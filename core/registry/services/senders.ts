import { z } from 'zod/v4';
import { CareError } from '../../errors';
import type { SenderService } from '../api';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import { normalizePhone } from '../phone';
import type { Row } from '../schema';
import type { Actor, Controller, ProviderId, Sender } from '../types';
import { appendAudit } from './audit';
import { controllerByKey, parseInput } from './controllers';
import { liftHalt } from './halt';
import { writing, writingForAll } from './writing';

const inputSchema = z.object({
  controllerKey: z.string(),
  provider: z.enum(['metaCloud', 'sendAppAgent', 'sendAppOfficial', 'sendAppCloud']),
  phoneNumberId: z.string().regex(/^[A-Za-z0-9_-]{3,64}$/, 'is not a phone number ID'),
  businessAccountId: z.string().min(1).max(64),
  portfolioId: z.string().max(64).optional(),
  displayName: z.string().min(1).max(60),
  testNumbers: z.array(z.string()),
});

export function toSender(row: Row<'senders'>): Sender {
  return {
    id: row.id,
    controllerId: row.controller_id,
    provider: row.provider as ProviderId,
    phoneNumberId: row.phone_number_id,
    businessAccountId: row.business_account_id,
    portfolioId: row.portfolio_id,
    displayName: row.display_name,
    mode: row.mode === 'live' ? 'live' : 'test',
    paused: row.paused_at !== null,
    inboxSeenAt: row.inbox_seen_at,
    haltedCode: row.halted_code,
    haltedAt: row.halted_at,
    portfolioLimit: row.portfolio_limit,
    portfolioLimitAt: row.portfolio_limit_at,
  };
}

export async function senderBy(db: Db, provider: ProviderId, phoneNumberId: string): Promise<Sender> {
  const row = await db
    .selectFrom('senders')
    .selectAll()
    .where('provider', '=', provider)
    .where('phone_number_id', '=', phoneNumberId)
    .executeTakeFirst();
  if (row) return toSender(row);
  throw new CareError(
    'senderUnknown',
    'This sender is not in the registry. Save it with Registry Admin first.',
    {
      field: 'phoneNumberId',
    },
  );
}

/** The sender, if it is the controller's own. */
export async function ownSender(
  db: Db,
  provider: ProviderId,
  phoneNumberId: string,
  controller: Controller,
): Promise<Sender> {
  const sender = await senderBy(db, provider, phoneNumberId);
  if (sender.controllerId === controller.id) return sender;
  throw new CareError(
    'senderUnknown',
    'This sender belongs to another controller. Pick its own controller.',
    { field: 'controller' },
  );
}

async function setTestNumbers(
  ctx: RegistryContext,
  tx: Db,
  senderId: string,
  numbers: readonly string[],
  controller: Controller,
): Promise<void> {
  const rows = numbers.map((number, index) => {
    const phone = normalizePhone(number, controller.country);
    if (!phone)
      throw new CareError('badPhone', 'A test number is not a phone number.', {
        field: 'testNumbers',
        index,
      });
    const lookup = ctx.keys.lookup('phone', phone.e164);
    return {
      sender_id: senderId,
      lookup,
      lookup_key: ctx.keys.lookupKeyId,
      value_sealed: ctx.keys.seal('data', phone.e164, `sender_test_numbers:${senderId}`),
    };
  });
  await tx.deleteFrom('sender_test_numbers').where('sender_id', '=', senderId).execute();
  const unique = [...new Map(rows.map((row) => [row.lookup, row])).values()];
  if (unique.length > 0) await tx.insertInto('sender_test_numbers').values(unique).execute();
}

async function upsert(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  input: z.infer<typeof inputSchema>,
): Promise<string> {
  const values = {
    business_account_id: input.businessAccountId,
    portfolio_id: input.portfolioId ?? null,
    display_name: input.displayName,
  };
  const known = await tx
    .selectFrom('senders')
    .select(['id', 'controller_id'])
    .where('provider', '=', input.provider)
    .where('phone_number_id', '=', input.phoneNumberId)
    .executeTakeFirst();
  if (known && known.controller_id !== controllerId) {
    throw new CareError('senderTaken', 'This sender belongs to another controller.', {
      field: 'phoneNumberId',
    });
  }
  if (known) {
    await tx.updateTable('senders').set(values).where('id', '=', known.id).execute();
    return known.id;
  }
  const id = newId(ctx.random);
  await tx
    .insertInto('senders')
    .values({
      id,
      controller_id: controllerId,
      provider: input.provider,
      phone_number_id: input.phoneNumberId,
      ...values,
      mode: 'test',
      paused_at: null,
      inbox_seen_at: null,
      last_status_at: null,
      halted_code: null,
      halted_at: null,
      portfolio_limit: null,
      portfolio_limit_at: null,
      created_at: ctx.clock.now(),
    })
    .execute();
  return id;
}

export function createSenderService(ctx: RegistryContext): SenderService {
  const change = (
    provider: ProviderId,
    phoneNumberId: string,
    actor: Actor,
    set: Partial<Row<'senders'>>,
    action: string,
  ): Promise<void> =>
    senderBy(ctx.db, provider, phoneNumberId).then((sender) =>
      writingForAll(ctx, [sender.controllerId], async (tx) => {
        await tx.updateTable('senders').set(set).where('id', '=', sender.id).execute();
        await appendAudit(ctx, tx, sender.controllerId, {
          actor,
          action,
          object: `sender:${sender.id}`,
          outcome: 'done',
        });
      }),
    );

  return {
    save: (input, actor) =>
      writing(ctx, parseInput(inputSchema, input).controllerKey, async (tx, controller) => {
        const parsed = parseInput(inputSchema, input);
        const id = await upsert(ctx, tx, controller.id, parsed);
        await setTestNumbers(ctx, tx, id, parsed.testNumbers, controller);
        await appendAudit(ctx, tx, controller.id, {
          actor,
          action: 'sender.save',
          object: `sender:${id}`,
          outcome: 'done',
        });
        return senderBy(tx, parsed.provider, parsed.phoneNumberId);
      }),
    async list(controllerKey) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      const rows = await ctx.db
        .selectFrom('senders')
        .selectAll()
        .where('controller_id', '=', controller.id)
        .execute();
      return rows.map(toSender);
    },
    get: (provider, phoneNumberId) => senderBy(ctx.db, provider, phoneNumberId),
    setMode: (provider, phoneNumberId, mode, actor) =>
      change(provider, phoneNumberId, actor, { mode }, `sender.${mode}`),
    pause: (provider, phoneNumberId, paused, actor) =>
      change(
        provider,
        phoneNumberId,
        actor,
        { paused_at: paused ? ctx.clock.now() : null },
        paused ? 'sender.pause' : 'sender.resume',
      ),
    liftHalt: (provider, phoneNumberId, actor) =>
      senderBy(ctx.db, provider, phoneNumberId).then(({ controllerId }) =>
        writingForAll(ctx, [controllerId], async (tx) =>
          liftHalt(ctx, tx, await senderBy(tx, provider, phoneNumberId), actor),
        ),
      ),
    stampInbox: (provider, phoneNumberId, at) =>
      change(provider, phoneNumberId, 'inbox', { inbox_seen_at: at }, at === null ? 'inbox.off' : 'inbox.on'),
  };
}
