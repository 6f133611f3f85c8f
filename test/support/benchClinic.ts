import { type ConsentInput, defaultPolicy, type PackId, type Purpose, type Registry } from '../../core';
import { numberOf } from './consentTable';

/** A controller for benchmarks, under the pack whose quiet hours suit them. */
export async function saveBenchClinic(registry: Registry, pack: PackId): Promise<void> {
  const { version: _version, ...policy } = defaultPolicy(pack);
  await registry.controllers.save(
    {
      key: 'aurora',
      name: 'Aurora',
      country: 'IT',
      languages: ['it'],
      zone: 'Europe/Rome',
      privacyNoticeUrl: 'https://aurora.example/privacy',
      allowedDomains: [],
      locations: [{ name: 'Aurora Nord', zone: 'Europe/Rome' }],
      policy,
    },
    'bench',
  );
}

export const benchConsent = (index: number, purpose: Purpose, occurredAt: number): ConsentInput => ({
  person: { phone: numberOf(index) },
  purpose,
  kind: 'given',
  source: 'bench',
  occurredAt,
  verification: 'desk',
  proof: {
    textShown: 'Bench',
    textVersion: '1',
    language: 'it',
    reference: 'bench',
    recordedBy: 'bench',
    businessNamed: 'Aurora',
    privacyNoticeVersion: '1',
  },
});
