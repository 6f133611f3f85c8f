import fc from 'fast-check';
import type { ClaimResult, Registry } from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  request,
  status,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const PEOPLE = 40;
const RATE = 80;

let test: TestRegistry;
let registry: Registry;

beforeEach(async () => {
  test = await testRegistry();
  registry = test.registry;
  const rows = Array.from({ length: PEOPLE }, (_, number) => consent(number));
  await registry.consent.record('aurora', rows, 'test');
});
afterEach(() => test.close());

let claims = 0;

/** One message each to so many people, as one batch of one process. */
function claim(
  from: Registry,
  count: number,
  messagesPerSecond = RATE,
  change: object = {},
): Promise<ClaimResult[]> {
  claims += 1;
  const requests = Array.from({ length: count }, (_, number) =>
    request(number, { occurrence: `P-${claims}-${number}` }),
  );
  return from.outbox.claim(context({ messagesPerSecond, ...change }), requests);
}

const instants = (results: readonly ClaimResult[]): number[] =>
  results.flatMap((result) => (result.claimed && result.callAt !== undefined ? [result.callAt] : []));
const codes = (results: readonly ClaimResult[]) =>
  results.map((result) => (result.claimed ? 'claimed' : result.code));

async function settleAll(results: readonly ClaimResult[], code: string): Promise<void> {
  for (const result of results) {
    if (!result.claimed) continue;
    await registry.outbox.markCalling([result.outboxId]);
    await registry.outbox.settleCall(result.outboxId, { state: 'released', code });
  }
}

/** Half-open: what a provider counts from one instant on. */
function mostWithin(starts: readonly number[], ms: number): number {
  const sorted = [...starts].sort((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((from, index) => sorted.slice(index).filter((at) => at < from + ms).length),
  );
}

describe('the pace that processes share', () => {
  it('gives two processes of one sender instants that do not overlap', async () => {
    const other = await test.again();
    const given = [
      ...instants(await claim(registry, 20)),
      ...instants(await claim(other, 20, RATE, { owner: 'there/2/2' })),
    ];
    expect(given).toHaveLength(40);
    expect(mostWithin(given, 250)).toBeLessThanOrEqual(RATE / 4);
  });

  it('lets a run through in little more than its share of the time', async () => {
    const given = [...instants(await claim(registry, 20)), ...instants(await claim(registry, 20))];
    expect(Math.max(...given) - NOW).toBeLessThanOrEqual((1.1 * 40 * 1_000) / RATE);
  });

  it('saves up nothing while nobody sends', async () => {
    await claim(registry, 10);
    test.clock.set(NOW + HOUR);
    expect(mostWithin(instants(await claim(registry, 40)), 100)).toBeLessThanOrEqual(RATE / 10);
  });

  it('never gives more than the rate within any time, whoever claims whenever how much', async () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 700 }),
      count: fc.integer({ min: 1, max: 15 }),
      other: fc.boolean(),
    });
    const other = await test.again();
    let at = NOW;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        at += 10 * HOUR;
        const given: number[] = [];
        for (const { after, count, other: second } of steps) {
          at += after;
          test.clock.set(at);
          given.push(...instants(await claim(second ? other : registry, count)));
        }
        for (const ms of [50, 250, 1_000])
          expect(mostWithin(given, ms)).toBeLessThanOrEqual((RATE * ms) / 1_000 + 1);
        expect(given.every((instant) => instant <= at + 1_000 + (16 * 1_000) / RATE)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  it('decides nothing while the instants are far off, so that a STOP in between counts', async () => {
    await claim(registry, 40, 20);
    const [first, ...rest] = await claim(registry, 5, 20);
    expect(first).toMatchObject({ claimed: false, code: 'rateLimited', outboxId: null });
    expect(rest.every((result) => !result.claimed && result.code === 'rateLimited')).toBe(true);
    const rows = await registry.outbox.list('aurora', { states: ['refused'] });
    expect(rows).toEqual([]);
    if (first?.claimed === false) test.clock.set(first.nextPermittedAt ?? 0);
    expect(codes(await claim(registry, 5, 20))).toEqual(Array(5).fill('claimed'));
  });

  it('takes no instant for a dry run, nor for a message that the gate refuses', async () => {
    await claim(registry, 40, 20, { dryRun: true });
    await registry.outbox.claim(context({ messagesPerSecond: 20 }), [request(900)]);
    expect(Math.min(...instants(await claim(registry, 1, 20)))).toBe(NOW);
  });

  it('slows all processes after "throughput exceeded", once for many answers, and recovers', async () => {
    const spacing = async () => {
      const given = instants(await claim(registry, 11));
      return ((given[10] ?? 0) - (given[0] ?? 0)) / 10;
    };
    const full = await spacing();
    await settleAll(await claim(await test.again(), 5), 'rateLimited');
    expect(codes(await claim(registry, 1))).toEqual(['claimed']);
    test.clock.set(NOW + 2_000);
    const slow = await spacing();
    expect(slow).toBeGreaterThan(1.3 * full);
    expect(slow).toBeLessThan(1.6 * full);
    test.clock.set(NOW + 60_000);
    expect(await spacing()).toBeCloseTo(full);
  });

  it('gives a message that missed its instant another one, behind those of the others', async () => {
    const given = instants(await claim(registry, 10));
    const slots = await registry.sending.slots(context({ messagesPerSecond: RATE }), 3);
    expect(slots).toHaveLength(3);
    expect(Math.min(...slots)).toBeGreaterThan(Math.max(...given));
    expect(mostWithin([...given, ...slots], 100)).toBeLessThanOrEqual(RATE / 10);
  });
});

describe('the pace of one person', () => {
  /** Answers to what the person wrote, which no cap of the policy counts; two to each message. */
  const toOne = async (from: Registry, count: number) => {
    const said = Array.from({ length: Math.ceil(count / 2) }, () => message(1, { at: test.clock.now() }));
    const items = await registry.inbox.receive('metaCloud', said);
    const requests = Array.from({ length: count }, (_, index) => {
      const eventId = items[Math.floor(index / 2)]?.eventId ?? '';
      const answer = {
        basis: { kind: 'reply', eventId },
        occurrence: eventId,
        stage: `s${index % 2}`,
      } as const;
      return request(1, { ...answer, kind: 'reply', asks: null });
    });
    return from.outbox.claim(context(), requests);
  };

  it('lets a burst of 45 through over all processes, then one each six seconds', async () => {
    const other = await test.again();
    const first = await toOne(registry, 30);
    const second = await toOne(other, 30);
    const refused = [...first, ...second].filter((result) => !result.claimed);
    expect(refused).toHaveLength(15);
    expect(refused[0]).toMatchObject({ code: 'pairRateLimited', nextPermittedAt: NOW + 6_000 });
    test.clock.set(NOW + 6_000);
    expect(codes(await toOne(registry, 2))).toEqual(['claimed', 'pairRateLimited']);
    test.clock.set(NOW + 6_000 * 46);
    expect(codes(await toOne(registry, 45)).filter((code) => code === 'claimed')).toHaveLength(45);
  });

  it('spaces the person for other messages too after Meta has said so', async () => {
    const [claimed] = await toOne(registry, 1);
    if (!claimed?.claimed) throw new Error('not claimed');
    await registry.outbox.markCalling([claimed.outboxId]);
    const spaced = { state: 'released', code: 'pairRateLimited', retryAfterMs: 4_000 } as const;
    await registry.outbox.settleCall(claimed.outboxId, spaced);
    const [other] = await toOne(registry, 1);
    expect(other).toMatchObject({ code: 'pairRateLimited', nextPermittedAt: NOW + 4_000 });
    test.clock.set(NOW + 4_000);
    expect(codes(await toOne(registry, 1))).toEqual(['claimed']);
  });
});

describe('what the provider says of more than one message', () => {
  const called = async (number: number, change: object = {}): Promise<string> => {
    const [claimed] = await registry.outbox.claim(context(), [request(number, change)]);
    if (!claimed?.claimed) throw new Error(`not claimed: ${claimed?.code ?? ''}`);
    await registry.outbox.markCalling([claimed.outboxId]);
    return claimed.outboxId;
  };
  const failed = (outboxId: string, errorCode: string) =>
    registry.inbox.receive('metaCloud', [status(outboxId, 'failed', { errorCode })]);
  const marketing = { purpose: 'prevention', occurrence: 'C-1', kind: 'campaign:autumn' } as const;
  const allowMarketing = (number: number) =>
    registry.consent.record('aurora', [consent(number, { purpose: 'prevention' })], 'test');

  it.each(['answer', 'status'])(
    'halts the sender for all processes by its %s, with one task',
    async (way) => {
      const ids = [await called(1), await called(2)];
      for (const id of ids) {
        if (way === 'status') await failed(id, '131042');
        else await registry.outbox.settleCall(id, { state: 'released', code: 'providerHalted' });
      }
      const other = await test.again();
      const [refused] = await other.outbox.claim(context(), [request(3)]);
      expect(refused).toMatchObject({ claimed: false, code: 'senderHalted' });
      const tasks = await registry.desk.listTasks('aurora', { kind: 'senderHalted' });
      expect(tasks).toMatchObject([{ state: 'open', about: context().phoneNumberId }]);
      expect(await registry.senders.get('metaCloud', context().phoneNumberId)).toMatchObject({
        haltedCode: 'providerHalted',
        haltedAt: NOW,
      });
    },
  );

  it('sends again only after a person has lifted the halt, which is on record', async () => {
    await registry.outbox.settleCall(await called(1), { state: 'released', code: 'providerHalted' });
    test.clock.set(NOW + 48 * HOUR);
    expect(codes(await registry.outbox.claim(context(), [request(2)]))).toEqual(['senderHalted']);
    await registry.senders.liftHalt('metaCloud', context().phoneNumberId, 'cli:ada');
    expect(codes(await registry.outbox.claim(context(), [request(2)]))).toEqual(['claimed']);
    expect(await registry.desk.listTasks('aurora', { state: 'open', kind: 'senderHalted' })).toEqual([]);
    const [last] = (await registry.audit.list('aurora')).filter(({ action }) => action === 'sender.liftHalt');
    expect(last).toMatchObject({ actor: 'cli:ada' });
  });

  it('stops utility messages for a week after 131064, and nothing else', async () => {
    await allowMarketing(2);
    const week = 7 * 24 * HOUR;
    const halted = { state: 'released', code: 'utilityHalted', retryAfterMs: week } as const;
    await registry.outbox.settleCall(await called(1), halted);
    const [utility] = await registry.outbox.claim(context(), [request(2)]);
    expect(utility).toMatchObject({ code: 'utilityHalted', nextPermittedAt: NOW + week });
    const offer = request(2, { ...marketing, metaCategory: 'MARKETING' });
    expect(codes(await registry.outbox.claim(context(), [offer]))).toEqual(['claimed']);
    test.clock.set(NOW + week);
    expect(codes(await registry.outbox.claim(context(), [request(2)]))).toEqual(['claimed']);
  });

  it.each(['answer', 'status'])('holds marketing back for a day after 131049 by its %s', async (way) => {
    await allowMarketing(1);
    const id = await called(1, marketing);
    const held = { state: 'released', code: 'marketingHeld', retryAfterMs: 24 * HOUR } as const;
    if (way === 'status') await failed(id, '131049');
    else await registry.outbox.settleCall(id, held);
    test.clock.set(NOW + 23 * HOUR);
    const [early] = await registry.outbox.claim(context(), [request(1, marketing)]);
    expect(early).toMatchObject({ code: 'marketingHeld', nextPermittedAt: NOW + 24 * HOUR, outboxId: id });
    expect(await registry.outbox.done('aurora', marketing.kind, [marketing.occurrence])).toEqual(new Set());
    test.clock.set(NOW + 24 * HOUR);
    expect(codes(await registry.outbox.claim(context(), [request(1, marketing)]))).toEqual(['claimed']);
  });

  it.each(['answer', 'status'])(
    'suppresses marketing, and nothing else, after 131050 by its %s',
    async (way) => {
      await allowMarketing(1);
      const id = await called(1, marketing);
      if (way === 'status') await failed(id, '131050');
      else
        await registry.outbox.settleCall(id, { state: 'failed', code: 'objected', providerCode: '131050' });
      const offer = request(1, { ...marketing, occurrence: 'C-2' });
      expect(codes(await registry.outbox.claim(context(), [offer, request(1)]))).toEqual([
        'suppressed',
        'claimed',
      ]);
    },
  );

  it('slows the sender by a status too', async () => {
    const given = instants(await claim(registry, 2));
    await failed(await called(1), '130429');
    test.clock.set(NOW + 2_000);
    const slow = instants(await claim(registry, 2));
    const gap = (list: number[]) => (list[1] ?? 0) - (list[0] ?? 0);
    expect(gap(slow)).toBeGreaterThan(1.3 * gap(given));
  });
});
