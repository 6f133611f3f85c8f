import type { RandomSource } from '../effects';

const POOL_BYTES = 4_096;

/** Fetches random bytes in larger portions: an import asks for five small ones a row. Each byte is given out once. */
export function pooledRandom(source: RandomSource): RandomSource {
  let pool: Buffer = Buffer.alloc(0);
  let next = 0;
  return {
    bytes(length) {
      if (length > POOL_BYTES) return source.bytes(length);
      if (next + length > pool.length) {
        pool = source.bytes(POOL_BYTES);
        next = 0;
      }
      // A copy, wiped in the pool: the bytes may become a key.
      const given = Buffer.from(pool.subarray(next, next + length));
      pool.fill(0, next, next + length);
      next += length;
      return given;
    },
  };
}
