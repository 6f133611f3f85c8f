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

/** What a load test asks for, without reading every message. Times in milliseconds since the Unix epoch. */
export interface Tally {
  accepted: number;
  /** Persons that got at least one. */
  reached: number;
  /** The largest number of messages that one outbox row of the sender was accepted for. */
  mostOfOneId: number;
  firstAt: number | null;
  lastAt: number | null;
  /** Refused sends by Graph code, since the start or the last reset. */
  refused: Record<string, number>;
}

export function tallyOf(world: World): Tally {
  const persons = new Set<string>();
  const byId = new Map<string, number>();
  let [accepted, mostOfOneId] = [0, 0];
  let firstAt: number | null = null;
  let lastAt: number | null = null;
  for (const message of world.store.messages.all()) {
    if (message.direction === 'in') continue;
    accepted += 1;
    persons.add(message.person);
    firstAt ??= message.at;
    lastAt = message.at;
    if (message.callbackData === undefined) continue;
    const copies = (byId.get(message.callbackData) ?? 0) + 1;
    byId.set(message.callbackData, copies);
    mostOfOneId = Math.max(mostOfOneId, copies);
  }
  const refused = Object.fromEntries(world.refusals);
  return { accepted, reached: persons.size, mostOfOneId, firstAt, lastAt, refused };
}
