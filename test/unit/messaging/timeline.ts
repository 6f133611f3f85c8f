/** Virtual time: sleepers wake in order, and the clock stands wherever the next of them wakes. */
export function timeline(start = 0) {
  let now = start;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock = { now: () => now };
  const sleep = (ms: number): Promise<void> =>
    new Promise((wake) => void sleepers.push({ at: now + Math.max(0, ms), wake }));

  /** Lets everything happen until the work is done. */
  async function run<T>(work: Promise<T>): Promise<T> {
    for (let idle = 0; idle < 3;) {
      await new Promise((resolve) => setImmediate(resolve));
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      idle = next ? 0 : idle + 1;
      if (!next) continue;
      now = Math.max(now, next.at);
      next.wake();
    }
    return work;
  }
  return { clock, sleep, run };
}
