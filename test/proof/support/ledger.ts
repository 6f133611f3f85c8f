import type { OutboxRow } from '../../../core';
import type { SentMessage } from '../../../simulator';
import type { Booked } from '../../e2e/support/cohort';

/** What both sides know of one person. */
export interface Entry {
  readonly person: Booked;
  readonly row: OutboxRow | undefined;
  readonly messages: readonly SentMessage[];
  /** The code with which a node left the person out before any row was written. */
  readonly leftOut: string | undefined;
}

/** States of a row of which no phone may know. */
const NOT_SENT: ReadonlySet<string> = new Set(['claimed', 'calling', 'refused', 'unknown']);
const DONE: ReadonlySet<string> = new Set(['delivered', 'read', 'failed']);

/**
 * Where a person's two sides differ, or a promise is broken, in words; empty when all is well.
 *
 * - exactly one message, or none with a reason
 * - the row of the message is the person's, and its state is what the phone shows once all webhooks are in
 * - no row is left in the middle
 */
export function faultsOf({ person, row, messages, leftOut }: Entry): string[] {
  const say = (what: string): string => `${person.appointmentId}: ${what}`;
  const registry = row
    ? `the registry says ${row.state}${row.code === null ? '' : ` (${row.code})`}`
    : 'no row';
  const [message, ...more] = messages;
  if (more.length > 0) return [say(`${messages.length} messages; ${registry}`)];
  if (row?.state === 'claimed' || row?.state === 'calling') return [say(`left in the middle: ${registry}`)];
  if (!message) return reasonFaults(row, leftOut).map((what) => say(`${what}; ${registry}`));
  const shown = `the phone shows ${message.status}`;
  if (!row) return [say(`${shown}; ${registry}`)];
  if (message.callbackData !== row.id) return [say(`${shown} for another row; ${registry}`)];
  if (NOT_SENT.has(row.state) || (DONE.has(message.status) && message.status !== row.state))
    return [say(`${shown}; ${registry}`)];
  return [];
}

function reasonFaults(row: OutboxRow | undefined, leftOut: string | undefined): string[] {
  if (row && !NOT_SENT.has(row.state)) return ['no message'];
  return (row?.code ?? leftOut) === undefined ? ['no message and no reason'] : [];
}

/** Messages that belong to nobody's row. */
export function strangers(rows: readonly OutboxRow[], messages: readonly SentMessage[]): string[] {
  const known = new Set(rows.map(({ id }) => id));
  return messages
    .filter(({ callbackData }) => callbackData === undefined || !known.has(callbackData))
    .map(
      ({ callbackData = 'none' }) => `a message of the row ${callbackData}, which the registry does not have`,
    );
}
