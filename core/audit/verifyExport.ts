import { z } from 'zod/v4';
import type { RegistryContext } from '../registry/context';
import { controllerByKey } from '../registry/services/controllers';
import type { Link } from './chain';
import type { AuditHead, ChainVerdict, ExportedRow } from './types';
import { broken } from './verdict';
import { isOwnHead } from './verify';
import { walkChain } from './walk';

const PAGE = 250;

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
    if (page.length < PAGE) continue;
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
