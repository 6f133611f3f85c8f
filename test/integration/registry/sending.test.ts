import type { ClaimResult, Registry, SendRequest } from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  PHONE_NUMBER_ID,
  request,
  sent,
  status,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

let test: TestRegistry;
let registry: Registry;

beforeEach(async () => {
  test = await testRegistry();
  registry = test.registry;
  const rows = Array.from({ length: 30 }, (_, number) => consent(number));
  await registry.consent.record('aurora', rows, 'test');
});
afterEach(() => test.close());

const codes = (results: readonly ClaimResult[]) =>
  results.map((result) => (result.claimed ? 'claimed' : result.code));
const to = (numbers: readonly number[], change: Partial<SendRequest> = {}): SendRequest[] =>
  numbers.map((number) => request(number, change));
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const limit = (people: number | null) =>
  registry.sending.setPortfolioLimit('metaCloud', PHONE_NUMBER_ID, people);

describe('the people whom the portfolio may write to in 24 hours', () => {
  it('claims for no more new people than Meta permits, over all senders and processes of the portfolio', async () => {
    await limit(10);
    const sender = await registry.senders.get('metaCloud', PHONE_NUMBER_ID);
    const second = { ...sender, controllerKey: 'aurora', phoneNumberId: '100200301', testNumbers: [] };
    await registry.senders.save(
      {
        controllerKey: second.controllerKey,
        provider: 'metaCloud',
        phoneNumberId: second.phoneNumberId,
        businessAccountId: sender.businessAccountId,
        displayName: 'Aurora 2',
        testNumbers: [],
      },
      'test',
    );
    await registry.senders.setMode('metaCloud', second.phoneNumberId, 'live', 'test');
    expect(codes(await registry.outbox.claim(context(), to(upTo(6))))).toEqual(Array(6).fill('claimed'));
    const other = await test.again();
    const bySecond = context({ phoneNumberId: second.phoneNumberId, owner: 'there/2/2' });
    const results = await other.outbox.claim(bySecond, to(upTo(6, 6)));
    expect(codes(results)).toEqual([...Array(4).fill('claimed'), 'portfolioBudget', 'portfolioBudget']);
  });

  it('counts a person once, and nobody whose service window is open', async () => {
    await limit(3);
    const heard = { at: NOW - HOUR } as const;
    await registry.inbox.receive('metaCloud', [message(7, heard), message(8, heard)]);
    const all = [
      ...to([0, 1, 7, 8]),
      ...to([0, 1], { occurrence: 'again' }).map((each, index) => ({
        ...each,
        occurrence: `again-${index}`,
      })),
      ...to([2]),
    ];
    expect(codes(await registry.outbox.claim(context(), all))).toEqual(Array(7).fill('claimed'));
    expect(codes(await registry.outbox.claim(context(), to([3])))).toEqual(['portfolioBudget']);
  });

  it('has room again as people drop out of the 24 hours', async () => {
    await limit(2);
    await sent(registry, 0);
    test.clock.set(NOW + HOUR);
    await sent(registry, 1);
    const [refused] = await registry.outbox.claim(context(), to([2]));
    expect(refused).toMatchObject({ code: 'portfolioBudget' });
    // Nobody asks the registry to count more often than this.
    test.clock.set(NOW + 24 * HOUR + 61_000);
    expect(codes(await registry.outbox.claim(context(), to([2, 3])))).toEqual(['claimed', 'portfolioBudget']);
  });

  it('does not start a campaign that does not fit, says so in numbers of people, and writes nothing', async () => {
    await limit(10);
    await registry.campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'prevention' }, 'test');
    for (const number of upTo(4)) await sent(registry, number);
    const campaign = to(upTo(9), { campaignKey: 'autumn', occurrence: 'c', kind: 'campaign:autumn' });
    expect(await registry.sending.begin(context(), campaign)).toEqual({ starts: true });
    const larger = to(upTo(12), { campaignKey: 'autumn', kind: 'campaign:autumn' });
    const verdict = await registry.sending.begin(context(), larger);
    expect(verdict).toMatchObject({
      starts: false,
      code: 'portfolioBudget',
      nextPermittedAt: NOW + 24 * HOUR,
    });
    expect(verdict).toMatchObject({
      sentence: expect.stringMatching(/write to 8 people first; of the 10 .* 6 are left/) as string,
    });
    const { planned } = await registry.campaigns.progress('aurora', 'autumn');
    expect(planned).toBe(9);
  });

  it('gives no time for a run that is larger than the limit itself', async () => {
    await limit(5);
    const verdict = await registry.sending.begin(context(), to(upTo(6), { campaignKey: 'autumn' }));
    expect(verdict).toMatchObject({ starts: false, nextPermittedAt: null });
  });

  it.each([
    ['not known', undefined],
    ['unlimited', null],
  ])('limits nothing when the limit is %s', async (_name, people) => {
    if (people !== undefined) await limit(people);
    expect(await registry.sending.begin(context(), to(upTo(30)))).toEqual({ starts: true });
    expect(new Set(codes(await registry.outbox.claim(context(), to(upTo(30)))))).toEqual(
      new Set(['claimed']),
    );
  });

  it('takes nothing of the limit in a dry run', async () => {
    await limit(5);
    const dry = await registry.outbox.claim(context({ dryRun: true }), to(upTo(5)));
    expect(new Set(codes(dry))).toEqual(new Set(['claimed']));
    expect(new Set(codes(await registry.outbox.claim(context(), to(upTo(5)))))).toEqual(new Set(['claimed']));
  });
});

describe('a campaign and its runs', () => {
  const campaignOf = (numbers: readonly number[]) =>
    to(numbers, { campaignKey: 'autumn', kind: 'campaign:autumn', purpose: 'appointment' });

  it('knows its largest run, its first and its last, and how far its messages have come', async () => {
    await registry.campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'prevention' }, 'test');
    expect(await registry.campaigns.progress('aurora', 'autumn')).toMatchObject({
      planned: null,
      states: {},
    });
    await registry.sending.begin(context(), campaignOf(upTo(4)));
    const [first, second] = await registry.outbox.claim(context(), campaignOf([0, 1, 99]));
    if (!first?.claimed || !second?.claimed) throw new Error('not claimed');
    await registry.outbox.markCalling([first.outboxId]);
    await registry.outbox.settleCall(first.outboxId, { state: 'accepted', messageId: 'wamid.1' });
    await registry.inbox.receive('metaCloud', [status(first.outboxId, 'delivered')]);
    test.clock.set(NOW + HOUR);
    await registry.sending.begin(context(), campaignOf(upTo(2)));
    expect(await registry.campaigns.progress('aurora', 'autumn')).toEqual({
      planned: 4,
      startedAt: NOW,
      lastRunAt: NOW + HOUR,
      states: { delivered: 1, claimed: 1, refused: 1 },
      codes: { unknownContact: 1 },
    });
  });

  it('notes nothing of a dry run', async () => {
    await registry.campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'prevention' }, 'test');
    await registry.sending.begin(context({ dryRun: true }), campaignOf(upTo(4)));
    expect(await registry.campaigns.progress('aurora', 'autumn')).toMatchObject({
      planned: null,
      startedAt: null,
    });
  });

  it('refuses a purpose that the campaign was not approved for', async () => {
    await registry.campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'events' }, 'test');
    await registry.campaigns.approve('aurora', 'autumn', 'Ada', 'test');
    const many = context({ runSize: 100_000 });
    const [refused] = await registry.outbox.claim(many, [
      request(1, { campaignKey: 'autumn', kind: 'campaign:autumn', purpose: 'prevention' }),
    ]);
    expect(refused).toMatchObject({ claimed: false, code: 'purposeNeedsCampaign' });
  });
});

describe('messages of which nobody knows whether they have left', () => {
  async function lost(number: number, change: Partial<SendRequest> = {}): Promise<string> {
    const [claimed] = await registry.outbox.claim(context(), [request(number, change)]);
    if (!claimed?.claimed) throw new Error('not claimed');
    await registry.outbox.markCalling([claimed.outboxId]);
    await registry.outbox.settleCall(claimed.outboxId, { state: 'unknown' });
    return claimed.outboxId;
  }
  const ripe = () => test.clock.set(NOW + 24 * HOUR);

  it('lists them with the time from which a person may decide', async () => {
    const id = await lost(1);
    await sent(registry, 2);
    expect(await registry.sending.listUnknown('aurora')).toMatchObject([
      { id, phoneNumberId: PHONE_NUMBER_ID, calledAt: NOW, decidableAt: NOW + 24 * HOUR },
    ]);
  });

  it.each(['countAsSent', 'sendAgain'] as const)(
    'stay closed to the gate and to %s until their status cannot come any more',
    async (decision) => {
      const id = await lost(1);
      test.clock.set(NOW + 24 * HOUR - 1);
      const early = await registry.sending.settleUnknown('aurora', { outboxIds: [id] }, decision, 'cli:ada');
      expect(early).toEqual({ settled: 0, tooEarly: 1 });
      expect(codes(await registry.outbox.claim(context(), [request(1)]))).toEqual(['answerLost']);
    },
  );

  it('leave again only when a person said so, and only those', async () => {
    const [again] = [await lost(1), await lost(2)];
    ripe();
    await registry.sending.settleUnknown('aurora', { outboxIds: [again] }, 'sendAgain', 'cli:ada');
    expect(codes(await registry.outbox.claim(context(), to([1, 2])))).toEqual(['claimed', 'answerLost']);
    const [row] = (await registry.audit.list('aurora')).filter(
      ({ action }) => action === 'outbox.settleUnknown',
    );
    expect(row).toMatchObject({ actor: 'cli:ada' });
  });

  it('count as sent for good, and a late status still tells more', async () => {
    const id = await lost(1);
    ripe();
    await registry.sending.settleUnknown('aurora', { phoneNumberId: PHONE_NUMBER_ID }, 'countAsSent', 'a');
    expect(codes(await registry.outbox.claim(context(), [request(1)]))).toEqual(['alreadySent']);
    await registry.inbox.receive('metaCloud', [status(id, 'read')]);
    expect(await registry.outbox.list('aurora')).toMatchObject([{ id, state: 'read' }]);
  });

  it('are settled by their campaign and no further', async () => {
    await registry.campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'events' }, 'test');
    await lost(1, { campaignKey: 'autumn' });
    await lost(2);
    ripe();
    const outcome = await registry.sending.settleUnknown(
      'aurora',
      { campaignKey: 'autumn' },
      'countAsSent',
      'a',
    );
    expect(outcome).toEqual({ settled: 1, tooEarly: 0 });
    expect(await registry.sending.listUnknown('aurora')).toHaveLength(1);
  });

  it.each([
    ['no name at all', {}],
    ['a shorter time than a status may take', { phoneNumberId: PHONE_NUMBER_ID, graceHours: 1 }],
  ])('are not settled by %s', async (_name, filter) => {
    await lost(1);
    ripe();
    const settle = registry.sending.settleUnknown('aurora', filter, 'sendAgain', 'a');
    await expect(settle).rejects.toMatchObject({ code: 'inputInvalid' });
  });

  it('are another controller’s business where they are another controller’s', async () => {
    const id = await lost(1);
    ripe();
    const { key: _key, ...rest } = await registry.controllers.get('aurora');
    const { version: _version, ...policy } = await registry.controllers.policy('aurora');
    await registry.controllers.save({ ...rest, key: 'borea', policy }, 'test');
    const outcome = await registry.sending.settleUnknown('borea', { outboxIds: [id] }, 'sendAgain', 'a');
    expect(outcome).toEqual({ settled: 0, tooEarly: 0 });
  });
});

describe('what a dry run tells of the price', () => {
  const pricing = async (requests: readonly SendRequest[]) => {
    const results = await registry.outbox.claim(context({ dryRun: true }), requests);
    return results.map((result) => (result.claimed ? result.pricing : result.code));
  };

  it('knows the country, the window, an entry from an ad and the answers of the month', async () => {
    await registry.inbox.receive('metaCloud', [message(2, { at: NOW - HOUR })]);
    const [answered] = await registry.inbox.receive('metaCloud', [message(3, { at: NOW - HOUR })]);
    await sent(registry, 3, {
      basis: { kind: 'reply', eventId: answered?.eventId ?? '' },
      kind: 'reply',
      occurrence: answered?.eventId ?? '',
      stage: 'x',
    });
    await test.database.sql(
      `update inbound_events set referral = '{}' where id = '${answered?.eventId ?? ''}'; select 1`,
    );
    const facts = { country: 'GB', windowOpen: false, freeEntryPoint: false, servicesThisMonth: 1 };
    expect(await pricing(to([1, 2, 3, 29]))).toEqual([
      facts,
      { ...facts, windowOpen: true },
      { ...facts, windowOpen: true, freeEntryPoint: true },
      facts,
    ]);
    test.clock.set(NOW + 71 * HOUR);
    expect(await pricing(to([3]))).toMatchObject([{ windowOpen: false, freeEntryPoint: true }]);
    test.clock.set(NOW + 72 * HOUR);
    expect(await pricing(to([3]))).toMatchObject([{ freeEntryPoint: false }]);
  });
});
