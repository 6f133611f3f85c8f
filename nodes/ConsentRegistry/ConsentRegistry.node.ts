import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { controllerParameter, searchControllers } from '../shared/controller';
import { importOperation } from './actions/import.operation';
import { recordOperation } from './actions/record.operation';
import { withdrawOperation } from './actions/withdraw.operation';
import { afterHead, chosenOperation, operationFields } from './operation';
import { BY } from './rows';
import { runOperation } from './run';

const OPERATIONS = [recordOperation, importOperation, withdrawOperation];

// A gate's ground: an AI agent must not be able to write down a consent that nobody gave.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class ConsentRegistry implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Consent Registry',
    name: 'consentRegistry',
    icon: { light: 'file:consentRegistry.svg', dark: 'file:consentRegistry.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Record, import and withdraw consents with their proof',
    defaults: { name: 'Consent Registry' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: afterHead(operationFields(OPERATIONS), [controllerParameter]),
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runOperation(this, BY, chosenOperation(this, OPERATIONS));
  }
}
