import { TokenBucket } from 'limiter';
import type { Clock } from '../effects';

/** Meta: one message each six seconds to one person, with a burst of 45 that is repaid by waiting (17.1). */
const PAIR = { bucketSize: 45, tokensPerInterval: 1, interval: 6_000 };
const PAIRS_REMEMBERED = 10_000;

export interface Pace {
  /** Calls that may be under way at the same time. */
  readonly concurrency: number;
  /** Runs the job when the pair's rule and the sender's rate let it; jobs for one person run one by one. */
  schedule<T>(person: string, job: () => Promise<T>): Promise<T>;
  /** Nothing of this sender leaves for so many milliseconds: the answer to "throughput exceeded". */
  hold(ms: number): void;
  /** Settles when no hold is on. */
  released(): Promise<void>;
}

export interface PaceOptions {
  readonly messagesPerSecond: number;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Pair {
  readonly bucket: TokenBucket;
  last: Promise<unknown>;
}

function newPair(): Pair {
  const bucket = new TokenBucket(PAIR);
  bucket.content = PAIR.bucketSize;
  return { bucket, last: Promise.resolve() };
}

/** The longest unused pairs are forgotten: they have repaid their burst long before their turn comes. */
function pairRegister(): (person: string) => Pair {
  const pairs = new Map<string, Pair>();
  return (person) => {
    const pair = pairs.get(person) ?? newPair();
    pairs.delete(person);
    pairs.set(person, pair);
    const [oldest] = pairs.keys();
    if (pairs.size > PAIRS_REMEMBERED && oldest !== undefined) pairs.delete(oldest);
    return pair;
  };
}

/**
 * One a sender and process: two runs that share a sender share its pace. The bucket starts empty and holds a
 * twentieth of a second's worth, so that late timers lose nothing and no second gets far above the rate.
 */
export function createPace({ messagesPerSecond, concurrency, clock, sleep }: PaceOptions): Pace {
  const sender = new TokenBucket({
    bucketSize: Math.max(1, Math.floor(messagesPerSecond / 20)),
    tokensPerInterval: messagesPerSecond,
    interval: 1_000,
  });
  const pairOf = pairRegister();
  let heldUntil = 0;

  async function inTurn<T>(pair: Pair, before: Promise<unknown>, job: () => Promise<T>): Promise<T> {
    await before.catch(() => undefined);
    await pair.bucket.removeTokens(1);
    await sender.removeTokens(1);
    return job();
  }

  return {
    concurrency,
    schedule(person, job) {
      const pair = pairOf(person);
      const turn = inTurn(pair, pair.last, job);
      pair.last = turn;
      return turn;
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
    async released() {
      for (let left = heldUntil - clock.now(); left > 0; left = heldUntil - clock.now()) await sleep(left);
    },
  };
}
