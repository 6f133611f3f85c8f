import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { decideAll } from '../shared/batch';
import { searchControllers } from '../shared/controller';
import { phiFilterFields } from './fields';
import { filterAll } from './filter';

const NODE = { by: 'phiFilter', outputs: 2, restrictive: 1, refusesWhenUnreachable: true };

/** Keeps health and personal data out of messages and items. */
// A gate: a guarded model must not be able to try its guard until a wording slips through.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class PhiFilter implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'PHI Filter',
    name: 'phiFilter',
    icon: { light: 'file:phiFilter.svg', dark: 'file:phiFilter.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Find, redact or drop health and personal data before anything leaves',
    defaults: { name: 'PHI Filter' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Clean', 'Contains PHI'],
    credentials: [
      {
        name: 'careCampaignRegistryApi',
        required: true,
        displayOptions: { show: { policy: ['controller'] } },
      },
    ],
    properties: phiFilterFields,
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return decideAll(this, NODE, (items) => filterAll(this, items));
  }
}
