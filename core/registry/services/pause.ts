import { setTimeout } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Between the batches of a long work. Who waits for SQLite's lock has no place in a queue but looks for it every
 * 25 to 100 ms: without a pause a webhook in another process would find it taken, time and again.
 */
export function letOthersWrite(): Promise<void> {
  return setTimeout(PAUSE_MS);
}
