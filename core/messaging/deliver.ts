import type { CallOutcome, ClaimContext, ClaimResult } from '../registry/types';
import type { Registry } from '../registry/api';
import type { Journal } from './journal';
import type { Pace } from './pace';
import { refusedByGate, settled } from './results';
import { planRetry, type Retry } from './retry';
import type { RunState } from './runState';
import type { Dispatch, DispatchResult, Provider } from './types';

export interface DeliveryPorts {
  readonly outbox: Registry['outbox'];
  readonly provider: Provider;
  readonly context: ClaimContext;
  readonly pace: Pace;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1, for the jitter of retries; absent: none. */
  readonly random?: () => number;
}

/** Made once for a run. */
export interface RunPorts extends DeliveryPorts {
  readonly journal: Journal;
}

type Claimed = Extract<ClaimResult, { claimed: true }>;

interface Attempt {
  readonly outcome: CallOutcome;
  readonly retry: Retry | null;
}

/** Codes after which no other message of this sender can succeed either. */
const STOPPING: ReadonlySet<string> = new Set(['providerAuth', 'providerHalted', 'sessionLost']);

const SETTLE_WAITS = [200, 1_000, 5_000];

/** A registry that hiccups must not turn a sent message into an unknown one: it is told a few times. */
async function settle(ports: RunPorts, outboxId: string, outcome: CallOutcome): Promise<boolean> {
  for (const wait of [...SETTLE_WAITS, null]) {
    try {
      await ports.journal.settle({ outboxId, outcome });
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

const released = (code: string): Attempt => ({ outcome: { state: 'released', code }, retry: null });

/** What the answer means for everything else that this process sends. */
function heed({ pace }: DeliveryPorts, run: RunState, { outcome, retry }: Attempt): void {
  if (outcome.state === 'accepted') pace.heard('taken');
  if (outcome.state !== 'released') return;
  if (outcome.code === 'rateLimited') pace.heard('throttled');
  if (retry?.holdsSender) pace.hold(retry.waitMs);
  if (STOPPING.has(outcome.code)) run.stop(outcome.code);
  // A provider that stays away for one message is away for all of them.
  if (outcome.code === 'providerUnreachable' && retry === null) run.stop(outcome.code);
}

/**
 * Without its own id in a status nobody could tell two copies of a message from one, so nothing is tried again by
 * itself.
 */
function plan(ports: DeliveryPorts, outcome: CallOutcome, attempt: number): Attempt {
  const tries = ports.provider.capabilities.callbackId ? attempt : Number.POSITIVE_INFINITY;
  return planRetry(outcome, tries, ports.random?.() ?? 0);
}

/** One attempt. Stops the run where the answer concerns the sender and not this message. */
async function call(
  ports: RunPorts,
  run: RunState,
  dispatch: Dispatch,
  { outboxId, to }: Claimed,
  attempt: number,
): Promise<Attempt> {
  if (run.stopCode !== null) {
    const freed = released(run.stopCode);
    await settle(ports, outboxId, freed.outcome);
    return freed;
  }
  const as = dispatch.request.basis.kind === 'reply' ? 'reply' : 'template';
  // No abort signal: a call under way is heard out, or its message would be unknown for no reason.
  const answer = await ports.provider.send({
    outboxId,
    to,
    message: dispatch.message,
    as,
    ...dispatch.extras,
  });
  const planned = plan(ports, answer, attempt);
  heed(ports, run, planned);
  if (!(await settle(ports, outboxId, planned.outcome))) {
    run.stop('registryUnreachable');
    return { outcome: { state: 'unknown' }, retry: null };
  }
  if (answer.state === 'accepted' && as === 'reply')
    await keepOwnWords(ports, outboxId, dispatch.message.text);
  return planned;
}

/**
 * Calls at the instant that was reserved, or at another one where that has passed. What the registry could not be told
 * of before is not called.
 */
async function inTurn(
  { pace, journal }: RunPorts,
  run: RunState,
  claim: Claimed,
  job: () => Promise<Attempt>,
): Promise<Attempt> {
  let marked = false;
  const mark = async (): Promise<void> => {
    if (marked || run.stopCode !== null) return;
    try {
      await journal.mark(claim.outboxId);
      marked = true;
    } catch {
      run.stop('registryUnreachable');
    }
  };
  for (let callAt = claim.callAt ?? null; ;) {
    const attempt = await pace.at(callAt, job, mark);
    if (attempt !== 'late') return attempt;
    if (run.stopCode !== null) return job();
    try {
      callAt = await journal.slot();
    } catch {
      run.stop('registryUnreachable');
      return job();
    }
  }
}

/** The gate is asked again before each further try, so that a STOP in between counts. */
async function claimAgain(
  ports: DeliveryPorts,
  run: RunState,
  dispatch: Dispatch,
): Promise<ClaimResult | null> {
  for (;;) {
    const [again] = await ports.outbox.claim(ports.context, [dispatch.request]);
    const until = again === undefined ? null : spacedUntil(again);
    if (until === null) return again ?? null;
    await run.pause(Math.max(1, until - ports.pace.now()));
    if (run.stopCode !== null) return again ?? null;
  }
}

/** The sender's next instants are taken or held: nothing was decided, and the same claim may be asked for then. */
export function spacedUntil(claim: ClaimResult): number | null {
  const spaced = !claim.claimed && claim.code === 'rateLimited' && claim.outboxId === null;
  return spaced ? claim.nextPermittedAt : null;
}

/**
 * Sends one claimed message; where the provider certainly did not take it, it may be tried again, with a claim of its
 * own. Never rejects.
 * @param onCall when the first call begins, or will not
 */
export async function deliver(
  ports: RunPorts,
  run: RunState,
  dispatch: Dispatch,
  first: ClaimResult,
  onCall: () => void = () => undefined,
): Promise<DispatchResult> {
  let claim = first;
  for (let attempt = 0; ; attempt += 1) {
    if (!claim.claimed) return refusedByGate(claim);
    const held = claim;
    const { outcome, retry } = await inTurn(ports, run, held, () => {
      onCall();
      return call(ports, run, dispatch, held, attempt);
    });
    if (retry === null) return settled(held, outcome, ports.pace.now());
    await run.pause(retry.waitMs);
    await ports.pace.released();
    if (run.stopCode !== null) return settled(held, outcome, ports.pace.now());
    try {
      const again = await claimAgain(ports, run, dispatch);
      if (again === null) return settled(held, outcome, ports.pace.now());
      claim = again;
    } catch {
      run.stop('registryUnreachable');
      return settled(held, { state: 'released', code: 'registryUnreachable' }, ports.pace.now());
    }
  }
}
