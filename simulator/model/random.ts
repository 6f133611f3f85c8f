import { createHash, randomBytes } from 'node:crypto';

/** Repeatable chance and identifiers: the same seed gives the same run. */
export class Dice {
  private counter = 0;
  private readonly seed: string;

  /** @param salt keeps ids of two runs with one seed apart, so that a receiver does not drop them as repeats. */
  constructor(
    seed: string | undefined,
    private readonly salt: string,
  ) {
    this.seed = seed ?? randomBytes(16).toString('hex');
  }

  /** True in `share` of the calls; 0 never, 1 always. */
  chance(share: number): boolean {
    return share > 0 && (share >= 1 || this.fraction() < share);
  }

  /** In [0, 1). */
  fraction(): number {
    return this.digest('chance').readUInt32BE(0) / 2 ** 32;
  }

  /** Upper-case hexadecimal, as Meta's own ids hold. */
  hex(bytes: number): string {
    return this.digest(this.salt).toString('hex', 0, bytes).toUpperCase();
  }

  /** Fifteen digits, as the numeric ids of templates and media are. */
  digits(): string {
    return String((this.digest(this.salt).readBigUInt64BE(0) % 900_000_000_000_000n) + 100_000_000_000_000n);
  }

  private digest(purpose: string): Buffer {
    this.counter += 1;
    return createHash('sha256').update(`${this.seed}|${purpose}|${this.counter}`).digest();
  }
}
