import type { Clock } from '../../core';

/** What many small additions of fractions may fall short of a whole token. */
const ROUNDING = 1e-9;

/**
 * Token buckets by key. Written here because it must follow the simulator's clock, which tests move by hand;
 * the rate limiters on npm read the system's.
 */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly capacity: number,
    private readonly perSecond: number,
  ) {}

  /** Whether one more is allowed now; if so it is counted. A refused one costs nothing. */
  take(key: string): boolean {
    const bucket = this.refilled(key);
    if (bucket.tokens < 1 - ROUNDING) return false;
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    return true;
  }

  /** Count one that cannot be refused, such as an inbound message. */
  spend(key: string): void {
    const bucket = this.refilled(key);
    bucket.tokens = Math.max(0, bucket.tokens - 1);
  }

  clear(): void {
    this.buckets.clear();
  }

  private refilled(key: string): { tokens: number } {
    const now = this.clock.now();
    const bucket = this.buckets.get(key) ?? { tokens: this.capacity, at: now };
    const earned = (Math.max(0, now - bucket.at) / 1000) * this.perSecond;
    bucket.tokens = Math.min(this.capacity, bucket.tokens + earned);
    bucket.at = now;
    this.buckets.set(key, bucket);
    return bucket;
  }
}
