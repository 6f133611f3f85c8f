import type { Db } from '../registry/context';
import type { Row } from '../registry/schema';
import type { Link } from './chain';
import type { AuditRow } from './types';

/** Hashing a page takes a few milliseconds, so that n8n's event loop gets its turn in between. */
const PAGE = 250;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Somebody may have written into the database by hand, and the other rows must stay readable. */
function detailsOf(text: string): Record<string, unknown> {
  try {
    const details: unknown = JSON.parse(text);
    if (isRecord(details)) return details;
  } catch {
    // Told below.
  }
  return { unreadable: true };
}

export const toAuditRow = (row: Omit<Row<'audit_entries'>, 'controller_id' | 'mac'>): AuditRow => ({
  seq: row.seq,
  at: row.at,
  actor: row.actor,
  action: row.action,
  object: row.object,
  outcome: row.outcome,
  details: detailsOf(row.details),
});

/** All rows of a chain in their order, also those that stand where none should; no page is empty. */
export async function* pagesOf(
  db: Db,
  controllerId: string,
  range: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<readonly Link[], undefined> {
  let last: number | undefined;
  for (;;) {
    let query = db.selectFrom('audit_entries').selectAll().where('controller_id', '=', controllerId);
    if (last !== undefined) query = query.where('seq', '>', last);
    else if (range.from !== undefined) query = query.where('seq', '>=', range.from);
    if (range.to !== undefined) query = query.where('seq', '<=', range.to);
    const page = await query.orderBy('seq').limit(PAGE).execute();
    if (page.length > 0) yield page;
    if (page.length < PAGE) return undefined;
    last = page.at(-1)?.seq;
  }
}
