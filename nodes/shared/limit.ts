import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

export const limitFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    description: 'Max number of results to return',
    displayOptions: { show: { returnAll: [false] } },
  },
];

/** The given limit; null for all. */
export const limitOf = (context: IExecuteFunctions): number | null =>
  context.getNodeParameter('returnAll', 0, false) ? null : context.getNodeParameter('limit', 0, 50);
