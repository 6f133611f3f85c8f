import { z } from 'zod/v4';
import { prettyPhone, userIdOf, waIdOf } from '../model/identity';
import type { Person } from '../model/types';
import type { World } from '../world';

const Phone = z.string().regex(/^\+\d{7,15}$/, 'A phone is written as + and 7 to 15 digits');

/** A person to add or change; what is absent keeps its value, or the default given here. */
export const PersonInput = z.strictObject({
  phone: Phone,
  /** Default: the number. */
  name: z.string().min(1).max(80).optional(),
  /** Default `en`. */
  language: z.string().optional(),
  /** Default true. */
  onWhatsApp: z.boolean().optional(),
  zone: z.string().optional(),
  /** Default true. */
  online: z.boolean().optional(),
  /** Default false. */
  hidesPhone: z.boolean().optional(),
});
export type PersonInput = z.input<typeof PersonInput>;

export function personFrom(input: PersonInput, current?: Person): Person {
  return {
    phone: input.phone,
    name: input.name ?? current?.name ?? prettyPhone(input.phone),
    language: input.language ?? current?.language ?? 'en',
    onWhatsApp: input.onWhatsApp ?? current?.onWhatsApp ?? true,
    zone: input.zone ?? current?.zone,
    online: input.online ?? current?.online ?? true,
    hidesPhone: input.hidesPhone ?? current?.hidesPhone ?? false,
    stoppedPortfolios: current?.stoppedPortfolios ?? [],
  };
}

/** Also finds a person whose WhatsApp id differs from the number as typed (Brazil, Mexico). */
export function findPerson(world: World, phone: string): Person | undefined {
  const exact = world.store.persons.get(phone);
  // Nowhere else does one phone have two spellings, and a campaign must not search everybody for each newcomer.
  if (exact || !/^\+5[25]/.test(phone)) return exact;
  const waId = waIdOf(phone);
  return [...world.store.persons.all()].find((person) => waIdOf(person.phone) === waId);
}

/** A number that nobody registered gets a phone of its own, so that a stand-alone simulator just works. */
export function findOrAddPerson(world: World, phone: string): Person {
  const found = findPerson(world, phone);
  if (found) return found;
  const added = personFrom({ phone });
  world.store.persons.put(phone, added);
  return added;
}

export const findByUserId = (world: World, userId: string, portfolioId: string): Person | undefined =>
  [...world.store.persons.all()].find((person) => userIdOf(person.phone, portfolioId) === userId);
