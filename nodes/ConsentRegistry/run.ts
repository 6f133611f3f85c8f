import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CareError } from '../../core';
import { decideAll } from '../shared/batch';
import { reasonOf } from '../shared/errors';
import { refused } from '../shared/items';
import type { Operation } from './operation';

/** Runs the chosen operation on all items of a node that has one output. */
export async function runOperation(
  context: IExecuteFunctions,
  by: string,
  operation: Operation | undefined,
): Promise<INodeExecutionData[][]> {
  return decideAll(context, { by, outputs: 1, restrictive: 0 }, async (items) => {
    if (!operation)
      throw new CareError('operationUnknown', 'Choose an operation of this node.', { field: 'operation' });
    return [await operation.execute(context, items)];
  });
}

/** One after the other; an item that is refused says why and does not stop the others. */
export async function eachItem(
  items: readonly INodeExecutionData[],
  by: string,
  work: (item: INodeExecutionData, index: number) => Promise<INodeExecutionData | INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
  const results: INodeExecutionData[] = [];
  for (const [index, item] of items.entries()) {
    try {
      results.push(...[await work(item, index)].flat());
    } catch (error) {
      results.push(refused(item, index, { by, ...reasonOf(error) }));
    }
  }
  return results;
}
