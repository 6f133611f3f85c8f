import { messageId } from '../model/identity';
import type { Person } from '../model/types';
import { numberChangeValue, preferenceValue } from '../webhooks/payloads';
import type { World } from '../world';
import { ControlError } from './answers';
import { deliverWaiting } from './delivery';
import { findPerson, personFrom, PersonInput } from './persons';

/** Add persons or change them; one who comes back online receives what waited. */
export function upsertPersons(world: World, inputs: PersonInput[]): Person[] {
  return inputs.map((input) => {
    const parsed = PersonInput.parse(input);
    const person = personFrom(parsed, world.store.persons.get(parsed.phone));
    world.store.persons.put(person.phone, person);
    deliverWaiting(world, person);
    world.events.emit('change', person.phone);
    return person;
  });
}

/** @throws ControlError if nobody has this number. */
export function existingPerson(world: World, phone: string): Person {
  const person = findPerson(world, phone);
  if (!person) throw new ControlError('The simulator knows no person with this number.');
  return person;
}

/** WhatsApp's own "stop" or "resume" of a business's marketing: one webhook for each number of the portfolio's account. */
export function setMarketing(
  world: World,
  phone: string,
  wish: 'stop' | 'resume',
  phoneNumberId?: string,
): void {
  const person = existingPerson(world, phone);
  const last = phoneNumberId ?? world.store.chat(person.phone).at(-1)?.phoneNumberId;
  const number = last === undefined ? world.settings.phoneNumbers[0] : world.number(last);
  if (!number) throw new ControlError('The simulator has no such phone number id.');
  const others = person.stoppedPortfolios.filter((portfolio) => portfolio !== number.portfolioId);
  const stoppedPortfolios = wish === 'stop' ? [...others, number.portfolioId] : others;
  world.store.persons.put(person.phone, { ...person, stoppedPortfolios });
  world.webhooks.enqueue({
    businessAccountId: number.businessAccountId,
    field: 'user_preferences',
    key: person.phone,
    value: preferenceValue(wish, world.clock.now(), person, number),
  });
  world.events.emit('change', person.phone);
}

/** The person moves to a new number; every business number that they have a chat with hears of it. */
export function changeNumber(world: World, phone: string, newPhone: string): Person {
  const person = existingPerson(world, phone);
  const moved = personFrom(PersonInput.parse({ phone: newPhone }), { ...person, phone: newPhone });
  world.store.persons.put(newPhone, moved);
  world.store.persons.put(person.phone, { ...person, onWhatsApp: false });
  const numbers = new Set(world.store.chat(person.phone).map((message) => message.phoneNumberId));
  for (const number of world.settings.phoneNumbers.filter((one) => numbers.has(one.phoneNumberId))) {
    world.webhooks.enqueue({
      businessAccountId: number.businessAccountId,
      field: 'messages',
      key: person.phone,
      value: numberChangeValue(messageId(world.dice), world.clock.now(), person, newPhone, number),
    });
  }
  world.events.emit('change', '');
  return moved;
}
