import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { reasonOf, toNodeError, type Refusal } from './errors';

/** What earlier nodes wrote under `json.care`; see docs/items.md. Each value is checked where it is used. */
export function careOf(item: INodeExecutionData): IDataObject {
  const { care } = item.json;
  return isRecord(care) ? care : {};
}

/** A text under `json.care`; absent when it is empty or something else. */
export function careText(item: INodeExecutionData, key: string): string | undefined {
  const value = careOf(item)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A new item with `patch` under `json.care`. The item that came in is shared with sibling nodes and stays as
 * it is; its fields and files go along. A refusal of an earlier node is dropped: this node has decided anew.
 */
export function withCare(item: INodeExecutionData, patch: object, index: number): INodeExecutionData {
  const { refusal: _earlier, ...care } = careOf(item);
  return {
    json: { ...item.json, care: { ...care, ...patch } },
    ...(item.binary ? { binary: item.binary } : {}),
    pairedItem: { item: index },
  };
}

/** The item for the "no" output. */
export function refused(
  item: INodeExecutionData,
  index: number,
  refusal: Refusal,
  patch: object = {},
): INodeExecutionData {
  const { by, code, sentence } = refusal;
  return withCare(item, { ...patch, refusal: { by, code, sentence } }, index);
}

/**
 * The item for the "no" output when the node could not decide and is set to continue. With `error` on it, n8n
 * moves it to the error output where there is one, and leaves it on the restrictive side where there is none.
 */
export function failedItem(
  item: INodeExecutionData,
  index: number,
  by: string,
  node: INode,
  error: unknown,
): INodeExecutionData {
  const failure = toNodeError(node, error, index);
  return { ...refused(item, index, { by, ...reasonOf(error) }), error: failure };
}

export function isRecord(value: unknown): value is IDataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
