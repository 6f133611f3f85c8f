import type { RegistryContext } from '../context';
import type { Actor, RowResult } from '../types';
import { controllerByKey, currentPolicy } from './controllers';
import { BATCH, type ImportRow, recordBatch } from './recording';

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
  const recording = { controller, actor, dryRun, policy };
  let batch: ImportRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield await recordBatch(ctx, recording, batch);
    batch = [];
  }
  if (batch.length > 0) yield await recordBatch(ctx, recording, batch);
}
