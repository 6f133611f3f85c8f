import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { reasonOf, toNodeError } from './errors';
import { failedItem, refused } from './items';

export interface BatchNode {
  /** `description.name`, for `care.refusal.by`. */
  readonly by: string;
  /** Number of outputs, and the index of the one where nothing is sent from. */
  readonly outputs: number;
  readonly restrictive: number;
  /** All items are refused, and the workflow goes on, when the registry cannot be reached. */
  readonly refusesWhenUnreachable?: boolean;
}

/**
 * Runs a node's work on all its items at once. When it cannot be done, the node stops; when the user chose to
 * continue on failure, every item goes to the restrictive output. An item never goes on by accident.
 */
export async function decideAll(
  context: IExecuteFunctions,
  node: BatchNode,
  work: (items: INodeExecutionData[]) => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
  const items = context.getInputData();
  try {
    return await work(items);
  } catch (error) {
    const { by, outputs, restrictive, refusesWhenUnreachable = false } = node;
    const refuses = refusesWhenUnreachable && reasonOf(error).code === 'registryUnreachable';
    if (!refuses && !context.continueOnFail()) throw toNodeError(context.getNode(), error);
    const result = Array.from({ length: outputs }, (): INodeExecutionData[] => []);
    result[restrictive] = items.map((item, index) =>
      refuses
        ? refused(item, index, { by, ...reasonOf(error) })
        : failedItem(item, index, by, context.getNode(), error),
    );
    return result;
  }
}
