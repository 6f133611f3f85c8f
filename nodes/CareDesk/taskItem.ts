import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Task } from '../../core';

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** A task as workflows show it; it holds references and no words. */
export const taskJson = (task: Task): IDataObject => ({
  ...task,
  createdAt: instant(task.createdAt),
  closedAt: instant(task.closedAt),
});

/** An item of its own, born in the registry. */
export const bornItem = (json: IDataObject, index: number): INodeExecutionData => ({
  json,
  pairedItem: { item: index },
});
