import type { ConsentInput, ConsentProof } from '../../core';
import { PLANS } from './appointments';
import type { SamplePerson } from './types';

const DAY = 86_400_000;

const proofFor = ({ ref, language }: SamplePerson): ConsentProof => ({
  textShown: 'Sample consent form, shown at the desk of the invented clinic',
  textVersion: '2026-01',
  language,
  reference: `form-${ref}`,
  recordedBy: 'Desk Aurora',
  businessNamed: 'Poliambulatorio Aurora',
  privacyNoticeVersion: '2026-01',
});

/** The events that the registry records of a person: one per purpose, and one per child. */
export function consentsOf(person: SamplePerson, now: number): ConsentInput[] {
  const { phone, country, language, area, preferredTime, zone, tags, verification, special } = person;
  const given = {
    person: { phone, country },
    kind: 'given',
    source: 'desk',
    occurredAt: now - (special === 'expired' ? 400 : 60) * DAY,
    proof: proofFor(person),
    ...(special === 'expired' ? { validUntil: now - 10 * DAY } : {}),
    ...(verification ? { verification } : {}),
  } as const;
  const own = person.agreed.map((purpose) => ({
    ...given,
    purpose,
    profile: { language, area, preferredTime, zone, tags, relation: 'active' },
  }));
  const children = PLANS.flatMap(({ who, child }) => (who === person.ref && child ? [child] : []));
  const forChildren = children.map(({ ref }) => ({
    ...given,
    purpose: 'appointment' as const,
    subject: { ref, relation: 'child' as const },
  }));
  return [...own, ...forChildren];
}
