import { CareError } from '../../errors';
import type { Language } from '../../phi/types';
import type { InboxService } from '../api';
import type { Db, RegistryContext } from '../context';
import type { InboundEvent, InboxItem, ProviderId, Sender } from '../types';
import { receiveAccount } from './account';
import { type Arrival, EventRows, newArrivals } from './arrivals';
import { Asked } from './asked';
import { appendAudit } from './audit';
import { ConversationLog } from './conversationLog';
import { applyIdentity } from './identity';
import { hear, type HeardMessage } from './hearing';
import { messageIdOf } from './messageId';
import { toSender } from './senders';
import { settleStatuses } from './statuses';
import { suppressContact } from './suppression';
import { AddressBook, type Caller } from './traffic';
import { writingForAll } from './writing';

type Of<K extends InboundEvent['kind']> = Extract<InboundEvent, { kind: K }>;
interface Addressed {
  readonly event: InboundEvent;
  readonly sender: Sender;
}

/**
 * What one transaction takes on: a batch of Meta's may hold a thousand events, and whoever wants to write meanwhile
 * (claims, answers of calls) gets a turn between two slices. A status costs little; words have to be understood.
 */
const SLICE = 200;
const WEIGHT: Readonly<Record<InboundEvent['kind'], number>> = {
  status: 1,
  preference: 4,
  message: 8,
  identity: 20,
};

function slicesOf<T extends Addressed>(events: readonly T[]): T[][] {
  const slices: T[][] = [];
  let weight = SLICE;
  for (const each of events) {
    if (weight >= SLICE) {
      slices.push([]);
      weight = 0;
    }
    slices.at(-1)?.push(each);
    weight += WEIGHT[each.event.kind];
  }
  return slices;
}

async function sendersOf(
  ctx: RegistryContext,
  provider: ProviderId,
  events: readonly InboundEvent[],
): Promise<Addressed[]> {
  const rows = await ctx.db
    .selectFrom('senders')
    .selectAll()
    .where('provider', '=', provider)
    .where('phone_number_id', 'in', [...new Set(events.map((event) => event.phoneNumberId))])
    .execute();
  const senders = new Map(rows.map((row) => [row.phone_number_id, toSender(row)]));
  return events.map((event) => {
    const sender = senders.get(event.phoneNumberId);
    if (sender) return { event, sender };
    throw new CareError('senderUnknown', 'An event is for a sender that is not in the registry.');
  });
}

function plainItem(
  { id, sender }: Arrival,
  contactId: string,
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

const isOf =
  <K extends InboundEvent['kind']>(...kinds: readonly K[]) =>
  (arrival: Arrival): arrival is Arrival<Of<K>> =>
    (kinds as readonly string[]).includes(arrival.event.kind);

/** Meta's own "stop marketing" switch. `resume` there never cancels what the person told the business. */
async function hearPreference(
  ctx: RegistryContext,
  tx: Db,
  rows: EventRows,
  arrival: Arrival<Of<'preference'>>,
  { contactId, language }: { contactId: string; language: Language },
): Promise<InboxItem> {
  const stop = arrival.event.value === 'stop';
  const { controllerId } = arrival.sender;
  rows.add(arrival, { contact_id: contactId });
  if (stop) await suppressContact(ctx, tx, controllerId, contactId, 'marketing', 'metaPreference', 'inbox');
  return plainItem(arrival, contactId, 'preference', stop ? 'stop' : 'other', language);
}

type Items = Map<string, InboxItem>;

/** Messages and preferences between two changes of identity, one after the other. */
async function hearPeople(
  ctx: RegistryContext,
  tx: Db,
  arrivals: readonly Arrival<Of<'message' | 'preference'>>[],
  rows: EventRows,
  items: Items,
): Promise<void> {
  if (arrivals.length === 0) return;
  const callerOf = ({ sender, event }: (typeof arrivals)[number]): Caller => ({
    sender,
    from: event.from,
    quoted: event.kind === 'message' ? event.contextId : null,
  });
  const book = await AddressBook.load(ctx, tx, arrivals.map(callerOf));
  const messages = new Map<string, HeardMessage>();
  const people = new Map<string, { contactId: string; language: Language }>();
  for (const arrival of arrivals) {
    const { event, sender, id } = arrival;
    const person = await book.contactOf(callerOf(arrival), event.kind === 'message');
    people.set(id, person);
    if (event.kind === 'message') messages.set(id, { ...person, arrival, event, sender });
  }
  await book.write();
  const spoken = [...messages.values()];
  const asked = await Asked.load(ctx, tx, spoken);
  const log = await ConversationLog.load(ctx, tx, spoken);
  for (const arrival of arrivals) {
    const message = messages.get(arrival.id);
    const person = people.get(arrival.id);
    if (message) items.set(arrival.id, await hear({ ctx, tx, asked, log, rows }, message));
    else if (person && isOf('preference')(arrival))
      items.set(arrival.id, await hearPreference(ctx, tx, rows, arrival, person));
  }
  await asked.write();
  await log.write();
}

/** A change of identity may join two people, so what was read of them before does not hold after it. */
async function hearInTurn(
  ctx: RegistryContext,
  tx: Db,
  arrivals: readonly Arrival[],
  rows: EventRows,
  items: Items,
): Promise<void> {
  let waiting: Arrival<Of<'message' | 'preference'>>[] = [];
  for (const arrival of arrivals) {
    if (isOf('message', 'preference')(arrival)) waiting.push(arrival);
    if (!isOf('identity')(arrival)) continue;
    await hearPeople(ctx, tx, waiting, rows, items);
    waiting = [];
    await rows.write();
    const contactId = await applyIdentity(ctx, tx, arrival.sender, arrival.event);
    rows.add(arrival, { contact_id: contactId });
    items.set(arrival.id, plainItem(arrival, contactId, 'identity', 'other', 'en'));
  }
  await hearPeople(ctx, tx, waiting, rows, items);
}

/** Whoever hears has ears: two workflows may listen for one sender, and one of them was unpublished. */
async function giveEars(ctx: RegistryContext, tx: Db, events: readonly Addressed[]): Promise<void> {
  const deaf = new Map(
    events.flatMap(({ sender }) => (sender.inboxSeenAt === null ? [[sender.id, sender]] : [])),
  );
  for (const [id, { controllerId }] of deaf) {
    const stamped = await tx
      .updateTable('senders')
      .set({ inbox_seen_at: ctx.clock.now() })
      .where('id', '=', id)
      .where('inbox_seen_at', 'is', null)
      .executeTakeFirst();
    if (Number(stamped.numUpdatedRows) === 0) continue;
    await appendAudit(ctx, tx, controllerId, {
      actor: 'inbox',
      action: 'inbox.on',
      object: `sender:${id}`,
      outcome: 'heard',
    });
  }
}

async function receiveSlice(
  ctx: RegistryContext,
  tx: Db,
  events: readonly Addressed[],
  published: boolean,
): Promise<InboxItem[]> {
  if (published) await giveEars(ctx, tx, events);
  const arrivals = await newArrivals(ctx, tx, events);
  const rows = new EventRows(ctx, tx);
  const items = await settleStatuses(ctx, tx, arrivals.filter(isOf('status')), rows);
  await hearInTurn(ctx, tx, arrivals, rows, items);
  await rows.write();
  return arrivals.flatMap(({ id }) => items.get(id) ?? []);
}

export function createInboxService(ctx: RegistryContext): InboxService {
  return {
    async receive(provider, events, { published = false } = {}) {
      if (events.length === 0) return [];
      const addressed = await sendersOf(ctx, provider, events);
      const owners = addressed.map(({ sender }) => sender.controllerId);
      const items: InboxItem[] = [];
      for (const slice of slicesOf(addressed)) {
        items.push(...(await writingForAll(ctx, owners, (tx) => receiveSlice(ctx, tx, slice, published))));
      }
      return items;
    },
    receiveAccount: (provider, events) => receiveAccount(ctx, provider, events),
    messageIdOf: (controllerKey, eventId) => messageIdOf(ctx, controllerKey, eventId),
  };
}
