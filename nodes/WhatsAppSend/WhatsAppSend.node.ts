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
import { testMeta } from './credentialTests/meta';
import { testSendApp } from './credentialTests/sendApp';
import { whatsAppSendFields } from './fields';
import { sendAll } from './send';

/** The gated sender: decision and claim are one step in the registry, for each message. */
// As an agent's tool it could be called around the nodes that decide and render.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class WhatsAppSend implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WhatsApp Send',
    name: 'whatsAppSend',
    icon: { light: 'file:whatsAppSend.svg', dark: 'file:whatsAppSend.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{ $parameter["basis"] }}',
    description: 'Send neutral messages by WhatsApp, each only with a recorded right to send it',
    defaults: { name: 'WhatsApp Send' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Sent', 'Not Sent'],
    // Hidden, not shown, by provider: by `show` the editor takes Provider for a way to log in and hides the field.
    credentials: [
      {
        name: 'careCampaignWhatsAppApi',
        required: true,
        displayOptions: { hide: { provider: ['sendApp'] } },
        testedBy: 'testWhatsApp',
      },
      {
        name: 'careCampaignSendAppApi',
        required: true,
        displayOptions: { hide: { provider: ['metaCloud'] } },
        testedBy: 'testSendApp',
      },
      { name: 'careCampaignRegistryApi', required: true },
    ],
    properties: whatsAppSendFields,
  };

  methods = {
    listSearch: { searchControllers },
    credentialTest: {
      async testWhatsApp(
        this: ICredentialTestFunctions,
        credential: ICredentialsDecrypted,
      ): Promise<INodeCredentialTestResult> {
        return testMeta(credential);
      },
      async testSendApp(
        this: ICredentialTestFunctions,
        credential: ICredentialsDecrypted,
      ): Promise<INodeCredentialTestResult> {
        return testSendApp(credential);
      },
    },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return decideAll(this, { by: 'whatsAppSend', outputs: 2, restrictive: 1 }, (items) =>
      sendAll(this, items),
    );
  }
}
