import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { afterHead, chosenOperation, operationFields } from '../ConsentRegistry/operation';
import { runOperation } from '../ConsentRegistry/run';
import { controllerParameter, searchControllers } from '../shared/controller';
import { exportOperation } from './actions/export.operation';
import { exportHeadOperation } from './actions/exportHead.operation';
import { queryOperation } from './actions/query.operation';
import { reportOperation } from './actions/report.operation';
import { verifyOperation } from './actions/verify.operation';
import { whyNotSentOperation } from './actions/whyNotSent.operation';
import { BY } from './shared';

const OPERATIONS = [
  queryOperation,
  verifyOperation,
  exportOperation,
  exportHeadOperation,
  whyNotSentOperation,
  reportOperation,
];

// It shows who of the staff did what and who got no message why: for people who answer for it, not for an AI agent.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class AuditTrail implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Audit Trail',
    name: 'auditTrail',
    icon: { light: 'file:auditTrail.svg', dark: 'file:auditTrail.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Show and verify who did what, say why messages were not sent, and report',
    defaults: { name: 'Audit Trail' },
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
