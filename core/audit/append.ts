import type { Db, RegistryContext } from '../registry/context';
import type { Row } from '../registry/schema';
import { type Anchor, rowMac, START } from './chain';
import { type AuditEntry, discreet } from './discreet';

const PSEUDONYM_LENGTH = 16;

export async function latestCheckpoint(
  db: Db,
  controllerId: string,
): Promise<Row<'audit_checkpoints'> | undefined> {
  return db
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What the next row of a controller hangs on; a purge may have left none of the rows. */
export async function endOfChain(db: Db, controllerId: string): Promise<Anchor> {
  const last = await db
    .selectFrom('audit_entries')
    .select(['seq', 'mac'])
    .where('controller_id', '=', controllerId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last) return last;
  const checkpoint = await latestCheckpoint(db, controllerId);
  return checkpoint ? { seq: checkpoint.seq, mac: checkpoint.row_mac } : START;
}

/**
 * Adds one row to a controller's chain. Runs inside the transaction of what it tells about, so that neither exists
 * without the other.
 */
export async function appendAudit(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  entry: AuditEntry,
): Promise<void> {
  const { detectPhi, keys } = ctx;
  const pseudonym = (text: string) =>
    `hidden.${keys.messageLookup('audit', text).slice(0, PSEUDONYM_LENGTH)}`;
  const { details, ...told } = discreet(entry, { detectPhi, pseudonym });
  const end = await endOfChain(tx, controllerId);
  const row = { ...told, seq: end.seq + 1, at: ctx.clock.now(), details: JSON.stringify(details) };
  await tx
    .insertInto('audit_entries')
    .values({ controller_id: controllerId, ...row, mac: rowMac(keys, controllerId, end.mac, row) })
    .execute();
}
