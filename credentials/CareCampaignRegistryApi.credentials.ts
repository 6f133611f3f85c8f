import type { ICredentialType, INodeProperties } from 'n8n-workflow';

const embedded = { show: { database: ['embedded'] } };

/**
 * The registry of consents, refusals and messages. Every node that asks or tells it something needs this
 * credential, so sharing it decides who may act for whom.
 */
// Consent Check tests it; n8n takes the test of the first node that has one, so the others need not repeat it.
// eslint-disable-next-line @n8n/community-nodes/credential-test-required
export class CareCampaignRegistryApi implements ICredentialType {
  name = 'careCampaignRegistryApi';

  displayName = 'CareCampaign Registry API';

  icon = {
    light: 'file:careCampaignRegistryApi.svg',
    dark: 'file:careCampaignRegistryApi.dark.svg',
  } as const;

  documentationUrl = 'https://github.com/carecampaign/n8n-nodes-carecampaign#registry-credential';

  restrictToSupportedNodes = true as const;

  properties: INodeProperties[] = [
    {
      displayName: 'Database',
      name: 'database',
      type: 'options',
      default: 'embedded',
      options: [
        {
          name: 'Embedded',
          value: 'embedded',
          description: 'A file beside n8n’s own data. Needs nothing else; not for n8n in queue mode.',
        },
      ],
    },
    {
      displayName: 'File',
      name: 'file',
      type: 'string',
      default: '',
      placeholder: 'e.g. /data/carecampaign/registry.sqlite',
      description: 'Leave empty for carecampaign/registry.sqlite in n8n’s user folder',
      displayOptions: embedded,
    },
    {
      displayName: 'Secret Key',
      name: 'secretKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'Encrypts phone numbers, names and messages. Leave empty to use a key file: CARECAMPAIGN_KEY_FILE, else registry.key beside the registry. Back it up: without it the registry cannot be read.',
    },
    {
      displayName: 'Controllers',
      name: 'controllers',
      type: 'string',
      default: '',
      placeholder: 'e.g. aurora, borea',
      description:
        'Keys of the controllers that this credential may act for, separated by commas. Empty means all.',
    },
    {
      displayName: 'Allowed HTTP Request Domains',
      name: 'allowedHttpRequestDomains',
      type: 'hidden',
      default: 'none',
    },
  ];
}
