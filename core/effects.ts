/** Everything that `core` takes from the world comes in through these. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export interface RandomSource {
  bytes(length: number): Buffer;
}
