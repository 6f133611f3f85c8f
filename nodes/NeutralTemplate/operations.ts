import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CareError } from '../../core';
import { renderOwn } from './approved';
import { APPROVED } from './approvedFields';
import { lint, preview } from './catalogue';
import { status, submit } from './meta';
import { renderItems } from './render';

type Operation = (
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
) => Promise<INodeExecutionData[][]>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  render: renderItems,
  [APPROVED]: renderOwn,
  preview,
  lint,
  submit,
  status,
};

/** @throws CareError `operationUnknown` */
export function operationOf(context: IExecuteFunctions): Operation {
  const operation = OPERATIONS[context.getNodeParameter('operation', 0)];
  if (operation) return operation;
  throw new CareError('operationUnknown', 'Choose an operation from the list.', { field: 'operation' });
}
