import type { MessageStatus, Person, SentMessage } from '../model/types';
import type { World } from '../world';
import { statusValue } from '../webhooks/payloads';

/** Move a message on, remember when, and tell the webhook (there is none for `expired`). */
export function settle(
  world: World,
  message: SentMessage,
  status: MessageStatus,
  errorCode?: number,
): SentMessage {
  const at = world.clock.now();
  const history = [...message.history, { status, at }];
  const settled: SentMessage = { ...message, status, history, errorCode };
  world.store.putMessage(settled);
  const person = world.store.persons.get(message.person);
  const number = world.number(message.phoneNumberId);
  if (person && number && status !== 'expired') {
    world.webhooks.enqueue({
      businessAccountId: number.businessAccountId,
      field: 'messages',
      key: person.phone,
      value: statusValue(settled, status, at, person, number),
    });
  }
  world.sendApp.status(settled, status);
  world.events.emit('change', message.person);
  return settled;
}

/** What waits for a phone reaches it now, or is dropped because its time is over. */
export function deliverWaiting(world: World, person: Person): void {
  if (!person.online) return;
  for (const message of outgoing(world, person.phone)) {
    if (message.status !== 'sent') continue;
    settle(world, message, world.clock.now() > message.expiresAt ? 'expired' : 'delivered');
  }
}

/** The person looks at the chat: everything that arrived is read. */
export function readChat(world: World, person: Person, phoneNumberId?: string): void {
  for (const message of outgoing(world, person.phone)) {
    if (message.status !== 'delivered') continue;
    if (phoneNumberId === undefined || message.phoneNumberId === phoneNumberId)
      settle(world, message, 'read');
  }
}

const outgoing = (world: World, phone: string): SentMessage[] =>
  world.store.chat(phone).filter((message) => message.direction === 'out');
