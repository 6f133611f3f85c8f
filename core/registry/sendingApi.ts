import type { Actor, ClaimContext, ProviderId, SendRequest } from './types';

/** Whether a run may start at all. */
export type RunVerdict =
  | { readonly starts: true }
  | {
      readonly starts: false;
      /** `portfolioBudget`. */
      readonly code: string;
      /** With the numbers of people. */
      readonly sentence: string;
      /** When all of them fit; null: never in one run. */
      readonly nextPermittedAt: number | null;
    };

/** A message whose answer was lost and whose status never came. */
export interface UnknownMessage {
  readonly id: string;
  readonly contactRef: string | null;
  readonly phoneNumberId: string;
  readonly kind: string;
  readonly stage: string;
  readonly template: string;
  readonly campaign: string | null;
  readonly calledAt: number;
  /** When a person may decide about it. */
  readonly decidableAt: number;
}

export interface UnknownFilter {
  readonly outboxIds?: readonly string[];
  readonly phoneNumberId?: string;
  readonly campaignKey?: string;
  /** Hours after the call in which its status may still come; 24 or more. */
  readonly graceHours?: number;
}

export type UnknownDecision = 'countAsSent' | 'sendAgain';

/** What concerns all that a sender sends, and not one message. */
export interface SendingService {
  /**
   * Before the first claim of a run: notes it in the campaigns that its requests name, and refuses it when its new
   * people do not fit into what Meta lets the portfolio write to within 24 hours. A dry run notes nothing.
   */
  begin(context: ClaimContext, requests: readonly SendRequest[]): Promise<RunVerdict>;
  /** Reserves start instants (ms since epoch) for so many messages that have missed their own. */
  slots(context: ClaimContext, count: number): Promise<number[]>;
  /** Messages of unknown fate, the oldest first; at most 1,000. */
  listUnknown(controllerKey: string, filter?: UnknownFilter): Promise<UnknownMessage[]>;
  /**
   * A person's choice for messages whose status has not come within the grace period; others stay as they are.
   * Audited. Rejects with `inputInvalid` when the filter names no message, sender or campaign.
   */
  settleUnknown(
    controllerKey: string,
    filter: UnknownFilter,
    decision: UnknownDecision,
    actor: Actor,
  ): Promise<{ readonly settled: number; readonly tooEarly: number }>;
  /**
   * What Meta said of the portfolio that the sender belongs to; it counts for all senders of that portfolio.
   * @param limit unique people a moving 24 hours; null: unlimited
   */
  setPortfolioLimit(provider: ProviderId, phoneNumberId: string, limit: number | null): Promise<void>;
}
