import { parse } from 'flatted';
import { z } from 'zod/v4';
import type { RestClient } from '../rest';
import { Item, type NodeOutputs } from './items';

const Summary = z.object({
  id: z.string(),
  workflowId: z.string(),
  status: z.string(),
  mode: z.string(),
  startedAt: z.string().nullable(),
  stoppedAt: z.string().nullable(),
});
export type ExecutionSummary = z.infer<typeof Summary>;

const NodeRun = z.looseObject({
  data: z.looseObject({ main: z.array(z.array(Item).nullable()).optional() }).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

const RunData = z.looseObject({
  resultData: z.looseObject({
    runData: z.record(z.string(), z.array(NodeRun)).optional(),
    error: z.looseObject({ message: z.string() }).optional(),
  }),
});

export interface Execution extends ExecutionSummary {
  /** What each node put out in its last run, by node name. */
  outputs: Record<string, NodeOutputs>;
  /** Why the run failed, where it did. */
  error: string | undefined;
}

const FINAL = new Set(['success', 'error', 'crashed', 'canceled']);

export const isFinal = (status: string) => FINAL.has(status);

export class ExecutionsApi {
  constructor(private readonly rest: RestClient) {}

  /** Kept and running executions, newest first. */
  async list({ workflowId, limit = 50 }: { workflowId?: string; limit?: number } = {}): Promise<
    ExecutionSummary[]
  > {
    const filter = JSON.stringify(workflowId ? { workflowId } : {});
    const Page = z.object({ results: z.array(Summary) });
    return (await this.rest.get('/rest/executions', Page, { filter, limit })).results;
  }

  /** The execution, or undefined where n8n did not keep it: for those it answers 200 without data. */
  async get(id: string): Promise<Execution | undefined> {
    const Stored = Summary.extend({ data: z.string() }).optional();
    const stored = await this.rest.get(`/rest/executions/${id}`, Stored);
    if (!stored) return undefined;
    const { data, ...summary } = stored;
    // A run that has just begun has no data yet.
    const resultData = RunData.optional().parse(parse(data))?.resultData;
    const runs = Object.entries(resultData?.runData ?? {});
    return {
      ...summary,
      outputs: Object.fromEntries(runs.map(([node, nodeRuns]) => [node, mainOutputs(nodeRuns.at(-1))])),
      error: resultData?.error?.message,
    };
  }
}

const mainOutputs = (run: z.infer<typeof NodeRun> | undefined): NodeOutputs =>
  (run?.data?.main ?? []).map((items) => items ?? []);
