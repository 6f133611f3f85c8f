import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { decideAll } from '../shared/batch';
import { searchControllers } from '../shared/controller';
import { selectAudience } from './audience';
import { safeAudienceFields } from './fields';

/** Contacts for a campaign, chosen by nothing that has to do with health. */
// A gate: whom a campaign reaches is decided by people, not by an AI agent that tries filters.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class SafeAudience implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Safe Audience',
    name: 'safeAudience',
    icon: { light: 'file:safeAudience.svg', dark: 'file:safeAudience.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["campaign"] }}',
    description:
      'Choose the contacts of a campaign by area, language, interest and relation, never by health',
    defaults: { name: 'Safe Audience' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Audience', 'Left Out'],
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: safeAudienceFields,
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return decideAll(this, { by: 'safeAudience', outputs: 2, restrictive: 1 }, () => selectAudience(this));
  }
}
