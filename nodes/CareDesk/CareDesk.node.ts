import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { afterHead, chosenOfResource, resourceFields, type Resource } from '../ConsentRegistry/operation';
import { runOperation } from '../ConsentRegistry/run';
import { controllerParameter, searchControllers } from '../shared/controller';
import { listOperation } from './actions/list.operation';
import { openOperation } from './actions/open.operation';
import { readOperation } from './actions/read.operation';
import { replyOperation } from './actions/reply.operation';
import { assignOperation, closeOperation } from './actions/settle.operations';

const RESOURCES: readonly Resource[] = [
  {
    name: 'Task',
    value: 'task',
    operations: [openOperation, listOperation, assignOperation, closeOperation],
  },
  { name: 'Conversation', value: 'conversation', operations: [readOperation, replyOperation] },
];

// Conversations are for named people; an AI agent is none.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class CareDesk implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Care Desk',
    name: 'careDesk',
    icon: { light: 'file:careDesk.svg', dark: 'file:careDesk.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Hand answers to named people, and let them read what was written',
    defaults: { name: 'Care Desk' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: afterHead(resourceFields(RESOURCES), [controllerParameter]),
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runOperation(this, 'careDesk', chosenOfResource(this, RESOURCES));
  }
}
