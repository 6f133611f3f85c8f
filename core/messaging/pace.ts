import type { Clock } from '../effects';

/** So far behind its reserved instant a call needs another one: others have used the time since. */
const LATE_MS = 250;
/** So long before its instant a call takes its place and is told to the registry. */
const PREPARATION_MS = 50;
/** After so many answers in a row one more call may be under way, until the number is as high as it was. */
const ANSWERS_A_PLACE = 10;

/**
 * How one process keeps to the instants that the registry has reserved for it. The rate of a sender is shared through
 * the registry (`pace_buckets`); here late timers and full places are kept from bunching what was spaced.
 */
export interface Pace {
  readonly messagesPerSecond: number;
  /** Calls that may be under way at the same time; falls when the provider throttles, and recovers. */
  readonly concurrency: number;
  /**
   * Runs the job at its instant or later, never faster than the rate; `late` where the instant is long past.
   * @param callAt ms since epoch; null: nothing was reserved, so only the rate counts
   * @param prepare what has to be done shortly before; it takes its time off the wait and not off the rate
   */
  at<T>(callAt: number | null, job: () => Promise<T>, prepare?: () => Promise<void>): Promise<T | 'late'>;
  now(): number;
  /** Nothing of this sender leaves for so many milliseconds: the answer to "throughput exceeded". */
  hold(ms: number): void;
  /** Settles when no hold is on. */
  released(): Promise<void>;
  /** What the provider said to a call. */
  heard(answer: 'taken' | 'throttled'): void;
}

export interface PaceOptions {
  readonly messagesPerSecond: number;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Places for calls, first come first served; their number may change at any time. */
class Places {
  private taken = 0;
  private readonly queue: (() => void)[] = [];
  private answers = 0;
  private open: number;

  constructor(private readonly most: number) {
    this.open = most;
  }

  get count(): number {
    return this.open;
  }

  async take(): Promise<void> {
    if (this.taken < this.open && this.queue.length === 0) {
      this.taken += 1;
      return;
    }
    await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  give(): void {
    this.taken -= 1;
    this.admit();
  }

  halve(): void {
    this.open = Math.max(1, Math.floor(this.open / 2));
    this.answers = 0;
  }

  grow(): void {
    this.answers += 1;
    if (this.open >= this.most || this.answers < ANSWERS_A_PLACE) return;
    this.answers = 0;
    this.open += 1;
    this.admit();
  }

  private admit(): void {
    while (this.taken < this.open) {
      const next = this.queue.shift();
      if (next === undefined) return;
      this.taken += 1;
      next();
    }
  }
}

/** One a sender and process: two runs that share a sender share its pace. */
export function createPace({ messagesPerSecond, concurrency, clock, sleep }: PaceOptions): Pace {
  const places = new Places(concurrency);
  const interval = 1_000 / messagesPerSecond;
  let nextFree = 0;
  let heldUntil = 0;

  async function waitUntil(instant: number): Promise<void> {
    for (let left = instant - clock.now(); left > 0; left = instant - clock.now()) await sleep(left);
  }
  const isLate = (callAt: number | null, start = clock.now()): boolean =>
    callAt !== null && start - callAt > LATE_MS;

  async function inPlace<T>(callAt: number | null, job: () => Promise<T>): Promise<T | 'late'> {
    const start = Math.max(clock.now(), nextFree, heldUntil);
    if (isLate(callAt, start)) return 'late';
    nextFree = start + interval;
    await waitUntil(start);
    return job();
  }

  async function released(): Promise<void> {
    while (heldUntil > clock.now()) await waitUntil(heldUntil);
  }

  return {
    messagesPerSecond,
    now: () => clock.now(),
    get concurrency() {
      return places.count;
    },
    async at(callAt, job, prepare) {
      if (callAt !== null) await waitUntil(prepare ? callAt - PREPARATION_MS : callAt);
      // What cannot leave yet is not told to the registry: after a crash it would count as perhaps sent.
      await released();
      if (isLate(callAt)) return 'late';
      await places.take();
      try {
        await prepare?.();
        if (callAt !== null) await waitUntil(callAt);
        return await inPlace(callAt, job);
      } finally {
        places.give();
      }
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
    released,
    heard(answer) {
      if (answer === 'throttled') places.halve();
      else places.grow();
    },
  };
}
