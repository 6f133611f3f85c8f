import { stringify } from 'csv-stringify/sync';
import { z } from 'zod/v4';
import type { RegistryContext } from '../registry/context';
import { controllerByKey } from '../registry/services/controllers';
import { latestCheckpoint } from './append';
import { type Link, START } from './chain';
import { pagesOf, toAuditRow } from './rows';
import type { AuditHead, ChainVerdict, ExportedRow, Period } from './types';
import { broken } from './verdict';
import { isOwnHead } from './verify';
import { walkChain } from './walk';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = ['seq', 'at', 'actor', 'action', 'object', 'outcome', 'details'];
const LINES = 500;

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

/** An editor that opens the file must not take a cell for a formula. */
const csvOf = (rows: readonly Link[], header: boolean): string =>
  stringify(
    rows.map((row) => [
      row.seq,
      new Date(row.at).toISOString(),
      row.actor,
      row.action,
      row.object,
      row.outcome,
      row.details,
    ]),
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

const lineSchema = z.object({
  seq: z.number(),
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  outcome: z.string(),
  details: z.record(z.string(), z.unknown()),
  mac: z.string(),
  previousMac: z.string(),
});

function readLine(text: string): ExportedRow | null {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** An unreadable line stands as a row that cannot be right, at the place where one is awaited. */
const UNREADABLE = { at: 0, actor: '', action: '', object: '', outcome: '', details: '', mac: '' };

async function* pagesOfLines(
  first: ExportedRow,
  rest: AsyncIterator<string>,
): AsyncGenerator<readonly Link[], undefined> {
  const toLink = (row: ExportedRow): Link => ({ ...row, details: JSON.stringify(row.details) });
  let page: Link[] = [toLink(first)];
  let { seq, mac } = first;
  for (let line = await rest.next(); !line.done; line = await rest.next()) {
    if (line.value.trim() === '') continue;
    const row = readLine(line.value);
    seq += 1;
    const hangs = row !== null && (row.seq !== seq || row.previousMac === mac);
    page.push(hangs ? toLink(row) : { ...UNREADABLE, seq });
    seq = row?.seq ?? seq;
    mac = row?.mac ?? '';
    if (page.length < LINES) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
  return undefined;
}

async function* each(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, undefined> {
  for await (const line of lines) yield line;
  return undefined;
}

/** Holds the lines of a JSONL export against the key, without looking at the rows in the database. */
export async function verifyExport(
  ctx: RegistryContext,
  controllerKey: string,
  lines: AsyncIterable<string> | Iterable<string>,
  head: AuditHead | null,
): Promise<ChainVerdict> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  if (head !== null && !isOwnHead(ctx, controller, head)) return broken('headUnknown', head.seq);
  const given = each(lines);
  const { value } = await given.next();
  const first = value === undefined ? null : readLine(value);
  if (first === null) return broken('missing', 1);
  const start = { seq: first.seq - 1, mac: first.previousMac };
  const walk = { keys: ctx.keys, controllerId: controller.id, start, head };
  return walkChain(walk, pagesOfLines(first, given));
}
