/**
 * Speed of the embedded registry, as ratios against the naive way in the same run: one question a person instead of
 * one for all. Absolute figures depend on the machine; the ratios are what may be compared.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ConsentInput,
  type ContactRequest,
  defaultPolicy,
  detectPhi,
  openRegistry,
  type Registry,
} from '../../core';

const PEOPLE = 5_000;
const NAIVE = 250;
const NOON = Date.parse('2026-11-24T11:00:00Z');
const MESSAGE = 'Reminder: you have an appointment on Thursday at 10:30. Reply 1 to confirm or 2 to move it.';

const phone = (index: number): string => `+3932${String(10_000_000 + index)}`;

async function perSecond(count: number, work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}

function consents(): ConsentInput[] {
  const proof = {
    textShown: 'Bench',
    textVersion: '1',
    language: 'it',
    reference: 'bench',
    recordedBy: 'bench',
    businessNamed: 'Aurora',
    privacyNoticeVersion: '1',
  };
  return Array.from({ length: PEOPLE }, (_, index) => ({
    person: { phone: phone(index) },
    purpose: 'appointment',
    kind: 'given',
    source: 'bench',
    occurredAt: NOON - 86_400_000,
    proof,
    verification: 'desk',
  }));
}

async function setUp(folder: string): Promise<Registry> {
  const registry = await openRegistry({
    database: { kind: 'embedded', file: join(folder, 'registry.sqlite') },
    masterKey: randomBytes(32),
    clock: { now: () => NOON },
    random: { bytes: (length) => randomBytes(length) },
  });
  const { version: _version, ...policy } = defaultPolicy('it');
  await registry.controllers.save(
    {
      key: 'aurora',
      name: 'Aurora',
      country: 'IT',
      languages: ['it'],
      zone: 'Europe/Rome',
      privacyNoticeUrl: 'https://aurora.example/privacy',
      allowedDomains: [],
      locations: [],
      policy,
    },
    'bench',
  );
  return registry;
}

async function bench(registry: Registry): Promise<void> {
  const requests: ContactRequest[] = Array.from({ length: PEOPLE }, (_, index) => ({
    person: { phone: phone(index) },
    purpose: 'appointment',
  }));
  const recorded = await perSecond(PEOPLE, () => registry.consent.record('aurora', consents(), 'bench'));
  const batch = await perSecond(PEOPLE, () => registry.consent.mayContact('aurora', requests));
  const naive = await perSecond(NAIVE, async () => {
    for (const request of requests.slice(0, NAIVE)) await registry.consent.mayContact('aurora', [request]);
  });
  const screened = await perSecond(PEOPLE, () => {
    for (let index = 0; index < PEOPLE; index += 1) detectPhi(`${MESSAGE} ${index}`);
  });
  const whole = (value: number): string => Math.round(value).toLocaleString('en');
  console.log(`consents recorded             ${whole(recorded)}/s`);
  console.log(`may contact, one by one       ${whole(naive)}/s`);
  console.log(
    `may contact, all at once      ${whole(batch)}/s   ${(batch / naive).toFixed(1)} times one by one`,
  );
  console.log(`messages screened             ${whole(screened)}/s`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'care-bench-'));
  const registry = await setUp(folder);
  try {
    await bench(registry);
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
