import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from './errors';
import { failedItem } from './items';

export interface BatchNode {
  /** `description.name`, for `care.refusal.by`. */
  readonly by: string;
  /** Number of outputs, and the index of the one where nothing is sent from. */
  readonly outputs: number;
  readonly restrictive: number;
}

/**
 * Runs a node's work on all its items at once. When it cannot be done, the node stops; when the user chose to
 * continue on failure, every item goes to the restrictive output. An item never goes on by accident.
 */
export async function decideAll(
  context: IExecuteFunctions,
  { by, outputs, restrictive }: BatchNode,
  work: (items: INodeExecutionData[]) => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
  const items = context.getInputData();
  try {
    return await work(items);
  } catch (error) {
    const node = context.getNode();
    if (!context.continueOnFail()) throw toNodeError(node, error);
    const result = Array.from({ length: outputs }, (): INodeExecutionData[] => []);
    result[restrictive] = items.map((item, index) => failedItem(item, index, by, node, error));
    return result;
  }
}
