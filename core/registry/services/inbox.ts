import { CareError } from '../../errors';
import type { Language } from '../../phi/types';
import type { InboxService } from '../api';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { InboundEvent, InboxItem, ProviderId, Sender } from '../types';
import { applyIdentity } from './identity';
import { hear } from './hearing';
import { messageIdOf } from './messageId';
import { senderBy } from './senders';
import { settleStatus } from './statuses';
import { suppressContact } from './suppression';
import { contactOf } from './traffic';
import { writingForAll } from './writing';

/** Events in one transaction: a batch of Meta's may hold a thousand. */
const BATCH = 50;

async function sendersOf(
  ctx: RegistryContext,
  provider: ProviderId,
  events: readonly InboundEvent[],
): Promise<Map<string, Sender>> {
  const senders = new Map<string, Sender>();
  for (const id of new Set(events.map((event) => event.phoneNumberId)))
    senders.set(id, await senderBy(ctx.db, provider, id));
  return senders;
}

/** Writes the event down; false when it came before. */
async function isNew(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: InboundEvent,
  id: string,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('inbound_events')
    .values({
      id,
      controller_id: sender.controllerId,
      sender_id: sender.id,
      contact_id: null,
      // Keyed: a preference or an identity has no id of its own, and its digest could be guessed.
      dedupe_key: ctx.keys.messageLookup('event', event.dedupeKey),
      kind: event.kind,
      intent: null,
      value: null,
      sensitive: 0,
      categories: null,
      outbox_id: null,
      conversation_id: null,
      referral: null,
      occurred_at: event.at,
      received_at: ctx.clock.now(),
    })
    .onConflict((conflict) => conflict.columns(['sender_id', 'dedupe_key']).doNothing())
    .executeTakeFirst();
  return Number(inserted.numInsertedOrUpdatedRows) === 1;
}

function plainItem(
  id: string,
  contactId: string,
  sender: Sender,
  kind: InboxItem['kind'],
  intent: InboxItem['intent'],
  language: Language,
): InboxItem {
  return {
    eventId: id,
    contactRef: contactId,
    sender: sender.phoneNumberId,
    kind,
    intent,
    value: null,
    sensitive: false,
    categories: [],
    language,
    replyTo: {
      status: 'none',
      outboxId: null,
      about: null,
      question: null,
      stage: null,
      campaign: null,
      options: [],
    },
    alreadyStopped: false,
    suspectedStop: false,
    wrongNumber: false,
    deceased: false,
  };
}

/** Meta's own "stop marketing" switch. `resume` there never cancels what the person told the business. */
async function hearPreference(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: Extract<InboundEvent, { kind: 'preference' }>,
  id: string,
): Promise<InboxItem> {
  const { contactId, language } = await contactOf(ctx, tx, sender, event.from, false);
  await tx.updateTable('inbound_events').set({ contact_id: contactId }).where('id', '=', id).execute();
  const stop = event.value === 'stop';
  if (stop)
    await suppressContact(ctx, tx, sender.controllerId, contactId, 'marketing', 'metaPreference', 'inbox');
  return plainItem(id, contactId, sender, 'preference', stop ? 'stop' : 'other', language);
}

async function receiveOne(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: InboundEvent,
): Promise<InboxItem | null> {
  const id = newId(ctx.random);
  if (!(await isNew(ctx, tx, sender, event, id))) return null;
  switch (event.kind) {
    case 'status':
      return settleStatus(ctx, tx, sender, event, id);
    case 'message':
      return hear(ctx, tx, sender, event, id);
    case 'preference':
      return hearPreference(ctx, tx, sender, event, id);
    case 'identity': {
      const contactId = await applyIdentity(ctx, tx, sender, event, id);
      return plainItem(id, contactId, sender, 'identity', 'other', 'en');
    }
  }
}

export function createInboxService(ctx: RegistryContext): InboxService {
  return {
    async receive(provider, events) {
      const senders = await sendersOf(ctx, provider, events);
      const owners = [...senders.values()].map((sender) => sender.controllerId);
      const items: InboxItem[] = [];
      for (let start = 0; start < events.length; start += BATCH) {
        const slice = events.slice(start, start + BATCH);
        const heard = await writingForAll(ctx, owners, async (tx) => {
          const found: InboxItem[] = [];
          for (const event of slice) {
            const sender = senders.get(event.phoneNumberId);
            if (!sender)
              throw new CareError('senderUnknown', 'An event is for a sender that is not in the registry.');
            const item = await receiveOne(ctx, tx, sender, event);
            if (item) found.push(item);
          }
          return found;
        });
        items.push(...heard);
      }
      return items;
    },
    messageIdOf: (controllerKey, eventId) => messageIdOf(ctx, controllerKey, eventId),
  };
}
