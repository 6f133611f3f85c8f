import type { ICredentialType, INodeProperties } from 'n8n-workflow';

const agent = { show: { product: ['agent'] } };
const official = { show: { product: ['official'] } };
const cloud = { show: { product: ['cloud'] } };

/** One account at SendApp: which of its three products, what sends from it and what its webhooks must know. */
// WhatsApp Send tests it; n8n takes the test of the first node that has one.
// eslint-disable-next-line @n8n/community-nodes/credential-test-required
export class CareCampaignSendAppApi implements ICredentialType {
  name = 'careCampaignSendAppApi';

  displayName = 'CareCampaign SendApp API';

  icon = {
    light: 'file:careCampaignSendAppApi.svg',
    dark: 'file:careCampaignSendAppApi.dark.svg',
  } as const;

  documentationUrl = 'https://github.com/carecampaign/n8n-nodes-carecampaign#sendapp-credential';

  // The keys must not work around the gate: only nodes of this package may decrypt them.
  restrictToSupportedNodes = true as const;

  properties: INodeProperties[] = [
    {
      displayName: 'Product',
      name: 'product',
      type: 'options',
      default: 'agent',
      options: [
        { name: 'SendApp Agent', value: 'agent', description: 'Meta’s Cloud API through app.sendapp.ai' },
        {
          name: 'SendApp Cloud',
          value: 'cloud',
          description: 'A WhatsApp Web session, outside Meta’s business terms. Not for health data.',
        },
        {
          name: 'SendApp Official',
          value: 'official',
          description: 'Meta’s Cloud API through official.sendapp.cloud',
        },
      ],
    },
    {
      displayName:
        'SendApp Cloud is a WhatsApp Web session: outside Meta’s business terms, without templates, and its number can be banned at any time. Do not use it for health data.',
      name: 'cloudNotice',
      type: 'notice',
      default: '',
      displayOptions: cloud,
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'In SendApp’s panel, menu API',
      displayOptions: agent,
    },
    {
      displayName: 'Account Token',
      name: 'accountToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'The token of the one account that sends; it stands beside the API key',
      displayOptions: agent,
    },
    {
      displayName: 'Access Token',
      name: 'accessToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'In SendApp’s panel, under Developer Tools',
      displayOptions: { show: { product: ['official', 'cloud'] } },
    },
    {
      displayName: 'Instance ID',
      name: 'instanceId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 64A1B2C3D4E5F',
      description: 'ID of the session. Enter it in Registry Admin as the Sender ID.',
      displayOptions: cloud,
    },
    {
      displayName: 'Sender ID',
      name: 'senderId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. aurora-desk',
      description:
        'A name of your choice for this account, 3 to 64 letters, digits, hyphens or underscores. Enter the same in Registry Admin. It is no secret.',
      displayOptions: { show: { product: ['agent', 'official'] } },
    },
    {
      displayName: 'Interface',
      name: 'officialApi',
      type: 'options',
      default: 'json',
      options: [
        { name: 'JSON', value: 'json', description: 'Templates only; nothing personal in the address' },
        {
          name: 'Apiv3',
          value: 'apiv3',
          description:
            'Templates with up to three values, and text. Number and text stand in the address and so in access logs.',
        },
      ],
      displayOptions: official,
    },
    {
      displayName: 'Template Path',
      name: 'templatePath',
      type: 'string',
      default: 'api/send/template',
      description: 'Path of the JSON call that sends a template',
      displayOptions: { show: { product: ['official'], officialApi: ['json'] } },
    },
    {
      displayName: 'Send Path',
      name: 'sendPath',
      type: 'string',
      default: 'send',
      description: 'Path below /api that sends; older accounts may need send-message or send.php',
      displayOptions: cloud,
    },
    {
      displayName: 'Accounts Path',
      name: 'accountsPath',
      type: 'string',
      default: 'v2/whatsapp/accounts',
      description: 'Path below /api that lists the sessions; used to test this credential',
      displayOptions: cloud,
    },
    {
      displayName: 'Use for Health Despite the Risk',
      name: 'riskAccepted',
      type: 'boolean',
      default: false,
      description:
        'Whether you answer for sending through a session outside Meta’s business terms. Without it nothing is sent.',
      displayOptions: cloud,
    },
    {
      displayName: 'Webhook Secret',
      name: 'webhookSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'A long random text. Add ?secret= and this text to the address of the WhatsApp Inbox Trigger; without it the trigger refuses everything, as SendApp signs nothing.',
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
      default: '',
      placeholder: 'e.g. https://app.sendapp.ai',
      description: 'Leave empty for SendApp’s own host. Agent accounts may have a domain of their own.',
    },
    {
      displayName: 'Allowed HTTP Request Domains',
      name: 'allowedHttpRequestDomains',
      type: 'hidden',
      default: 'none',
    },
  ];
}
