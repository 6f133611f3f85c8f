import { dispatchAll } from '../../../core/messaging/sendBatch';
import { createPace } from '../../../core/messaging/pace';
import type { CallOutcome, Dispatch, DispatchControl, Provider, Registry } from '../../../core';
import { rendered } from '../../unit/messaging/world';
import {
  consent,
  context,
  message,
  NOW,
  request,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const PEOPLE = 30;
const CAPABILITIES = {
  template: true,
  window: true,
  buttons: true,
  lists: true,
  status: true,
  inbound: true,
  callbackId: true,
};

let test: TestRegistry;
let registry: Registry;

beforeEach(async () => {
  test = await testRegistry();
  registry = test.registry;
  const rows = Array.from({ length: PEOPLE }, (_, number) => consent(number));
  await registry.consent.record('aurora', rows, 'test');
});
afterEach(() => test.close());

const dispatches = (count = PEOPLE): Dispatch[] =>
  Array.from({ length: count }, (_, number) => ({ request: request(number), message: rendered() }));

/** A run against the real registry; only its clock and the provider are made up. */
function run(
  answer: (call: number) => CallOutcome | Promise<CallOutcome>,
  options: { from?: Registry; owner?: string; count?: number; control?: DispatchControl } = {},
) {
  const { from = registry, owner = 'here/1/1', count = PEOPLE, control = {} } = options;
  const sent: string[] = [];
  const provider: Provider = {
    capabilities: CAPABILITIES,
    async send({ outboxId }) {
      sent.push(outboxId);
      return answer(sent.length);
    },
  };
  const clock = test.clock;
  const sleep = async (ms: number) => {
    // A real clock tells whole milliseconds, and PostgreSQL takes no others.
    clock.set(Math.ceil(clock.now() + ms));
    await new Promise((resolve) => setImmediate(resolve));
  };
  const asked = context({ owner, runSize: count });
  const results = dispatchAll(
    {
      outbox: from.outbox,
      provider,
      context: asked,
      pace: createPace({ messagesPerSecond: 80, concurrency: 20, clock, sleep }),
      sleep,
      batchSize: 50,
      begin: (requests) => from.sending.begin(asked, requests),
      slots: (needed) => from.sending.slots({ ...asked, messagesPerSecond: 80 }, needed),
    },
    dispatches(count),
    control,
  );
  return { results, sent };
}

const accepted = (call: number): CallOutcome => ({ state: 'accepted', messageId: `wamid.${call}` });
const counts = (codes: readonly string[]): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const code of codes) found[code] = (found[code] ?? 0) + 1;
  return found;
};
const codesOf = async (results: ReturnType<typeof run>['results']) =>
  counts((await results).map((result) => (result.sent ? 'sent' : result.code)));
const states = async () => counts((await registry.outbox.list('aurora')).map(({ state }) => state));

describe('a run with a real registry', () => {
  it('sends each message once, however many runs of two processes offer it at the same time', async () => {
    const other = await test.again();
    const runs = [run(accepted), run(accepted, { from: other, owner: 'there/2/2' }), run(accepted)];
    await Promise.all(runs.map(({ results }) => results));
    const sent = runs.flatMap((each) => each.sent);
    expect(sent).toHaveLength(PEOPLE);
    expect(new Set(sent).size).toBe(PEOPLE);
    expect(await states()).toEqual({ accepted: PEOPLE });
  });

  it('lets a STOP that comes between two tries stop the message', async () => {
    const { results, sent } = run(
      async () => {
        await registry.inbox.receive('metaCloud', [message(0, { text: 'STOP', at: NOW })]);
        return { state: 'released', code: 'rateLimited' };
      },
      { count: 1 },
    );
    expect(await codesOf(results)).toEqual({ suppressed: 1 });
    expect(sent).toHaveLength(1);
  });

  it('calls nobody any more after Meta has blocked the sender, and leaves every row for later', async () => {
    const { results, sent } = run((call) =>
      call === 5 ? { state: 'released', code: 'providerHalted', providerCode: '131031' } : accepted(call),
    );
    await results;
    const calls = sent.length;
    expect(calls).toBeLessThan(PEOPLE);
    expect(await states()).toMatchObject({ accepted: calls - 1 });
    expect((await states()).calling).toBeUndefined();
    const again = run(accepted, { owner: 'there/2/2' });
    expect(Object.keys(await codesOf(again.results)).sort()).toEqual(['alreadySent', 'senderHalted']);
    expect(again.sent).toEqual([]);
    await registry.senders.liftHalt('metaCloud', context().phoneNumberId, 'cli:ada');
    await run(accepted).results;
    expect(await states()).toEqual({ accepted: PEOPLE });
  });

  it('ends at once when the user cancels, with every message sent or free for the next run', async () => {
    const stop = new AbortController();
    const { results, sent } = run(
      (call) => {
        if (call === 3) stop.abort();
        return accepted(call);
      },
      { control: { signal: stop.signal } },
    );
    const codes = await codesOf(results);
    expect(codes.sent).toBe(sent.length);
    expect(codes.runCancelled).toBe(PEOPLE - sent.length);
    expect(sent.length).toBeLessThan(PEOPLE);
    await run(accepted).results;
    expect(await states()).toEqual({ accepted: PEOPLE });
  });

  it('comes through a provider that throttles, with each message sent once', async () => {
    const { results } = run((call) =>
      call % 4 === 0 ? { state: 'released', code: 'rateLimited' } : accepted(call),
    );
    expect(await codesOf(results)).toEqual({ sent: PEOPLE });
    expect(await states()).toEqual({ accepted: PEOPLE });
  });
});
