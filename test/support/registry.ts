import { randomBytes } from 'node:crypto';
import {
  type ClaimContext,
  type ConsentInput,
  type ConsentProof,
  defaultPolicy,
  type InboundEvent,
  openRegistry,
  type Registry,
  type SendRequest,
} from '../../core';
import { emptyDatabase, type TestDatabase } from './database';

/** A Tuesday, 11:00 in Rome: no quiet hours anywhere near. */
export const NOW = Date.parse('2026-11-24T10:00:00Z');
export const HOUR = 3_600_000;
export const PHONE_NUMBER_ID = '100200300';

export interface TestRegistry {
  readonly registry: Registry;
  readonly database: TestDatabase;
  readonly masterKey: Buffer;
  readonly clock: { now(): number; set(at: number): void };
  /** Another process on the same file, as far as the file can tell. */
  again(masterKey?: Buffer): Promise<Registry>;
  close(): Promise<void>;
}

export const PROOF: ConsentProof = {
  textShown: 'I want to get messages of the clinic on WhatsApp.',
  textVersion: '1',
  language: 'en',
  reference: 'form-1',
  recordedBy: 'desk',
  businessNamed: 'Aurora',
  privacyNoticeVersion: '1',
};

/** An empty registry in a place of its own, with a controller and a sender that has ears. */
export async function testRegistry(
  mode: 'test' | 'live' = 'live',
  place?: TestDatabase,
): Promise<TestRegistry> {
  const database = place ?? (await emptyDatabase());
  let at = NOW;
  const clock = { now: () => at, set: (next: number) => void (at = next) };
  const key = randomBytes(32);
  const opened: Registry[] = [];
  const again = async (masterKey = key): Promise<Registry> => {
    const registry = await openRegistry({
      database: database.options,
      masterKey,
      clock,
      random: { bytes: (length) => randomBytes(length) },
      ownerAlive: (owner) => owner !== 'gone/1/1',
    });
    opened.push(registry);
    return registry;
  };
  const registry = await again();
  await registerAurora(registry, mode);
  return {
    registry,
    database,
    masterKey: key,
    clock,
    again,
    async close() {
      await Promise.all(opened.map((each) => each.close()));
      await database.remove();
    },
  };
}

/** The controller, and its sender with a workflow that hears answers. */
export async function registerAurora(registry: Registry, mode: 'test' | 'live' = 'live'): Promise<void> {
  await saveController(registry);
  await saveSender(registry, mode);
}

export async function saveController(registry: Registry): Promise<void> {
  const { version: _version, ...policy } = defaultPolicy('it');
  await registry.controllers.save(
    {
      key: 'aurora',
      name: 'Aurora',
      country: 'IT',
      languages: ['it', 'en'],
      zone: 'Europe/Rome',
      privacyNoticeUrl: 'https://aurora.example/privacy',
      allowedDomains: ['aurora.example'],
      locations: [{ name: 'Centro', zone: 'Europe/Rome' }],
      policy,
    },
    'test',
  );
}

async function saveSender(registry: Registry, mode: 'test' | 'live'): Promise<void> {
  await registry.senders.save(
    {
      controllerKey: 'aurora',
      provider: 'metaCloud',
      phoneNumberId: PHONE_NUMBER_ID,
      businessAccountId: '900',
      displayName: 'Aurora',
      testNumbers: [person(99)],
    },
    'test',
  );
  await registry.senders.stampInbox('metaCloud', PHONE_NUMBER_ID, NOW);
  await registry.senders.setMode('metaCloud', PHONE_NUMBER_ID, mode, 'test');
}

/** Numbers of the range that Ofcom keeps for drama: they ring nowhere. */
export function person(number: number): string {
  return `+442079460${String(number).padStart(3, '0')}`;
}

export function consent(number: number, change: Partial<ConsentInput> = {}): ConsentInput {
  return {
    person: { phone: person(number) },
    purpose: 'appointment',
    kind: 'given',
    source: 'desk form',
    occurredAt: NOW - 24 * HOUR,
    proof: PROOF,
    verification: 'desk',
    ...change,
  };
}

export function context(change: Partial<ClaimContext> = {}): ClaimContext {
  return {
    controllerKey: 'aurora',
    phoneNumberId: PHONE_NUMBER_ID,
    provider: 'metaCloud',
    actor: 'workflow:1/execution:1',
    owner: 'here/1/1',
    runSize: 1,
    ...change,
  };
}

export function request(number: number, change: Partial<SendRequest> = {}): SendRequest {
  return {
    person: { phone: person(number) },
    basis: { kind: 'purpose' },
    kind: 'reminder',
    occurrence: `A-${number}@2026-11-26T10:30:00Z`,
    stage: 'reminder48h',
    purpose: 'appointment',
    template: 'appointment_reminder_48h',
    templateVersion: 1,
    language: 'en',
    asks: { question: 'appointment', about: `A-${number}`, at: NOW + 48 * HOUR, zone: 'Europe/Rome' },
    closesAt: null,
    screened: ['You have an appointment on Thursday at 10:30.'],
    ...change,
  };
}

let messages = 0;

export function message(
  number: number,
  change: Partial<Extract<InboundEvent, { kind: 'message' }>> = {},
): InboundEvent {
  messages += 1;
  return {
    kind: 'message',
    dedupeKey: `message:${messages}`,
    phoneNumberId: PHONE_NUMBER_ID,
    from: { waId: person(number).slice(1) },
    at: NOW,
    text: 'Hello',
    payload: null,
    contextId: null,
    mediaIds: [],
    ...change,
  };
}

export function status(
  outboxId: string,
  value: string,
  change: Partial<Extract<InboundEvent, { kind: 'status' }>> = {},
): InboundEvent {
  return {
    kind: 'status',
    dedupeKey: `status:${outboxId}:${value}`,
    phoneNumberId: PHONE_NUMBER_ID,
    messageId: `wamid.${outboxId}`,
    status: value,
    at: NOW,
    outboxId,
    errorCode: null,
    ...change,
  };
}

/** Claims one message and lets the provider accept it. */
export async function sent(
  registry: Registry,
  number: number,
  change: Partial<SendRequest> = {},
): Promise<string> {
  const [claim] = await registry.outbox.claim(context(), [request(number, change)]);
  if (!claim?.claimed) throw new Error(`The claim was refused: ${claim?.code ?? 'nothing'}`);
  await registry.outbox.markCalling([claim.outboxId]);
  await registry.outbox.settleCall(claim.outboxId, {
    state: 'accepted',
    messageId: `wamid.${claim.outboxId}`,
  });
  return claim.outboxId;
}
