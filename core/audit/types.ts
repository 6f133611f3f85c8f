import type { Purpose } from '../policy/types';
import type { PersonRef } from '../registry/types';

/** One row of a controller's audit: who did what to which object, and how it ended. */
export interface AuditRow {
  /** Its place in the controller's chain, from 1. */
  readonly seq: number;
  /** ms since epoch. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  /** `<kind>:<id or key>`, such as `contact:<contactRef>`. */
  readonly object: string;
  readonly outcome: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** `jsonl` can be verified as a copy, `csv` is for people. */
export type ExportFormat = 'jsonl' | 'csv';

/** A row with its keyed hash, as a line of a JSONL export holds it. */
export interface ExportedRow extends AuditRow {
  readonly mac: string;
  /** Of the row before it: each row can be checked by itself, and that none is missing. */
  readonly previousMac: string;
}

/**
 * The end of a chain at one instant. Kept outside the registry, it shows later that no row was cut off and that the
 * chain is still the same one. Signed, so that an edited one is told apart.
 */
export interface AuditHead {
  /** Key of the controller. */
  readonly controller: string;
  readonly seq: number;
  readonly mac: string;
  /** When it was made, ms since epoch. */
  readonly at: number;
  readonly signature: string;
}

/**
 * - `changed`: a row is not as it was written, or rows before it were taken out and the others moved up
 * - `missing`: a row is gone, or all before it without a purge that accounts for them
 * - `inserted`: a row that was not written by the registry, or one that a purge took out
 * - `reordered`: two rows changed places
 * - `checkpointForged`: the record of a purge was not written by the registry
 * - `cutTail`: rows that an exported head knows are gone from the end
 * - `replaced`: the chain is another one than that of the exported head
 * - `headUnknown`: the head was edited, or belongs to another controller or registry
 * - `headTooOld`: the row of the head is purged, so that nothing can be compared
 */
export type ChainProblem =
  | 'changed'
  | 'missing'
  | 'inserted'
  | 'reordered'
  | 'checkpointForged'
  | 'cutTail'
  | 'replaced'
  | 'headUnknown'
  | 'headTooOld';

/** `from` and `to` are the first and the last row that are there; `seq` is the first row that is not right. */
export type ChainVerdict =
  | { readonly ok: true; readonly rows: number; readonly from: number; readonly to: number }
  | { readonly ok: false; readonly seq: number; readonly problem: ChainProblem; readonly sentence: string };

/** Instants in ms since epoch; `since` is included, `until` is not. */
export interface Period {
  readonly since?: number;
  readonly until?: number;
}

export interface AuditFilter extends Period {
  /** The whole actor, or its beginning up to a slash: `workflow:12` finds all runs of that workflow. */
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  /** Rows about the contact, its tasks and its conversations. */
  readonly contactRef?: string;
  /** At most 1,000. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: number;
}

/** Newest first. `next` is null on the last page. */
export interface AuditPage {
  readonly rows: readonly AuditRow[];
  readonly next: number | null;
}

export const NOT_SENT_STATES = ['refused', 'failed', 'unknown'] as const;
export type NotSentState = (typeof NOT_SENT_STATES)[number];

export interface NotSentFilter extends Period {
  readonly person?: PersonRef;
  readonly code?: string;
  /** `reminder`, `survey`, `campaign:<key>` or `reply`. */
  readonly kind?: string;
  /** The user's own key of the appointment, visit or campaign, as the message was claimed with. */
  readonly occurrence?: string;
  readonly limit: number;
}

/** A message that did not leave, and all that decided it. */
export interface NotSentRow {
  readonly outboxId: string;
  /** When it was decided, ms since epoch. */
  readonly at: number;
  readonly state: NotSentState;
  readonly code: string;
  readonly sentence: string;
  /** It can never leave any more. */
  readonly final: boolean;
  readonly kind: string;
  readonly stage: string;
  /** A keyed hash: the user's own key may hold a name or a date. Equal keys have equal hashes. */
  readonly occurrence: string;
  readonly purpose: Purpose;
  readonly template: string;
  readonly language: string;
  readonly contactRef: string | null;
  readonly actor: string;
  readonly policyVersion: number;
  /** The consent event or suppression that decided. */
  readonly consentEventId: string | null;
  /** The error number of the provider. */
  readonly providerCode: string | null;
}

/** Newest first; the counts are of all that the filter finds, also beyond the limit. */
export interface NotSent {
  readonly rows: readonly NotSentRow[];
  readonly counts: Readonly<Record<string, number>>;
}

export const REPORT_PARTS = ['campaign', 'area'] as const;
export type ReportPart = (typeof REPORT_PARTS)[number];

/**
 * `<5`: so few that people could be singled out; also zero. `withheld`: the one part that would give the small one
 * away by subtracting it from the total.
 */
export type PartCount = number | '<5' | 'withheld';

/** `C` is a number in totals and may be covered in parts. */
export interface Figures<C> {
  /** Accepted by the provider. */
  readonly sent: C;
  readonly delivered: C;
  readonly read: C;
  readonly failed: C;
  readonly unknown: C;
  readonly refused: C;
  /** How many of them by reason. */
  readonly refusedBy: Readonly<Record<string, C>>;
}

export interface PurposeFigures extends Figures<number> {
  readonly purpose: Purpose;
  /** STOPs and objections; one that ends everything counts for every purpose. */
  readonly optOuts: number;
  readonly consentsGiven: number;
  /** Of this purpose alone. */
  readonly consentsWithdrawn: number;
}

export interface PartFigures extends Figures<PartCount> {
  readonly purpose: Purpose;
  /** Key of the campaign, or name of the area; null: none. */
  readonly part: string | null;
}

/** Messages first decided on in the period, as they stand now, and consents that were said in it. */
export interface AuditReport {
  readonly since: number;
  readonly until: number;
  readonly purposes: readonly PurposeFigures[];
  readonly parts: readonly PartFigures[];
}
