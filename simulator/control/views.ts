import { prettyPhone, userIdOf, waIdOf } from '../model/identity';
import type { ChatMessage, Person } from '../model/types';
import type { World } from '../world';

/** A person as the list of contacts shows them. */
export interface PersonView extends Person {
  digits: string;
  shownPhone: string;
  waId: string;
  /** BSUID by portfolio. */
  userIds: Record<string, string>;
  /** Delivered and not yet looked at. */
  unread: number;
  last?: { text: string; at: number; direction: 'in' | 'out'; status?: string | undefined } | undefined;
}

export function personView(world: World, person: Person): PersonView {
  const chat = shownChat(world, person.phone);
  const portfolios = new Set(world.settings.phoneNumbers.map((number) => number.portfolioId));
  return {
    ...person,
    digits: person.phone.slice(1),
    shownPhone: prettyPhone(person.phone),
    waId: waIdOf(person.phone),
    userIds: Object.fromEntries(Array.from(portfolios, (id) => [id, userIdOf(person.phone, id)])),
    unread: chat.filter((message) => message.direction === 'out' && message.status === 'delivered').length,
    last: lastOf(chat.at(-1)),
  };
}

/** All persons, those with the newest message first, then by name. */
export function personViews(world: World): PersonView[] {
  const views = Array.from(world.store.persons.all(), (person) => personView(world, person));
  return views.sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0) || a.name.localeCompare(b.name));
}

/**
 * What the person's own phone shows: messages that reached it, and their own. What failed or still waits is listed
 * too, marked by its status, because whoever tests a campaign wants to see it.
 */
export const shownChat = (world: World, phone: string): ChatMessage[] => world.store.chat(phone);

function lastOf(message: ChatMessage | undefined): PersonView['last'] {
  if (!message) return undefined;
  const { at, direction } = message;
  if (message.direction === 'in') return { text: message.text, at, direction };
  const text = message.content.body || (message.content.header?.text ?? message.type);
  return { text, at, direction, status: message.status };
}
