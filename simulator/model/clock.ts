import type { Clock } from '../../core';

const LONGEST_TIMER = 2 ** 31 - 1;

interface Job {
  due: number;
  run: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** A clock that can be pushed forward, and the things that wait for it. */
export class SimulatorClock implements Clock {
  private readonly jobs = new Set<Job>();

  constructor(
    private readonly base: Clock,
    private offset = 0,
  ) {}

  now(): number {
    return this.base.now() + this.offset;
  }

  /** Milliseconds that this clock runs ahead of its base. */
  get ahead(): number {
    return this.offset;
  }

  /** Move forward and run what has become due, oldest first. */
  advance(milliseconds: number): void {
    this.offset += milliseconds;
    const due = [...this.jobs].filter((job) => job.due <= this.now()).sort((a, b) => a.due - b.due);
    for (const job of due) this.finish(job);
  }

  /** Run once the clock shows `due`; never before this call has returned. */
  at(due: number, run: () => void): void {
    const job: Job = { due, run, timer: undefined };
    this.jobs.add(job);
    this.arm(job);
  }

  stop(): void {
    for (const job of this.jobs) clearTimeout(job.timer);
    this.jobs.clear();
  }

  private arm(job: Job): void {
    const wait = Math.min(Math.max(0, job.due - this.now()), LONGEST_TIMER);
    // A base clock that stands still leaves the job waiting here until somebody moves the clock.
    job.timer = setTimeout(() => (job.due <= this.now() ? this.finish(job) : this.arm(job)), wait);
    job.timer.unref();
  }

  private finish(job: Job): void {
    if (!this.jobs.delete(job)) return;
    clearTimeout(job.timer);
    job.run();
  }
}
