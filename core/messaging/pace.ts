import Bottleneck from 'bottleneck';
import type { Clock } from '../effects';

/** Meta: one message each six seconds to one person, with a burst of 45 to be repaid by waiting (17.1). */
const PAIR = { burst: 45, refillMs: 6_000 };
/** A person who got nothing for this long has repaid most of the burst; forgetting them frees memory. */
const PAIR_MEMORY_MS = 5 * 60_000;

export interface Pace {
  readonly concurrency: number;
  /** Runs the job when both the sender's rate and the pair's rule let it. */
  schedule<T>(person: string, job: () => Promise<T>): Promise<T>;
  /** Nothing of this sender leaves for so many milliseconds: the answer to "throughput exceeded". */
  hold(ms: number): void;
  /** Settles when no hold is on. */
  released(): Promise<void>;
}

export interface PaceOptions {
  readonly messagesPerSecond: number;
  /** Calls under way at the same time. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
}

/** One a sender and process: two runs that share a sender share its pace. */
export function createPace({ messagesPerSecond, concurrency, clock, sleep }: PaceOptions): Pace {
  const sender = new Bottleneck({ minTime: 1000 / messagesPerSecond, maxConcurrent: concurrency });
  const pairs = new Bottleneck.Group({
    timeout: PAIR_MEMORY_MS,
    // In order: the second answer to a person must not overtake the first.
    maxConcurrent: 1,
    heartbeatInterval: PAIR.refillMs / 2,
    reservoir: PAIR.burst,
    reservoirIncreaseAmount: 1,
    reservoirIncreaseInterval: PAIR.refillMs,
    reservoirIncreaseMaximum: PAIR.burst,
  });
  let heldUntil = 0;
  return {
    concurrency,
    schedule: (person, job) => pairs.key(person).schedule(() => sender.schedule(job)),
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
    async released() {
      for (let left = heldUntil - clock.now(); left > 0; left = heldUntil - clock.now()) await sleep(left);
    },
  };
}
