import { CareError } from '../errors';
import type { ClaimResult } from '../registry/types';
import { deliver, type DeliveryPorts, type RunState } from './deliver';
import { answerEmergency, type EmergencyText } from './emergency';
import { notTried, refusedByGate, settled } from './results';
import type { Dispatch, DispatchResult } from './types';

/** Claims are taken right before the call, so a batch stays small: a STOP waits behind at most these. */
export const MAX_BATCH = 50;

export interface DispatchPorts extends DeliveryPorts {
  /** Messages a claim; 1 to 50. */
  readonly batchSize: number;
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
  private readonly state: RunState = { stopCode: null };
  private readonly results: DispatchResult[];
  private readonly inFlight = new Set<Promise<void>>();
  private done = 0;

  constructor(
    private readonly ports: DispatchPorts,
    private readonly dispatches: readonly Dispatch[],
    private readonly control: DispatchControl,
  ) {
    this.results = new Array<DispatchResult>(dispatches.length);
  }

  async run(): Promise<DispatchResult[]> {
    const size = Math.max(
      1,
      Math.trunc(Math.min(MAX_BATCH, this.ports.batchSize, this.ports.pace.concurrency)),
    );
    const fitting: Slot[] = [];
    this.dispatches.forEach((dispatch, index) => {
      if (fitsItsUse(dispatch)) fitting.push({ index, dispatch });
      else this.finish(index, notTried('templateUseMismatch'));
    });
    for (let from = 0; from < fitting.length; from += size) {
      await this.roomFor(size);
      await this.batch(fitting.slice(from, from + size));
    }
    await Promise.all(this.inFlight);
    return this.results;
  }

  /** A claim waits until all that it gives can be called at once. */
  private async roomFor(size: number): Promise<void> {
    const most = this.ports.pace.concurrency - size;
    while (this.inFlight.size > most) await Promise.race(this.inFlight);
    await this.ports.pace.released();
  }

  private async batch(slots: readonly Slot[]): Promise<void> {
    if (this.control.signal?.aborted) this.state.stopCode ??= 'runCancelled';
    if (this.state.stopCode !== null) {
      await this.turnAway(slots, this.state.stopCode);
      return;
    }
    try {
      const requests = slots.map(({ dispatch }) => dispatch.request);
      const claims = await this.ports.outbox.claim(this.ports.context, requests);
      if (claims.length !== slots.length) throw new Error('a claim answers each request');
      claims.forEach((claim, position) => {
        const slot = slots[position];
        if (slot) this.start(slot, claim);
      });
    } catch (error) {
      const known = error instanceof CareError;
      this.state.stopCode ??= known ? error.code : 'registryUnreachable';
      await this.turnAway(slots, this.state.stopCode, known ? error.message : undefined);
    }
  }

  private start({ index, dispatch }: Slot, claim: ClaimResult): void {
    if (!claim.claimed) {
      this.finish(index, refusedByGate(claim));
      return;
    }
    if (this.ports.context.dryRun === true) {
      this.finish(index, settled(claim, { state: 'released', code: 'dryRun' }));
      return;
    }
    const job = deliver(this.ports, this.state, dispatch, claim).then((result) => {
      this.finish(index, result);
    });
    this.inFlight.add(job);
    void job.finally(() => this.inFlight.delete(job));
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
    this.control.onProgress?.(this.done, this.dispatches.length);
  }
}

/**
 * Sends what the gate lets out: one result for each dispatch, in order, whatever happens to the others. Claims
 * and decisions are the registry's; a credential or sender that the provider turns down stops the run, and what
 * was not tried yet comes back with that code. Never rejects for one message.
 */
export async function dispatchAll(
  ports: DispatchPorts,
  dispatches: readonly Dispatch[],
  control: DispatchControl = {},
): Promise<DispatchResult[]> {
  return new DispatchRun(ports, dispatches, control).run();
}
