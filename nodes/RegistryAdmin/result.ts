import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Controller, ControllerPolicy, Sender } from '../../core';

export const adminItem = (
  value: Controller | Sender | ControllerPolicy | IDataObject,
  index: number,
): INodeExecutionData => ({
  json: { ...value },
  pairedItem: { item: index },
});
