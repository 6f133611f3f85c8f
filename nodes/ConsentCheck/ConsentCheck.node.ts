import { NodeConnectionTypes } from 'n8n-workflow';
import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  IExecuteFunctions,
  INodeCredentialTestResult,
  INodeExecutionData,
  INodeType,
  INodeTypeDescription,
} from 'n8n-workflow';
import { decideAll } from '../shared/batch';
import { searchControllers } from '../shared/controller';
import { checkAll } from './check';
import { consentCheckFields } from './fields';
import { testRegistry } from './testRegistry';

// A registry that cannot be reached is an answer, and the answer is no.
const NODE = { by: 'consentCheck', outputs: 3, restrictive: 1, refusesWhenUnreachable: true };

/** May this contact get a message for this purpose now? */
// A gate: a guarded model must not be able to ask its guard until the answer suits it.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class ConsentCheck implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Consent Check',
    name: 'consentCheck',
    icon: { light: 'file:consentCheck.svg', dark: 'file:consentCheck.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["purpose"] }}',
    description: 'Check for each item whether this contact may get a message for this purpose now',
    defaults: { name: 'Consent Check' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Allowed', 'Blocked', 'Later'],
    credentials: [{ name: 'careCampaignRegistryApi', required: true, testedBy: 'testRegistry' }],
    properties: consentCheckFields,
  };

  methods = {
    listSearch: { searchControllers },
    credentialTest: {
      async testRegistry(
        this: ICredentialTestFunctions,
        credential: ICredentialsDecrypted,
      ): Promise<INodeCredentialTestResult> {
        return testRegistry(credential);
      },
    },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return decideAll(this, NODE, (items) => checkAll(this, items));
  }
}
