import { defaultPolicy, occurrenceOf, parseStart, type ControllerInput, type SenderInput } from '../../core';
import { LOCATIONS, MUST_NOT_LEAVE, PLANS } from './appointments';
import { consentsOf } from './consents';
import { expectationsAt } from './expected';
import { PEOPLE } from './people';
import { personOf, rowsAt } from './rows';
import type { SampleClinic, SamplePerson } from './types';

export type * from './types';

const CONTROLLER_KEY = 'aurora';

const { version: _version, ...policy } = defaultPolicy('it');

const CONTROLLER: ControllerInput = {
  key: CONTROLLER_KEY,
  name: 'Poliambulatorio Aurora',
  country: 'IT',
  languages: ['it', 'de', 'en', 'es'],
  zone: 'Europe/Rome',
  privacyNoticeUrl: 'https://www.aurora.example/privacy',
  allowedDomains: ['aurora.example'],
  locations: LOCATIONS,
  policy,
};

/** The simulator's phone number; a real Meta id never begins with so many zeros. */
const SENDER: SenderInput = {
  controllerKey: CONTROLLER_KEY,
  provider: 'metaCloud',
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  portfolioId: '300000000000001',
  displayName: 'Poliambulatorio Aurora',
  testNumbers: ['giulia', 'grace', 'wei'].flatMap((ref) =>
    PEOPLE.filter((person) => person.ref === ref).map(({ phone }) => phone),
  ),
};

/** Areas and interest of the sample campaign, and who may be reached by it under the Italian pack. */
const PREVENTION: SampleClinic['prevention'] = {
  filter: { purpose: 'prevention', areas: ['Roma Nord', 'Roma Centro'], interests: ['prevention'] },
  reached: PEOPLE.filter(mayGetPrevention).map(({ ref }) => ref),
};

function mayGetPrevention({ area, tags, agreed, verification, special }: SamplePerson): boolean {
  const wanted = area.startsWith('Roma') && tags.includes('prevention');
  return wanted && agreed.includes('prevention') && verification !== null && special === undefined;
}

function withdrawalOf({ phone, country, special }: SamplePerson): SampleClinic['withdrawals'] {
  const person = { phone, country };
  if (special === 'stopped') return [{ person, scope: 'all', source: 'whatsapp' }];
  if (special === 'preventionWithdrawn') return [{ person, scope: 'prevention', source: 'desk' }];
  return [];
}

/**
 * An invented clinic group with patients in four languages and four time zones, and with every kind of row that
 * must be left out. Appointments lie around `now`, so that each stage has something due whenever it is made; the
 * zones are far enough apart that somewhere it is always day.
 *
 * @param now ms since epoch; the same instant gives the same sample
 */
export function sampleClinic(now: number): SampleClinic {
  const appointments = rowsAt(now);
  return {
    controller: CONTROLLER,
    sender: SENDER,
    contacts: PEOPLE.map((person) => ({ ...person, consents: consentsOf(person, now) })),
    withdrawals: PEOPLE.flatMap(withdrawalOf),
    appointments,
    history: PLANS.flatMap((plan, index) => {
      const row = appointments[index];
      if (!row || !plan.sentBefore) return [];
      const start = parseStart(row.startsAt, row.zone);
      if (!start.ok) throw new Error(`The sample's ${plan.id} has no start`);
      const occurrence = occurrenceOf({ id: plan.id, startsAt: start.at, status: 'booked' });
      return [{ appointmentId: plan.id, occurrence, stage: plan.sentBefore, phone: personOf(plan).phone }];
    }),
    expected: expectationsAt(now, appointments, { version: 1, ...policy }),
    prevention: PREVENTION,
    phones: PEOPLE.map(({ phone, firstName, special }) => ({
      phone,
      name: firstName,
      onWhatsApp: special !== 'noWhatsApp',
    })),
    mustNotLeave: MUST_NOT_LEAVE,
  };
}
