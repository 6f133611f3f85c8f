import type { CallOutcome, ClaimContext, ClaimResult } from '../registry/types';
import type { Registry } from '../registry/api';
import type { Pace } from './pace';
import { refusedByGate, settled } from './results';
import type { Dispatch, DispatchResult, Provider } from './types';

export interface DeliveryPorts {
  readonly outbox: Registry['outbox'];
  readonly provider: Provider;
  readonly context: ClaimContext;
  readonly pace: Pace;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Shared by all messages of a run: the first cause to stop wins. */
export interface RunState {
  stopCode: string | null;
}

type Claimed = Extract<ClaimResult, { claimed: true }>;

/** Codes after which no other message of this sender can succeed either. */
const STOPPING: ReadonlySet<string> = new Set(['providerAuth', 'providerHalted']);

/** In milliseconds before the n-th retry; `sender` holds everything, `person` only this message. */
const BACK_OFF: Readonly<Record<string, { scope: 'sender' | 'person'; waits: readonly number[] }>> = {
  rateLimited: { scope: 'sender', waits: [1_000, 2_000, 4_000, 8_000, 16_000] },
  providerUnreachable: { scope: 'sender', waits: [1_000, 5_000] },
  // Meta's rule for a pair: 4^n seconds.
  pairRateLimited: { scope: 'person', waits: [1_000, 4_000, 16_000] },
};

const SETTLE_WAITS = [200, 1_000, 5_000];

/** A registry that hiccups must not turn a sent message into an unknown one: it is told a few times. */
async function settle(ports: DeliveryPorts, outboxId: string, outcome: CallOutcome): Promise<boolean> {
  for (const wait of [...SETTLE_WAITS, null]) {
    try {
      await ports.outbox.settleCall(outboxId, outcome);
      return true;
    } catch {
      if (wait === null) return false;
      await ports.sleep(wait);
    }
  }
  return false;
}

async function keepOwnWords({ outbox }: DeliveryPorts, outboxId: string, text: string): Promise<void> {
  try {
    await outbox.keepText(outboxId, text);
  } catch {
    // The message has left and is settled; a missing line in the conversation must not call that in doubt.
  }
}

/** One attempt inside the pace. Stops the run where the answer concerns the sender and not this message. */
async function call(
  ports: DeliveryPorts,
  run: RunState,
  dispatch: Dispatch,
  claim: Claimed,
): Promise<CallOutcome> {
  await ports.pace.released();
  if (run.stopCode !== null) {
    const outcome: CallOutcome = { state: 'released', code: run.stopCode };
    await settle(ports, claim.outboxId, outcome);
    return outcome;
  }
  try {
    await ports.outbox.markCalling([claim.outboxId]);
  } catch {
    run.stopCode ??= 'registryUnreachable';
    return { state: 'released', code: 'registryUnreachable' };
  }
  const as = dispatch.request.basis.kind === 'reply' ? 'reply' : 'template';
  const { outboxId, to } = claim;
  // No abort signal: a call under way is heard out, or its message would be unknown for no reason.
  const outcome = await ports.provider.send({
    outboxId,
    to,
    message: dispatch.message,
    as,
    ...dispatch.extras,
  });
  if ('code' in outcome && STOPPING.has(outcome.code)) run.stopCode ??= outcome.code;
  if (!(await settle(ports, outboxId, outcome))) {
    run.stopCode ??= 'registryUnreachable';
    return { state: 'unknown' };
  }
  if (outcome.state === 'accepted' && as === 'reply') {
    await keepOwnWords(ports, outboxId, dispatch.message.text);
  }
  return outcome;
}

/** Waits as the code asks; false when there is no further try. */
async function backOff(ports: DeliveryPorts, outcome: CallOutcome, attempt: number): Promise<boolean> {
  if (outcome.state !== 'released') return false;
  const rule = BACK_OFF[outcome.code];
  const wait = rule?.waits[attempt];
  if (rule === undefined || wait === undefined) return false;
  if (rule.scope === 'sender') ports.pace.hold(wait);
  else await ports.sleep(wait);
  await ports.pace.released();
  return true;
}

/**
 * Sends one claimed message; where the provider certainly did not take it, the gate is asked again before each
 * retry, so that a STOP in between counts. Never rejects.
 */
export async function deliver(
  ports: DeliveryPorts,
  run: RunState,
  dispatch: Dispatch,
  first: ClaimResult,
): Promise<DispatchResult> {
  let claim = first;
  for (let attempt = 0; ; attempt += 1) {
    if (!claim.claimed) return refusedByGate(claim);
    const held = claim;
    const outcome = await ports.pace.schedule(held.contactRef, () => call(ports, run, dispatch, held));
    if (!(await backOff(ports, outcome, attempt))) {
      // A provider that stays away for one message is away for all of them.
      if (outcome.state === 'released' && outcome.code === 'providerUnreachable')
        run.stopCode ??= outcome.code;
      return settled(held, outcome);
    }
    if (run.stopCode !== null) return settled(held, outcome);
    try {
      const [again] = await ports.outbox.claim(ports.context, [dispatch.request]);
      if (again === undefined) return settled(held, outcome);
      claim = again;
    } catch {
      run.stopCode ??= 'registryUnreachable';
      return settled(held, { state: 'released', code: 'registryUnreachable' });
    }
  }
}
