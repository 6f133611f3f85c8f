import type { Db, RegistryContext } from '../context';
import type { Row } from '../schema';
import type { Actor, CallOutcome } from '../types';
import { haltSender, haltUtility } from './halt';
import { slowDown } from './paceBuckets';
import { toSender } from './senders';
import { suppressContact } from './suppression';

type Refusal = Extract<CallOutcome, { code: string }>;

async function markUnreachable(ctx: RegistryContext, tx: Db, contactId: string): Promise<void> {
  const now = ctx.clock.now();
  await tx
    .updateTable('handles')
    .set({ unreachable_at: now, changed_at: now })
    .where('contact_id', '=', contactId)
    .where('kind', 'in', ['phone', 'waId'])
    .execute();
}

/**
 * What a refusal by the provider says beyond its message: of the person, of the sender, of the account. The same from
 * the answer to a call and from a `failed` status.
 */
export async function heedAnswer(
  ctx: RegistryContext,
  tx: Db,
  row: Row<'outbox'>,
  { code, ...rest }: Refusal,
  actor: Actor,
): Promise<void> {
  const contactId = row.contact_id;
  switch (code) {
    case 'noWhatsApp':
      if (contactId !== null) await markUnreachable(ctx, tx, contactId);
      return;
    // 131050: the person stopped this business's marketing at Meta.
    case 'objected':
      if (contactId !== null)
        await suppressContact(ctx, tx, row.controller_id, contactId, 'marketing', 'metaStopped', actor);
      return;
    case 'rateLimited':
      return slowDown(ctx, tx, row.sender_id);
    case 'providerHalted':
    case 'utilityHalted': {
      const found = await tx
        .selectFrom('senders')
        .selectAll()
        .where('id', '=', row.sender_id)
        .executeTakeFirstOrThrow();
      const sender = toSender(found);
      if (code === 'providerHalted') return haltSender(ctx, tx, sender, code, actor);
      const retryAfterMs = 'retryAfterMs' in rest ? rest.retryAfterMs : undefined;
      return haltUtility(ctx, tx, sender, retryAfterMs ?? WEEK_MS, actor);
    }
  }
}

const WEEK_MS = 7 * 86_400_000;
