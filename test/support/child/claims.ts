import type { Registry } from '../../../core';
import { context, request } from '../registry';
import type { Line } from '../registryChild';

export const BATCHES = 6;
export const BATCH = 5;
export const RATE = 80;

/** Claims a few batches for the one sender, as fast as the registry lets it, and tells the instants. */
export async function claimsPaced(
  registry: Registry,
  name: string,
  say: (line: Line) => void,
): Promise<void> {
  const as = context({ owner: `child/${process.pid}/1`, messagesPerSecond: RATE });
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const requests = Array.from({ length: BATCH }, (_, number) =>
      request(batch * BATCH + number, { occurrence: `${name}-${batch}-${number}`, asks: null }),
    );
    const claims = await registry.outbox.claim(as, requests);
    say({ instants: claims.flatMap((claim) => (claim.claimed && claim.callAt ? [claim.callAt] : [])) });
  }
}
