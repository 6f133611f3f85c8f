import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { afterHead, chosenOperation, operationFields } from '../ConsentRegistry/operation';
import { runOperation } from '../ConsentRegistry/run';
import { controllerParameter, searchControllers } from '../shared/controller';
import { fromReplyOperation } from './actions/fromReply.operation';
import { updateOperation } from './actions/update.operation';

const OPERATIONS = [fromReplyOperation, updateOperation];

// An opt-in is a right to write: only the person's own answer may give it, not an AI agent's guess.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class PreferenceTags implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Preference Tags',
    name: 'preferenceTags',
    icon: { light: 'file:preferenceTags.svg', dark: 'file:preferenceTags.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Keep what people want to hear about, and how often',
    defaults: { name: 'Preference Tags' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: afterHead(operationFields(OPERATIONS), [controllerParameter]),
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runOperation(this, 'preferenceTags', chosenOperation(this, OPERATIONS));
  }
}
