import type { RegistryContext } from '../context';
import type { Actor, ConsentInput, RowResult } from '../types';
import { controllerByKey, currentPolicy } from './controllers';
import { BATCH, type ImportRow, recordBatch, type Recording } from './recording';

const FILLED = ['contacts', 'handles', 'consent_events', 'contact_profile', 'contact_tags'] as const;
/** Whenever a table has grown so many times, what the planner knows of it is of no use any more. */
const GROWN = 4;

/** Records batches one after the other, and lets the database see how its tables grow. */
class Recorder {
  private batches = 0;
  private learnt = 1;

  constructor(
    private readonly ctx: RegistryContext,
    private readonly recording: Recording,
  ) {}

  async record(rows: readonly ImportRow[]): Promise<RowResult[]> {
    const results = await recordBatch(this.ctx, this.recording, rows);
    this.batches += 1;
    if (this.batches >= this.learnt * GROWN) await this.learn();
    return results;
  }

  async end(): Promise<void> {
    if (this.batches > this.learnt) await this.learn();
  }

  private async learn(): Promise<void> {
    this.learnt = this.batches;
    if (!this.recording.dryRun) await this.ctx.engine.learn(this.ctx.db, FILLED);
  }
}

/**
 * Records rows as they come, a batch at a time, in bounded memory. Between two batches the database is free: other
 * processes write, and webhooks are answered. Rows that are on record already are told as `repeated`, so that an import
 * that was cut off is simply run again. A consent that has run out already is refused with `consentStale`.
 * @returns the results of each batch, in the order of the rows
 */
export async function* importConsents(
  ctx: RegistryContext,
  controllerKey: string,
  rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
  actor: Actor,
  dryRun: boolean,
): AsyncGenerator<RowResult[]> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  const policy = await currentPolicy(ctx.db, controller.id);
  const recorder = new Recorder(ctx, { controller, actor, dryRun, policy });
  let writing: Promise<RowResult[]> | null = null;
  try {
    for await (const batch of inBatches(rows)) {
      // These rows were read while the ones before were written.
      if (writing) yield await writing;
      if ('failed' in batch) throw batch.failed;
      writing = recorder.record(batch);
      // Whoever awaits it is told; until then it must not end the process.
      writing.catch(() => undefined);
    }
    if (writing) yield await writing;
    await recorder.end();
  } finally {
    await writing?.catch(() => undefined);
  }
}

interface Failed {
  readonly failed: unknown;
}

/** A reader that fails does so in its turn: after what was read before. The rows of a batch it broke off are dropped. */
async function* inBatches(
  rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
): AsyncGenerator<readonly ImportRow[] | Failed> {
  let batch: ImportRow[] = [];
  try {
    for await (const row of rows) {
      batch.push(row);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  } catch (failed) {
    yield { failed };
    return;
  }
  if (batch.length > 0) yield batch;
}

export async function recordConsents(
  ctx: RegistryContext,
  controllerKey: string,
  rows: readonly ConsentInput[],
  actor: Actor,
  dryRun: boolean,
): Promise<RowResult[]> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  const recorder = new Recorder(ctx, { controller, actor, dryRun, policy: null });
  const results: RowResult[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    results.push(...(await recorder.record(rows.slice(start, start + BATCH))));
  }
  await recorder.end();
  return results;
}
