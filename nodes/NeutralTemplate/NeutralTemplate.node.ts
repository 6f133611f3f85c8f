import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { decideAll } from '../shared/batch';
import { searchControllers } from '../shared/controller';
import { APPROVED } from './approvedFields';
import { neutralTemplateFields } from './fields';
import { searchApprovedTemplates } from './liveList';
import { operationOf } from './operations';

/** Writes messages from the catalogue's neutral texts, and looks after those texts. */
// A gate: its texts leave as they are, and an AI agent must not choose among them with a patient's data in hand.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class NeutralTemplate implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Neutral Template',
    name: 'neutralTemplate',
    icon: { light: 'file:neutralTemplate.svg', dark: 'file:neutralTemplate.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Write a message from a neutral template and typed values, never from free text',
    defaults: { name: 'Neutral Template' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Rendered', 'Rejected'],
    credentials: [
      { name: 'careCampaignRegistryApi', required: true },
      {
        name: 'careCampaignWhatsAppApi',
        required: true,
        displayOptions: { show: { operation: ['submit', 'status', APPROVED] } },
      },
    ],
    properties: neutralTemplateFields,
  };

  methods = { listSearch: { searchControllers, searchApprovedTemplates } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return decideAll(this, { by: 'neutralTemplate', outputs: 2, restrictive: 1 }, (items) =>
      operationOf(this)(this, items),
    );
  }
}
