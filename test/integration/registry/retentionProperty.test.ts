import fc from 'fast-check';
import { CONSENT_KINDS, PURPOSES } from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  request,
  status,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const DAY = 24 * HOUR;
const PEOPLE = 3;
/** Nearly ten years, in which every kind of row but the audit grows old. */
const END = NOW + 3600 * DAY;
const OUTBOX_DAYS = 730;
const INBOUND_DAYS = 180;

const who = fc.integer({ min: 0, max: PEOPLE - 1 });
const purpose = fc.constantFrom(...PURPOSES);
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('wait'), days: fc.integer({ min: 1, max: 900 }) }), weight: 3 },
  fc.record({
    do: fc.constant('consent'),
    who,
    purpose,
    kind: fc.constantFrom(...CONSENT_KINDS),
    age: fc.integer({ min: 0, max: 3000 }),
  }),
  {
    arbitrary: fc.record({
      do: fc.constant('send'),
      who,
      purpose,
      occurrence: fc.integer({ min: 0, max: 5 }),
      inDays: fc.integer({ min: 1, max: 900 }),
      end: fc.constantFrom('accepted', 'delivered', 'failed', 'unknown'),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('hear'),
      who,
      text: fc.constantFrom('STOP', 'START', 'Hello', 'Yes', 'Wrong number'),
      confirm: fc.boolean(),
      task: fc.boolean(),
      tag: fc.boolean(),
    }),
    weight: 2,
  },
  fc.record({
    do: fc.constant('wish'),
    who,
    purpose,
    messages: fc.integer({ min: 0, max: 3 }),
    days: fc.integer({ min: 1, max: 800 }),
  }),
  fc.record({ do: fc.constant('purge') }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Of<D extends Step['do']> = Extract<Step, { do: D }>;

/** One clinic in which people say things and are written to, over years. */
class History {
  private readonly used = new Map<string, number>();
  private readonly lastEvent = new Map<number, { id: string; at: number }>();

  constructor(private readonly test: TestRegistry) {}

  private now(): number {
    return this.test.clock.now();
  }

  async take(next: Step): Promise<void> {
    switch (next.do) {
      case 'wait':
        this.wait(next.days);
        return;
      case 'consent':
        return this.consent(next);
      case 'send':
        return this.send(next);
      case 'hear':
        return this.hear(next);
      case 'wish':
        return this.wish(next);
      case 'purge':
        return this.purge();
    }
  }

  private wait(days: number): void {
    this.test.clock.set(Math.min(this.now() + days * DAY, END));
  }

  async purge(): Promise<void> {
    await this.test.registry.retention.purge('aurora', { actor: 'test' });
  }

  private async consent({ who, purpose, kind, age }: Of<'consent'>): Promise<void> {
    const row = consent(who, { purpose, kind, occurredAt: this.now() - age * DAY });
    await this.test.registry.consent.record('aurora', [row], 'test');
  }

  private async send({ who, purpose, occurrence, inDays, end }: Of<'send'>): Promise<void> {
    const { outbox, inbox } = this.test.registry;
    const key = `visit-${occurrence}`;
    const at = this.now() + inDays * DAY;
    const asks = { question: 'appointment', about: key, at, zone: 'Europe/Rome' } as const;
    const [claim] = await outbox.claim(context(), [request(who, { purpose, occurrence: key, asks })]);
    if (!claim?.claimed) return;
    this.used.set(key, this.now());
    await outbox.markCalling([claim.outboxId]);
    if (end === 'failed') {
      await outbox.settleCall(claim.outboxId, { state: 'failed', code: 'providerRefused' });
    } else if (end === 'unknown') {
      await outbox.settleCall(claim.outboxId, { state: 'unknown' });
    } else {
      await outbox.settleCall(claim.outboxId, { state: 'accepted', messageId: `wamid.${claim.outboxId}` });
      if (end === 'delivered')
        await inbox.receive('metaCloud', [status(claim.outboxId, 'delivered', { at: this.now() })]);
    }
  }

  private async hear({ who, text, confirm, task, tag }: Of<'hear'>): Promise<void> {
    const { desk, inbox, outbox, tags } = this.test.registry;
    const [item] = await inbox.receive('metaCloud', [message(who, { text, at: this.now() })]);
    if (!item) throw new Error('The message was not heard');
    this.lastEvent.set(who, { id: item.eventId, at: this.now() });
    if (confirm) {
      const [claim] = await outbox.claim(context(), [this.confirmation(who, item.eventId)]);
      if (claim?.claimed) {
        await outbox.markCalling([claim.outboxId]);
        await outbox.settleCall(claim.outboxId, { state: 'accepted', messageId: `wamid.${claim.outboxId}` });
      }
    }
    if (task) await desk.openTask('aurora', { kind: 'other', eventId: item.eventId }, 'test');
    if (tag)
      await tags.update(
        'aurora',
        { phone: person(who) },
        { add: ['yoga'] },
        { eventId: item.eventId },
        'test',
      );
  }

  private async wish({ who, purpose, messages, days }: Of<'wish'>): Promise<void> {
    const { consent: consents, tags } = this.test.registry;
    const people = [{ person: { phone: person(who) }, purpose }];
    const [known] = await consents.mayContact('aurora', people);
    if (!known?.contactRef) return;
    const change = { frequency: { purpose, messages, days } };
    await tags.update('aurora', { contactRef: known.contactRef }, change, { recordedBy: 'Anna' }, 'test');
  }

  /** A status of whatever message: the sender has ears. */
  async hearStatus(): Promise<void> {
    const event = status('x', 'sent', { outboxId: null, dedupeKey: 'ears', at: this.now() });
    await this.test.registry.inbox.receive('metaCloud', [event]);
  }

  private confirmation(who: number, eventId: string) {
    return request(who, {
      basis: { kind: 'reply', eventId },
      kind: 'optOutConfirmation',
      occurrence: eventId,
      template: 'opt_out_confirmation',
    });
  }

  /** What the gate says of everybody, of every message inside its period, and of answers to what was just heard. */
  async answers(): Promise<unknown[]> {
    const { consent: consents, outbox } = this.test.registry;
    const everybody = Array.from({ length: PEOPLE }, (_, index) => index);
    const asked = everybody.flatMap((index) =>
      PURPOSES.map((each) => ({ person: { phone: person(index) }, purpose: each })),
    );
    const young = [...this.used].filter(([, at]) => at > this.now() - OUTBOX_DAYS * DAY);
    const sends = everybody.flatMap((index) => [
      ...young.map(([occurrence]) => request(index, { occurrence })),
      ...PURPOSES.map((each) => request(index, { occurrence: `new-${index}-${each}`, purpose: each })),
      ...[this.lastEvent.get(index)].flatMap((event) =>
        event && event.at > this.now() - INBOUND_DAYS * DAY ? [this.confirmation(index, event.id)] : [],
      ),
    ]);
    const told: { code?: string; claimed?: boolean; nextPermittedAt?: number | null }[] =
      await consents.mayContact('aurora', asked);
    for (const send of sends) told.push(...(await outbox.claim(context({ dryRun: true }), [send])));
    // Of somebody who never gave a right the registry may forget that they once wrote.
    const nobody = (code?: string) => (NOBODY.includes(code ?? '') ? 'nobody' : code);
    return told.map((each) => [each.claimed ?? null, nobody(each.code), each.nextPermittedAt ?? null]);
  }
}

/** What is said of anybody without a right, whether on record or not. */
const NOBODY = ['unknownContact', 'noConsent', 'mandateMissing'];

/** So short that the years of a history are longer than any of them. */
const RETENTION = {
  consentFactsYears: 5,
  inboundDays: INBOUND_DAYS,
  outboxDays: OUTBOX_DAYS,
  auditDays: 3653,
};

describe('whatever is purged', () => {
  it('changes no decision and no idempotency key inside its period', async () => {
    const history = fc.array(step, { minLength: 4, maxLength: 24 });
    const wait = fc.record({ do: fc.constant('wait'), days: fc.integer({ min: 0, max: 3600 }) });
    await fc.assert(
      fc.asyncProperty(history, wait, fc.boolean(), async (steps, later, ears) => {
        const test = await testRegistry();
        try {
          await test.registry.controllers.setPolicy('aurora', { retention: RETENTION }, 'test');
          const history = new History(test);
          for (const next of steps) await history.take(next);
          await history.take(later);
          if (ears) await history.hearStatus();
          const before = await history.answers();
          await history.purge();
          expect(await history.answers()).toEqual(before);
        } finally {
          await test.close();
        }
      }),
      { numRuns: 30 },
    );
  }, 240_000);
});
