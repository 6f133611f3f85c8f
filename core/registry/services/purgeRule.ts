import { effectiveRetention } from '../../policy';
import type { ControllerPolicy } from '../../policy/types';
import type { PurgeKind } from '../api';
import type { Db } from '../context';

/** Whose rows are looked at, and before which instants (ms) they are old enough. */
export interface Cutoffs {
  readonly controllerId: string;
  readonly now: number;
  readonly outbox: number;
  readonly inbound: number;
  readonly tasks: number;
  readonly consents: number;
  readonly audit: number;
  /** null: as long as the contact. */
  readonly profile: number | null;
  /** First month (`YYYY-MM`) of engagement that is kept. */
  readonly month: string;
}

/** A kind of data that is purged in pages of the rows that it belongs to. */
export interface PurgeRule {
  readonly kind: PurgeKind;
  /** Whose rows are paged through; the same as the purged ones, or those that own them. */
  readonly table: 'conversations' | 'tasks' | 'outbox' | 'inbound_events' | 'contacts' | 'consent_events';
  /** How many rows are due on this page. */
  due(db: Db, cutoffs: Cutoffs, ids: readonly string[]): Promise<number>;
  /** Deletes what is due on this page, judged anew, and all references to it. Answers with the number of rows. */
  remove(tx: Db, cutoffs: Cutoffs, ids: readonly string[]): Promise<number>;
}

/** A rule for rows that are found by their ids. */
export function byIds(
  kind: PurgeKind,
  table: PurgeRule['table'],
  find: (db: Db, cutoffs: Cutoffs, ids: readonly string[]) => Promise<{ id: string }[]>,
  remove: (tx: Db, ids: readonly string[]) => Promise<unknown>,
): PurgeRule {
  return {
    kind,
    table,
    due: async (db, cutoffs, ids) => (await find(db, cutoffs, ids)).length,
    async remove(tx, cutoffs, ids) {
      const due = (await find(tx, cutoffs, ids)).map((row) => row.id);
      if (due.length > 0) await remove(tx, due);
      return due.length;
    },
  };
}

const DAY = 86_400_000;
/** The longest window that a cap or a wish for fewer messages looks back on: see `loadFacts`. */
const LONGEST_WINDOW_DAYS = 366;

function monthsBefore(now: number, months: number): string {
  const at = new Date(now);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1)).toISOString().slice(0, 7);
}

function yearsBefore(now: number, years: number): number {
  const at = new Date(now);
  return at.setUTCFullYear(at.getUTCFullYear() - years);
}

export function cutoffsOf(controllerId: string, policy: ControllerPolicy, now: number): Cutoffs {
  const kept = effectiveRetention(policy);
  return {
    controllerId,
    now,
    outbox: now - Math.max(kept.outboxDays, LONGEST_WINDOW_DAYS) * DAY,
    inbound: now - kept.inboundDays * DAY,
    tasks: now - kept.closedTaskDays * DAY,
    consents: yearsBefore(now, kept.consentFactsYears),
    audit: now - kept.auditDays * DAY,
    profile: kept.profileDays === null ? null : now - kept.profileDays * DAY,
    month: monthsBefore(now, kept.engagementMonths),
  };
}
