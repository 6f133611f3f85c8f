import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { CareError } from '../../core';

export interface Refusal {
  /** `description.name` of the node that refused. */
  readonly by: string;
  readonly code: string;
  readonly sentence: string;
}

/** Code and sentence of anything thrown. Texts that are not ours may quote an item, so they stay behind. */
export function reasonOf(error: unknown): Omit<Refusal, 'by'> {
  if (error instanceof CareError) return { code: error.code, sentence: error.message };
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'unexpected',
    sentence: `Something stopped the node that it has no words for (${kind}). Nothing was decided; run it again.`,
  };
}

/**
 * What n8n shows. n8n's own errors (a credential that is missing, an API that answers no) pass as they are;
 * everything else keeps only the code, and the sentence as the description.
 */
export function toNodeError(
  node: INode,
  error: unknown,
  itemIndex?: number,
): NodeOperationError | NodeApiError {
  if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
  const { code, sentence } = reasonOf(error);
  const at = error instanceof CareError ? (error.at.index ?? itemIndex) : itemIndex;
  return new NodeOperationError(node, `${node.name} stopped with the code "${code}"`, {
    description: sentence,
    ...(at === undefined ? {} : { itemIndex: at }),
  });
}
