import { setImmediate as nextTurn } from 'node:timers/promises';
import { refusal } from '../../core';

/** So long n8n may wait for its turn while a long list is filtered. */
const SLICE_MS = 20;

/** What is not checked in time is not checked. */
export class Timer {
  private readonly end: number;
  private sliceEnd = performance.now() + SLICE_MS;

  constructor(private readonly seconds: number) {
    this.end = performance.now() + seconds * 1000;
  }

  /** @throws CareError `filterTimedOut` */
  check(): void {
    if (performance.now() > this.end) throw refusal('filterTimedOut');
  }

  /** Lets everything else that n8n does go on, once in a while. */
  async breathe(): Promise<void> {
    if (performance.now() < this.sliceEnd) return;
    await nextTurn();
    this.sliceEnd = performance.now() + SLICE_MS;
  }

  /**
   * A registry that does not answer is one that cannot be reached.
   * @throws CareError `registryUnreachable`
   */
  async inTime<T>(work: Promise<T>): Promise<T> {
    let alarm: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      alarm = setTimeout(() => reject(refusal('registryUnreachable')), this.seconds * 1000);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(alarm);
    }
  }
}
