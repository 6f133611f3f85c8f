import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { controllerParameter, searchControllers } from '../shared/controller';
import { eraseOperation } from './actions/erase.operation';
import { exportOperation } from './actions/export.operation';
import { findOperation } from './actions/find.operation';
import { importOperation } from './actions/import.operation';
import { mergeOperation } from './actions/merge.operation';
import { processingRecordOperation } from './actions/processingRecord.operation';
import { purgeOperation } from './actions/purge.operation';
import { recordOperation } from './actions/record.operation';
import { rectifyOperation } from './actions/rectify.operation';
import { restrictOperation } from './actions/restrict.operation';
import { verifyOperation } from './actions/verify.operation';
import { withdrawOperation } from './actions/withdraw.operation';
import { afterHead, chosenOfResource, resourceFields, type Resource } from './operation';
import { BY } from './rows';
import { runOperation } from './run';

const RESOURCES: readonly Resource[] = [
  {
    name: 'Consent',
    value: 'consent',
    operations: [recordOperation, importOperation, withdrawOperation],
  },
  {
    name: 'Person',
    value: 'person',
    operations: [
      findOperation,
      exportOperation,
      rectifyOperation,
      restrictOperation,
      eraseOperation,
      verifyOperation,
      mergeOperation,
    ],
  },
  { name: 'Record of Processing', value: 'processingRecord', operations: [processingRecordOperation] },
  { name: 'Retention', value: 'retention', operations: [purgeOperation] },
];

// A gate's ground: an AI agent must not write down a consent that nobody gave, nor erase a person.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class ConsentRegistry implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Consent Registry',
    name: 'consentRegistry',
    icon: { light: 'file:consentRegistry.svg', dark: 'file:consentRegistry.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Record and withdraw consents with their proof, and give people their rights',
    defaults: { name: 'Consent Registry' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: afterHead(resourceFields(RESOURCES), [controllerParameter]),
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runOperation(this, BY, chosenOfResource(this, RESOURCES));
  }
}
