import type { Keyring } from '../registry/keyring';
import type { AuditHead } from './types';

const START_OF_CHAIN = 'carecampaign/audit/v1';
const CHECKPOINT = 'carecampaign/audit/checkpoint/v1';
const HEAD = 'carecampaign/audit/head/v1';

type Macs = Pick<Keyring, 'auditMac' | 'sameMac'>;

/** What a row's keyed hash covers. */
export interface ChainedRow {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  /** JSON as stored. */
  readonly details: string;
}

export interface Link extends ChainedRow {
  readonly mac: string;
}

/** What the next row hangs on: the last row before it, or the mark of the last purge. */
export interface Anchor {
  readonly seq: number;
  readonly mac: string;
}

export const START: Anchor = { seq: 0, mac: START_OF_CHAIN };

export function rowMac(keys: Macs, controllerId: string, previousMac: string, row: ChainedRow): string {
  const { seq, at, actor, action, object, outcome, details } = row;
  const canonical = JSON.stringify([controllerId, seq, at, actor, action, object, outcome, details]);
  return keys.auditMac(previousMac, canonical);
}

/** Whether the row was written right after the one with this hash, at this place. */
export function follows(
  keys: Macs,
  controllerId: string,
  previousMac: string,
  row: Link,
  seq = row.seq,
): boolean {
  return keys.sameMac(rowMac(keys, controllerId, previousMac, { ...row, seq }), row.mac);
}

export function checkpointMac(
  keys: Macs,
  controllerId: string,
  purged: { readonly seq: number; readonly row_mac: string; readonly at: number },
): string {
  return keys.auditMac(CHECKPOINT, JSON.stringify([controllerId, purged.seq, purged.row_mac, purged.at]));
}

export function headSignature(
  keys: Macs,
  controllerId: string,
  head: Pick<AuditHead, 'seq' | 'mac' | 'at'>,
): string {
  return keys.auditMac(HEAD, JSON.stringify([controllerId, head.seq, head.mac, head.at]));
}
