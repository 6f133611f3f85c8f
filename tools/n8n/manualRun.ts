import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod/v4';
import { isFinal, type ExecutionsApi } from './api/executions';
import type { NodeOutputs } from './api/items';
import { PushChannel, type PushMessage } from './push';
import type { RestClient } from './rest';

/** How a run from the editor went. */
export interface ManualRun {
  executionId: string;
  /** `success`, `error`, `crashed`, `canceled` or `waiting` */
  status: string;
  /** What each node put out in its last run, by node name. */
  outputs: Record<string, NodeOutputs>;
  /** How long each node took, in ms, by node name. */
  milliseconds: Record<string, number>;
  /** Why nodes failed, by node name: n8n's title and, after a colon, what it says below it. */
  errors: Record<string, string>;
}

const POLL_MS = 1_000;
/** n8n tells the push channel a moment after it has dropped a run that it does not keep. */
const GRACE_POLLS = 5;

const Started = z.object({ executionId: z.string().optional() });

/**
 * Runs a workflow from one of its triggers as "Execute workflow" does, and waits for its end. The push channel
 * tells the end also where n8n keeps no executions; polling covers a channel that broke.
 */
export async function runManually(
  rest: RestClient,
  executions: ExecutionsApi,
  workflowId: string,
  { trigger, timeoutMs = 120_000 }: { trigger: string; timeoutMs?: number },
): Promise<ManualRun> {
  const recorder = new RunRecorder();
  const pushRef = randomUUID();
  const channel = await PushChannel.open(rest, pushRef, (message) => recorder.take(message));
  try {
    const body = { triggerToStartFrom: { name: trigger } };
    const path = `/rest/workflows/${workflowId}/run`;
    const { executionId } = await rest.post(path, body, Started, { 'push-ref': pushRef });
    if (!executionId) throw new Error(`"${trigger}" waits for a call from outside and cannot be run by hand`);
    const status = await untilFinished(recorder, executions, executionId, timeoutMs);
    const { outputs, milliseconds, errors } = recorder;
    return { executionId, status, outputs, milliseconds, errors };
  } finally {
    channel.close();
  }
}

class RunRecorder {
  status: string | undefined;
  readonly outputs: Record<string, NodeOutputs> = {};
  readonly milliseconds: Record<string, number> = {};
  readonly errors: Record<string, string> = {};

  take(message: PushMessage): void {
    if (message.type === 'executionFinished') this.status = message.data.status;
    else if (message.type === 'executionWaiting') this.status = 'waiting';
    else this.takeNode(message.data);
  }

  private takeNode({ nodeName, data }: Extract<PushMessage, { type: 'nodeExecuteAfterData' }>['data']): void {
    this.outputs[nodeName] = (data.data?.main ?? []).map((items) => items ?? []);
    this.milliseconds[nodeName] = data.executionTime;
    if (!data.error) return;
    const { message, description } = data.error;
    this.errors[nodeName] = description ? `${message}: ${description}` : message;
  }
}

async function untilFinished(
  recorder: RunRecorder,
  executions: ExecutionsApi,
  executionId: string,
  timeoutMs: number,
): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  let pollsGone = 0;
  let nextPoll = Date.now() + POLL_MS;
  for (;;) {
    await sleep(25);
    if (recorder.status) return recorder.status;
    if (Date.now() > deadline)
      throw new Error(`Execution ${executionId} did not end in ${timeoutMs / 1000} s`);
    if (Date.now() < nextPoll) continue;
    nextPoll = Date.now() + POLL_MS;
    const execution = await unlessBusy(executions.get(executionId));
    if (execution === BUSY) continue;
    if (execution && isFinal(execution.status)) return execution.status;
    if (!execution && ++pollsGone > GRACE_POLLS) {
      throw new Error(
        `n8n keeps nothing of execution ${executionId}, and the push channel did not tell how it ended`,
      );
    }
  }
}

const BUSY = Symbol('busy');

/**
 * A node that holds n8n's event loop for long lets connections die; the run goes on all the same. An n8n that is gone
 * refuses them.
 */
const unlessBusy = <T>(answer: Promise<T>): Promise<T | typeof BUSY> =>
  answer.catch((error: unknown) => {
    if (
      error instanceof Error &&
      / answered (?:nothing: (?!.*ECONNREFUSED).|\d+: aborted)/.test(error.message)
    )
      return BUSY;
    throw error;
  });
