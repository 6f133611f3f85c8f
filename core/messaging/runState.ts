/** Shared by all messages of a run: the first cause to stop wins and wakes whoever waits. */
export class RunState {
  private cause: string | null = null;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly sleep: (ms: number) => Promise<void>) {}

  /** A code of `REASONS`; null: the run goes on. */
  get stopCode(): string | null {
    return this.cause;
  }

  stop(code: string): void {
    this.cause ??= code;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  /** Waits so many milliseconds, or until the run stops. */
  async pause(ms: number): Promise<void> {
    if (this.cause !== null) return;
    await new Promise<void>((resolve) => {
      this.waiting.add(resolve);
      void this.sleep(ms).then(() => {
        this.waiting.delete(resolve);
        resolve();
      });
    });
  }
}
