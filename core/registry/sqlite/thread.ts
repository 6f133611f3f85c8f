import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CareError } from '../../errors';

/**
 * A thread copies rows in and out and keeps none. Left to itself, V8 lets such short-lived objects fill some 130 MB in
 * each thread before it looks through them; within this they take as long.
 */
const YOUNG_GENERATION_MB = 8;

/** How long a writer waits for one of another process. */
const BUSY_TIMEOUT_MS = 10_000;

interface Failure {
  readonly message: string;
  readonly errcode: number | null;
}
interface Result {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly changes: number;
}
type Answer = { id: number; result: Result } | { id: number; failure: Failure };

export interface QueryAnswer {
  readonly rows: Record<string, unknown>[];
  readonly changes: number;
}

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html; the upper bits refine them. */
const SENTENCES: Readonly<Record<number, readonly [string, string]>> = {
  5: ['registryBusy', 'Another process holds the registry. Try again in a moment.'],
  6: ['registryBusy', 'Another process holds the registry. Try again in a moment.'],
  8: [
    'registryReadOnly',
    'The registry file cannot be written. Check the rights of the file and its folder.',
  ],
  // The disk, or the network under it; also what a full disk answers to the file that readers share.
  10: [
    'registryUnreachable',
    'The disk that holds the registry gives errors. Check that it is there, sound and not full.',
  ],
  11: ['registryDamaged', 'The registry file is damaged. Restore it from a backup.'],
  13: ['registryDiskFull', 'The disk that holds the registry is full. Free some space and try again.'],
  14: [
    'registryUnreachable',
    'The registry file cannot be opened. Check the path and the rights of its folder.',
  ],
  26: ['registryDamaged', 'The file is not a registry. Check the path in the credential.'],
};

/** A reference of the registry's own leads nowhere, or a value is of another kind than its column. */
const BROKEN_INSIDE: readonly number[] = [787, 20];

/** Turns what SQLite said into our words; its own text may name columns but never values. */
export function sqliteError(failure: Failure): Error {
  const known = SENTENCES[(failure.errcode ?? 0) & 0xff];
  if (known) return new CareError(known[0], known[1]);
  if (/^no such (table|column)/.test(failure.message)) {
    return new CareError('registryDamaged', 'Tables of the registry are missing. Restore it from a backup.');
  }
  if (failure.errcode !== null && BROKEN_INSIDE.includes(failure.errcode)) {
    return new CareError('registryDamaged', 'The registry does not fit together. Restore it from a backup.');
  }
  return new Error(`SQLite: ${failure.message}`);
}

function toObjects({ columns, rows }: Result): Record<string, unknown>[] {
  return rows.map((row) => {
    const object: Record<string, unknown> = {};
    for (const [index, column] of columns.entries()) object[column] = row[index];
    return object;
  });
}

const ENDED = new CareError(
  'registryUnreachable',
  'The thread that reads the registry has ended. The next call starts it again.',
);

// The bundle carries the worker beside it as `sqlite.worker.js`; the sources run it as TypeScript.
function workerFile(): string {
  const bundled = join(__dirname, 'sqlite.worker.js');
  return existsSync(bundled) ? bundled : join(__dirname, 'worker.mts');
}

/** A connection to one SQLite file that lives in a worker thread. */
export class SqliteThread {
  private readonly waiting = new Map<
    number,
    { resolve: (a: QueryAnswer) => void; reject: (e: Error) => void }
  >();
  private nextId = 1;
  private dead: Error | null = null;

  private constructor(private readonly worker: Worker) {}

  static open(file: string, { readOnly = false } = {}): Promise<SqliteThread> {
    const workerData = { file, readOnly, busyTimeoutMs: BUSY_TIMEOUT_MS };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
    const worker = new Worker(workerFile(), { workerData, resourceLimits });
    const thread = new SqliteThread(worker);
    return new Promise((resolve, reject) => {
      worker.once('message', () => {
        worker.on('message', (answer: Answer) => thread.settle(answer));
        // A registry that is open must not keep a finished process alive.
        worker.unref();
        resolve(thread);
      });
      worker.on('error', (error: Error & { errcode?: number }) => {
        const { errcode } = error;
        const failure = errcode === undefined ? ENDED : sqliteError({ message: error.message, errcode });
        thread.fail(failure);
        reject(failure);
      });
      worker.on('exit', () => {
        thread.fail(ENDED);
        reject(ENDED);
      });
    });
  }

  get alive(): boolean {
    return this.dead === null;
  }

  query(sql: string, parameters: readonly unknown[]): Promise<QueryAnswer> {
    if (this.dead) return Promise.reject(this.dead);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      // While an answer is outstanding the process has to stay.
      this.worker.ref();
      this.worker.postMessage({ id, sql, parameters });
    });
  }

  close(): Promise<void> {
    if (this.dead) return Promise.resolve();
    return new Promise((resolve) => {
      this.worker.once('exit', () => resolve());
      this.worker.ref();
      this.worker.postMessage('close');
    });
  }

  private settle(answer: Answer): void {
    const caller = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) this.worker.unref();
    if (!caller) return;
    if ('failure' in answer) caller.reject(sqliteError(answer.failure));
    else caller.resolve({ rows: toObjects(answer.result), changes: answer.result.changes });
  }

  private fail(error: Error): void {
    this.dead = error;
    for (const caller of this.waiting.values()) caller.reject(error);
    this.waiting.clear();
  }
}
