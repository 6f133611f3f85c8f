import { stringify } from 'csv-stringify/sync';
import type { RegistryContext } from '../registry/context';
import { controllerByKey } from '../registry/services/controllers';
import { latestCheckpoint } from './append';
import { type Link, START } from './chain';
import { pagesOf, toAuditRow } from './rows';
import type { ExportedRow, ExportFormat, Period } from './types';

const COLUMNS = ['seq', 'at', 'actor', 'action', 'object', 'outcome', 'details'];

/**
 * The stretch of the chain that holds all rows of a period. Clocks of several processes differ, so a row near its ends
 * may be a little outside; a stretch with gaps could not be checked.
 */
async function stretch(
  ctx: RegistryContext,
  controllerId: string,
  { since, until }: Period,
): Promise<{ from?: number; to?: number } | null> {
  if (since === undefined && until === undefined) return {};
  let query = ctx.db.selectFrom('audit_entries').where('controller_id', '=', controllerId);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  const { from, to } = await query
    .select((eb) => [eb.fn.min<number | null>('seq').as('from'), eb.fn.max<number | null>('seq').as('to')])
    .executeTakeFirstOrThrow();
  return from === null || to === null ? null : { from, to };
}

async function macBefore(ctx: RegistryContext, controllerId: string, seq: number): Promise<string> {
  const row = await ctx.db
    .selectFrom('audit_entries')
    .select('mac')
    .where('controller_id', '=', controllerId)
    .where('seq', '<', seq)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.mac ?? (await latestCheckpoint(ctx.db, controllerId))?.row_mac ?? START.mac;
}

/** As it stands where it was tampered with and is no instant any more. */
const isoOf = (at: number): string =>
  Number.isFinite(new Date(at).getTime()) ? new Date(at).toISOString() : String(at);

/** A spreadsheet that opens the file must not take a cell for a formula. */
const csvOf = (rows: readonly Link[], header: boolean): string =>
  stringify(
    rows.map((row) => [row.seq, isoOf(row.at), row.actor, row.action, row.object, row.outcome, row.details]),
    { header, columns: COLUMNS, escape_formulas: true },
  );

async function* csvChunks(pages: AsyncIterable<readonly Link[]>): AsyncGenerator<string> {
  yield csvOf([], true);
  for await (const page of pages) yield csvOf(page, false);
}

async function* jsonLines(
  ctx: RegistryContext,
  controllerId: string,
  pages: AsyncIterable<readonly Link[]>,
): AsyncGenerator<string> {
  let previousMac: string | undefined;
  for await (const page of pages) {
    previousMac ??= await macBefore(ctx, controllerId, page[0]?.seq ?? 0);
    let lines = '';
    for (const row of page) {
      const line: ExportedRow = { ...toAuditRow(row), mac: row.mac, previousMac };
      lines += `${JSON.stringify(line)}\n`;
      previousMac = row.mac;
    }
    yield lines;
  }
}

async function* nothing(): AsyncGenerator<readonly Link[]> {
  yield* [];
}

export async function exportAudit(
  ctx: RegistryContext,
  controllerKey: string,
  options: Period & { readonly format: ExportFormat },
): Promise<AsyncIterable<string>> {
  const { id } = await controllerByKey(ctx.db, controllerKey);
  const range = await stretch(ctx, id, options);
  const pages = range === null ? nothing() : pagesOf(ctx.db, id, range);
  return options.format === 'csv' ? csvChunks(pages) : jsonLines(ctx, id, pages);
}
