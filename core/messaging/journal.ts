import type { Registry } from '../registry/api';
import type { CallOutcome } from '../registry/types';
import { gathered } from './gather';

interface Settled {
  readonly outboxId: string;
  readonly outcome: CallOutcome;
}

/** What a run tells the registry of its calls, in as few transactions as it can. */
export interface Journal {
  /** Before the call: a process that dies from here on leaves a message of unknown fate. */
  readonly mark: (outboxId: string) => Promise<unknown>;
  readonly settle: (call: Settled) => Promise<unknown>;
  /** Another start instant, for a call that has missed its own; null: the rate of this process is all there is. */
  readonly slot: () => Promise<number | null>;
}

/** @param slots reserves so many start instants */
export function createJournal(
  outbox: Registry['outbox'],
  slots?: (count: number) => Promise<readonly number[]>,
): Journal {
  const slot = gathered<null, number | null>(async (asked) => {
    const instants = await slots?.(asked.length);
    return asked.map((_, index) => instants?.[index] ?? null);
  });
  return {
    mark: gathered<string, undefined>(async (ids) => {
      await outbox.markCalling(ids);
      return ids.map(() => undefined);
    }),
    settle: gathered<Settled, undefined>(async (calls) => {
      const [only] = calls;
      if (calls.length === 1 && only) await outbox.settleCall(only.outboxId, only.outcome);
      else await outbox.settleCalls(calls);
      return calls.map(() => undefined);
    }),
    slot: () => slot(null),
  };
}
