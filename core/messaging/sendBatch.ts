import { CareError } from '../errors';
import type { ClaimResult, SendRequest } from '../registry/types';
import type { RunVerdict } from '../registry/sendingApi';
import { deliver, type DeliveryPorts, type RunPorts, spacedUntil } from './deliver';
import { answerEmergency, type EmergencyText } from './emergency';
import { createJournal } from './journal';
import { notTried, refusedByGate, settled } from './results';
import { RunState } from './runState';
import type { Dispatch, DispatchResult, DispatchSource } from './types';

/** Claims are taken right before the call, so a batch stays small: a STOP waits behind at most these. */
export const MAX_BATCH = 50;
/** Of the sender's rate in one claim: so much is decided ahead of its call, and as much again waits. */
const AHEAD_SECONDS = 0.25;
/** Messages that wait for another try are kept in memory; a run that has so many begins no more. */
const MOST_UNDER_WAY = 1_000;

export interface DispatchPorts extends DeliveryPorts {
  /** Messages a claim; 1 to 50. */
  readonly batchSize: number;
  /** Reserves start instants for calls that have missed their own; absent: the rate of this process is all there is. */
  readonly slots?: (count: number) => Promise<readonly number[]>;
  /**
   * Asked once before the first claim of a campaign; what does not fit does not start. All messages are drafted once
   * more for it, so it is given where there may be a campaign.
   */
  readonly begin?: (requests: readonly SendRequest[]) => Promise<RunVerdict>;
  /** Lets the fixed emergency answer out while the registry is unreachable. */
  readonly emergencyText?: EmergencyText;
}

export interface DispatchControl {
  /** Stops before the next claim; calls under way are heard out. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A template that only answers cannot start a conversation, and the other way round. */
function fitsItsUse({ request, message }: Dispatch): boolean {
  return message.use === 'both' || message.use === (request.basis.kind === 'reply' ? 'reply' : 'template');
}

interface Slot {
  readonly index: number;
  readonly dispatch: Dispatch;
}

class DispatchRun {
  private readonly state: RunState;
  private readonly results: DispatchResult[];
  private readonly inFlight = new Set<Promise<void>>();
  /** Claimed, and the call has not begun. */
  private readonly waiting = new Set<Promise<void>>();
  private readonly ports: DispatchPorts & RunPorts;
  private done = 0;

  constructor(
    ports: DispatchPorts,
    private readonly source: DispatchSource,
    private readonly control: DispatchControl,
  ) {
    const { messagesPerSecond } = ports.pace;
    const journal = createJournal(ports.outbox, ports.slots);
    this.ports = { ...ports, journal, context: { ...ports.context, messagesPerSecond } };
    this.state = new RunState(ports.sleep);
    this.results = new Array<DispatchResult>(source.length);
  }

  async run(): Promise<DispatchResult[]> {
    const cancel = (): void => this.state.stop('runCancelled');
    if (this.control.signal?.aborted) cancel();
    this.control.signal?.addEventListener('abort', cancel, { once: true });
    try {
      await this.all();
    } finally {
      this.control.signal?.removeEventListener('abort', cancel);
    }
    return this.results;
  }

  /** The messages of these places that can be claimed. */
  private drafted(from: number, to: number): Slot[] {
    const slots: Slot[] = [];
    for (let index = from; index < to; index += 1) {
      const drafted = this.source.draft(index);
      if ('refusal' in drafted) this.finish(index, notTried(drafted.refusal.code, drafted.refusal.sentence));
      else if (fitsItsUse(drafted.dispatch)) slots.push({ index, dispatch: drafted.dispatch });
      else this.finish(index, notTried('templateUseMismatch'));
    }
    return slots;
  }

  private async all(): Promise<void> {
    if (!(await this.mayBegin())) return;
    const size = this.batchSize();
    for (let from = 0; from < this.source.length; from += size) {
      await this.roomFor(size);
      const slots = this.drafted(from, Math.min(from + size, this.source.length));
      if (slots.length > 0) await this.batch(slots);
    }
    await Promise.all(this.inFlight);
  }

  /** A run that the registry cannot be asked about goes on: its claims are refused for the same reason. */
  private async mayBegin(): Promise<boolean> {
    if (!this.ports.begin) return true;
    const requests = Array.from({ length: this.source.length }, (_, index) =>
      this.source.draft(index),
    ).flatMap((drafted) => ('dispatch' in drafted ? [drafted.dispatch.request] : []));
    if (!requests.some(({ campaignKey }) => campaignKey !== undefined)) return true;
    const verdict = await this.ports.begin(requests).catch(() => null);
    if (verdict === null || verdict.starts) return true;
    const { code, sentence, nextPermittedAt } = verdict;
    const slots = this.drafted(0, this.source.length);
    for (const { index } of slots) this.finish(index, notTried(code, sentence, nextPermittedAt));
    return false;
  }

  private batchSize(): number {
    const { batchSize, pace } = this.ports;
    const ahead = Math.ceil(pace.messagesPerSecond * AHEAD_SECONDS);
    return Math.max(1, Math.trunc(Math.min(MAX_BATCH, batchSize, ahead)));
  }

  /** One batch waits for its instants while the next is claimed, so that the pace never waits for the registry. */
  private async roomFor(size: number): Promise<void> {
    while (this.waiting.size >= size) await Promise.race(this.waiting);
    while (this.inFlight.size >= MOST_UNDER_WAY) await Promise.race(this.inFlight);
    await this.ports.pace.released();
  }

  private async batch(slots: readonly Slot[]): Promise<void> {
    try {
      const claims = await this.claim(slots);
      if (claims === null) {
        await this.turnAway(slots, this.state.stopCode ?? 'runCancelled');
        return;
      }
      claims.forEach((claim, position) => {
        const slot = slots[position];
        if (slot) this.start(slot, claim);
      });
    } catch (error) {
      const known = error instanceof CareError;
      this.state.stop(known ? error.code : 'registryUnreachable');
      const code = this.state.stopCode ?? 'registryUnreachable';
      await this.turnAway(slots, code, known && error.code === code ? error.message : undefined);
    }
  }

  /** Null when the run has stopped. While the sender's instants are far off nothing is claimed, so a STOP counts. */
  private async claim(slots: readonly Slot[]): Promise<readonly ClaimResult[] | null> {
    const requests = slots.map(({ dispatch }) => dispatch.request);
    while (this.state.stopCode === null) {
      const claims = await this.ports.outbox.claim(this.ports.context, requests);
      if (claims.length !== slots.length) throw new Error('a claim answers each request');
      const [first] = claims;
      const until = first === undefined ? null : spacedUntil(first);
      if (until === null) return claims;
      await this.state.pause(Math.max(1, until - this.ports.pace.now()));
    }
    return null;
  }

  private start({ index, dispatch }: Slot, claim: ClaimResult): void {
    if (!claim.claimed) {
      // All others of this sender would hear the same.
      if (claim.code === 'senderHalted') this.state.stop(claim.code);
      this.finish(index, refusedByGate(claim));
      return;
    }
    if (this.ports.context.dryRun === true) {
      this.finish(index, settled(claim, { state: 'released', code: 'dryRun' }, this.ports.pace.now()));
      return;
    }
    let begun: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (begun = resolve));
    this.waiting.add(wait);
    const begin = (): void => {
      this.waiting.delete(wait);
      begun();
    };
    const job = deliver(this.ports, this.state, dispatch, claim, begin).then((result) => {
      this.finish(index, result);
    });
    this.inFlight.add(job);
    void job.finally(() => {
      begin();
      this.inFlight.delete(job);
    });
  }

  private async turnAway(slots: readonly Slot[], code: string, sentence?: string): Promise<void> {
    for (const { index, dispatch } of slots) {
      const answered = code === 'registryUnreachable' ? await this.emergency(dispatch) : null;
      this.finish(index, answered ?? notTried(code, sentence));
    }
  }

  private async emergency(dispatch: Dispatch): Promise<DispatchResult | null> {
    const { emergencyText, provider, context } = this.ports;
    if (!emergencyText || context.dryRun === true) return null;
    return answerEmergency(dispatch, emergencyText, provider);
  }

  private finish(index: number, result: DispatchResult): void {
    this.results[index] = result;
    this.done += 1;
    this.control.onProgress?.(this.done, this.source.length);
  }
}

/**
 * Sends what the gate lets out: one result for each dispatch, in order, whatever happens to the others. Claims
 * and decisions are the registry's; a credential or sender that the provider turns down stops the run, and what
 * was not tried yet comes back with that code. Never rejects for one message.
 */
export async function dispatchAll(
  ports: DispatchPorts,
  dispatches: readonly Dispatch[] | DispatchSource,
  control: DispatchControl = {},
): Promise<DispatchResult[]> {
  return new DispatchRun(ports, sourceOf(dispatches), control).run();
}

function sourceOf(dispatches: readonly Dispatch[] | DispatchSource): DispatchSource {
  if ('draft' in dispatches) return dispatches;
  return {
    length: dispatches.length,
    draft(index) {
      const dispatch = dispatches[index];
      if (dispatch === undefined) throw new RangeError('There is no such message');
      return { dispatch };
    },
  };
}
