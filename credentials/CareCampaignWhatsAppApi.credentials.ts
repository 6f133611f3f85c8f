import type {
  ICredentialDataDecryptedObject,
  ICredentialType,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow';
import { GRAPH_URL, readWhatsAppCredential } from '../nodes/shared/whatsAppCredential';

/** One WhatsApp Business number at Meta's Cloud API, with what sends from it and what checks its webhooks. */
// WhatsApp Send tests it: a function can tell a wrong token from a wrong number. n8n takes the first node that has one.
// eslint-disable-next-line @n8n/community-nodes/credential-test-required
export class CareCampaignWhatsAppApi implements ICredentialType {
  name = 'careCampaignWhatsAppApi';

  displayName = 'CareCampaign WhatsApp API';

  icon = {
    light: 'file:careCampaignWhatsAppApi.svg',
    dark: 'file:careCampaignWhatsAppApi.dark.svg',
  } as const;

  documentationUrl = 'https://github.com/carecampaign/n8n-nodes-carecampaign#whatsapp-credential';

  // The token must not work around the gate: only nodes of this package may decrypt it.
  restrictToSupportedNodes = true as const;

  properties: INodeProperties[] = [
    {
      displayName: 'Access Token',
      name: 'accessToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description:
        'Token of a system user with the permissions whatsapp_business_messaging and whatsapp_business_management',
    },
    {
      displayName: 'Phone Number ID',
      name: 'phoneNumberId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 106540352242922',
      description: 'Meta shows it under WhatsApp > API Setup. It is not the phone number.',
    },
    {
      displayName: 'Business Account ID',
      name: 'businessAccountId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 102290129340398',
      description: 'The WhatsApp Business Account (WABA) that owns the templates',
    },
    {
      displayName: 'App Secret',
      name: 'appSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'Checks the signature of every webhook. Without it the WhatsApp Inbox Trigger refuses all of them.',
    },
    {
      displayName: 'Verify Token',
      name: 'verifyToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'A text of your choice that you also enter where you set the webhook up at Meta',
    },
    {
      displayName: 'API Version',
      name: 'apiVersion',
      type: 'string',
      default: 'v23.0',
      required: true,
      placeholder: 'e.g. v23.0',
      description: 'Version of the Graph API. Meta keeps each one for about two years.',
    },
    {
      displayName: 'Simulator',
      name: 'simulator',
      type: 'boolean',
      default: false,
      description:
        'Whether this is a simulator, to try things out without real messages. Never use it with patients.',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: GRAPH_URL,
      description: 'Where the simulator listens, e.g. http://127.0.0.1:8090',
      displayOptions: { show: { simulator: [true] } },
    },
    {
      displayName: 'Allowed HTTP Request Domains',
      name: 'allowedHttpRequestDomains',
      type: 'hidden',
      default: 'none',
    },
  ];

  // A function, not the generic form: the token is added only to calls to the host that the credential may reach.
  authenticate = async (
    credentials: ICredentialDataDecryptedObject,
    request: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> => {
    const access = readWhatsAppCredential(credentials);
    const target = new URL(request.url, request.baseURL ?? access.baseUrl);
    if (target.origin !== access.baseUrl) {
      throw new Error('The WhatsApp credential may only call the host that it names.');
    }
    return { ...request, headers: { ...request.headers, Authorization: `Bearer ${access.accessToken}` } };
  };
}
