import fc from 'fast-check';
import { createPace } from '../../../core/messaging/pace';
import { timeline } from './timeline';

const setup = (messagesPerSecond: number, concurrency: number) => {
  const { clock, sleep, run } = timeline(1_000_000);
  return { clock, sleep, run, pace: createPace({ messagesPerSecond, concurrency, clock, sleep }) };
};

describe('the pace of one process', () => {
  it('calls at the instants that were reserved', async () => {
    const { pace, clock, run } = setup(80, 50);
    const starts: number[] = [];
    const instants = [1_000_010, 1_000_040, 1_000_500];
    const job = async () => void starts.push(clock.now());
    await run(Promise.all(instants.map((at) => pace.at(at, job))));
    expect(starts).toEqual(instants);
  });

  it('spaces calls whose instants have passed together, so that a stall makes no burst', async () => {
    const { pace, clock, run } = setup(100, 50);
    const starts: number[] = [];
    const job = async () => void starts.push(clock.now());
    const passed = Array.from({ length: 10 }, (_, index) => 999_900 + index);
    await run(Promise.all(passed.map((at) => pace.at(at, job))));
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
  });

  it('does not call at an instant that others may have used since', async () => {
    const { pace, run } = setup(80, 50);
    let called = false;
    const job = async () => void (called = true);
    expect(await run(pace.at(1_000_000 - 5_000, job))).toBe('late');
    expect(called).toBe(false);
  });

  it('calls nothing while it is held, and takes no instant from before', async () => {
    const { pace, clock, run } = setup(80, 50);
    pace.hold(4_000);
    expect(await run(pace.at(1_000_010, async () => clock.now()))).toBe('late');
    expect(await run(pace.at(null, async () => clock.now()))).toBeGreaterThanOrEqual(1_004_000);
  });

  it('tells nobody of a call that cannot leave yet, since after a crash it would count as perhaps sent', async () => {
    const { pace, clock, run } = setup(80, 50);
    const told: number[] = [];
    const tell = async () => void told.push(clock.now());
    pace.hold(4_000);
    await run(Promise.all([1_000_010, null].map((at) => pace.at(at, async () => undefined, tell))));
    expect(told.every((at) => at >= 1_004_000)).toBe(true);
    expect(told).not.toEqual([]);
  });

  it('has half the calls under way after each throttled answer, and all of them again in time', () => {
    const { pace } = setup(80, 40);
    pace.heard('throttled');
    expect(pace.concurrency).toBe(20);
    for (let times = 0; times < 10; times += 1) pace.heard('throttled');
    expect(pace.concurrency).toBe(1);
    for (let answers = 0; answers < 1_000; answers += 1) pace.heard('taken');
    expect(pace.concurrency).toBe(40);
  });

  it('never starts more than its rate within any second, whatever it is asked for', async () => {
    const ask = fc.record({
      at: fc.integer({ min: 0, max: 2_000 }),
      takes: fc.integer({ min: 0, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(ask, { maxLength: 60 }),
        fc.integer({ min: 5, max: 50 }),
        fc.integer({ min: 1, max: 8 }),
        async (asks, rate, concurrency) => {
          const { pace, clock, sleep, run } = setup(rate, concurrency);
          const starts: number[] = [];
          let underWay = 0;
          const jobs = asks.map(({ at, takes }) =>
            pace.at(1_000_000 + at, async () => {
              starts.push(clock.now());
              underWay += 1;
              expect(underWay).toBeLessThanOrEqual(concurrency);
              await sleep(takes);
              underWay -= 1;
            }),
          );
          await run(Promise.all(jobs));
          starts.sort((a, b) => a - b);
          starts.forEach((from, index) => {
            const within = starts.slice(index).filter((at) => at < from + 1_000).length;
            expect(within).toBeLessThanOrEqual(rate);
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
