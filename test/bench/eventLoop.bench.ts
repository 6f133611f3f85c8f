/**
 * How long the embedded registry holds n8n's event loop at a time: the longest stretch of one operation in which no
 * timer could run. Processor time of this thread leaves out what others do on a busy machine, and is coarse on some;
 * the time on the wall is the upper bound.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry, type ConsentInput, type InboundEvent, type Registry } from '../../core';
import { benchConsent, saveBenchClinic } from '../support/benchClinic';
import { numberOf } from '../support/consentTable';

/** What the design allows. */
const MOST_MS = 20;
const SENDER = '100200300';
const NOON = Date.parse('2026-11-24T11:00:00Z');

async function registryIn(folder: string): Promise<Registry> {
  const registry = await openRegistry({
    database: { kind: 'embedded', file: join(folder, 'registry.sqlite') },
    masterKey: randomBytes(32),
    clock: { now: () => NOON },
    random: { bytes: (length) => randomBytes(length) },
  });
  await saveBenchClinic(registry, 'it');
  await registry.senders.save(
    {
      controllerKey: 'aurora',
      provider: 'metaCloud',
      phoneNumberId: SENDER,
      businessAccountId: '900',
      displayName: 'Aurora',
      testNumbers: [],
    },
    'bench',
  );
  return registry;
}

const consentOf = (index: number, purpose: 'appointment' | 'prevention'): ConsentInput => ({
  ...benchConsent(index, purpose, NOON - 86_400_000),
  profile: { language: 'it', area: 'north', tags: ['prevention'] },
});

const messageOf = (index: number): InboundEvent => ({
  kind: 'message',
  dedupeKey: `message:${index}`,
  phoneNumberId: SENDER,
  from: { waId: numberOf(index % 100).slice(1) },
  at: NOON,
  text: 'Buongiorno, vorrei spostare il mio appuntamento di giovedì, grazie',
  payload: null,
  contextId: null,
  mediaIds: [],
});

const LONG = 'Buongiorno, vorrei spostare il mio appuntamento. '.repeat(100).slice(0, 4_096);

const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

interface Block {
  readonly cpu: number;
  readonly wall: number;
}

/** The longest stretch between two ticks, in milliseconds. */
async function longestBlock(work: () => Promise<unknown>): Promise<Block> {
  let longest: Block = { cpu: 0, wall: 0 };
  let last: Block = { cpu: cpu(), wall: performance.now() };
  let ticking = true;
  const measure = (): void => {
    const now = { cpu: cpu(), wall: performance.now() };
    longest = {
      cpu: Math.max(longest.cpu, now.cpu - last.cpu),
      wall: Math.max(longest.wall, now.wall - last.wall),
    };
    last = now;
  };
  const tick = (): void => {
    measure();
    if (ticking) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  ticking = false;
  measure();
  return longest;
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

async function bench(registry: Registry): Promise<void> {
  const requests = many(5_000, (index) => ({
    person: { phone: numberOf(index) },
    purpose: 'appointment' as const,
  }));
  // What is made once, such as the zones of a country, is not counted.
  await registry.inbox.receive('metaCloud', [messageOf(1_000_000)]);
  const operations: [string, () => Promise<unknown>][] = [
    [
      'consent.record, 2,000 rows',
      () =>
        registry.consent.record(
          'aurora',
          many(2_000, (index) => consentOf(index, 'appointment')),
          'bench',
        ),
    ],
    [
      'consent.record, 5,000 rows',
      () =>
        registry.consent.record(
          'aurora',
          many(5_000, (index) => consentOf(index, 'prevention')),
          'bench',
        ),
    ],
    ['mayContact, 5,000', () => registry.consent.mayContact('aurora', requests)],
    ['inbox.receive, 200 events', () => registry.inbox.receive('metaCloud', many(200, messageOf))],
    [
      'inbox.receive, the longest text that WhatsApp carries',
      () => registry.inbox.receive('metaCloud', [{ ...messageOf(300), text: LONG } as InboundEvent]),
    ],
    [
      'audience.select over 5,000',
      () => registry.audience.select('aurora', { purpose: 'prevention', areas: ['north'] }),
    ],
    ['desk.listTasks', () => registry.desk.listTasks('aurora', { limit: 1_000 })],
    [
      'outbox.done, 5,000',
      () =>
        registry.outbox.done(
          'aurora',
          'reminder',
          many(5_000, (index) => `A-${index}`),
        ),
    ],
    ['audit.verify', () => registry.audit.verify('aurora')],
  ];
  for (const [name, work] of operations) {
    const { cpu: busy, wall } = await longestBlock(work);
    const tooLong = Math.min(busy, wall) > MOST_MS ? `, more than ${MOST_MS}` : '';
    console.log(`${name}: ${busy.toFixed(1)} ms of processor, ${wall.toFixed(1)} ms of time${tooLong}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'care-event-loop-'));
registryIn(folder)
  .then(async (registry) => {
    await bench(registry);
    await registry.close();
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
