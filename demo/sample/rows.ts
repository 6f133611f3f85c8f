import { DateTime } from 'luxon';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { LOCATIONS, PLANS, type Plan } from './appointments';
import { PEOPLE } from './people';
import { clockChangeNight, openSlots, type WindowName } from './slots';
import type { SamplePerson, SampleRow } from './types';

const HALF_HOUR = 1_800_000;

const PEOPLE_BY_REF = new Map(PEOPLE.map((person) => [person.ref, person]));

export function personOf(plan: Plan): SamplePerson {
  const person = PEOPLE_BY_REF.get(plan.who);
  if (!person) throw new Error(`The sample has no person "${plan.who}"`);
  return person;
}

/** As people type numbers: with spaces. */
const asTyped = (phone: string): string => parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;

type SlotFinder = (name: WindowName, zone: string) => readonly number[];

export function rowsAt(now: number): readonly SampleRow[] {
  const known = new Map<string, readonly number[]>();
  const slotsOf: SlotFinder = (name, zone) => {
    const slots = known.get(`${name} ${zone}`) ?? openSlots(name, zone, now);
    known.set(`${name} ${zone}`, slots);
    return slots;
  };
  return PLANS.map((plan, index) => rowOf(plan, index, now, slotsOf));
}

function rowOf(plan: Plan, index: number, now: number, slotsOf: SlotFinder): SampleRow {
  const person = personOf(plan);
  const zone = LOCATIONS.find(({ name }) => name === plan.location)?.zone ?? 'Europe/Rome';
  const [startsAt, endsAt] = timesOf(plan, zone, now, slotsOf);
  return {
    rowId: `row-${String(index + 1).padStart(2, '0')}`,
    appointmentId: plan.id,
    startsAt,
    endsAt,
    zone,
    status: plan.status,
    phone: plan.phoneAs ?? asTyped(person.phone),
    firstName: plan.child?.firstName ?? person.firstName,
    language: person.language,
    location: plan.location,
    patientRef: `P-${plan.child?.ref ?? person.ref}`,
    subjectRef: plan.child?.ref ?? '',
    notes: plan.notes ?? '',
  };
}

function timesOf(
  plan: Plan,
  zone: string,
  now: number,
  slotsOf: SlotFinder,
): [startsAt: string, endsAt: string] {
  if (plan.when === 'clockChange') return [clockChangeNight(zone, now), ''];
  // Spread over the window by the place in the plan; a duplicate row shares its original's place.
  const group = PLANS.filter(({ when, copyOf }) => when === plan.when && copyOf === undefined);
  const place = group.findIndex(({ id }) => id === plan.id);
  const slots = slotsOf(plan.when, zone);
  const at = slots[Math.floor(((place + 0.5) / group.length) * slots.length)];
  if (at === undefined) throw new Error(`No opening hour for the sample's ${plan.id}`);
  const iso = (instant: number): string =>
    DateTime.fromMillis(instant, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
  return [iso(at), iso(at + HALF_HOUR)];
}
