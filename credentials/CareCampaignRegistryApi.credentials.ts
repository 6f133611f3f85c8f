import type { ICredentialType, INodeProperties } from 'n8n-workflow';

const embedded = { show: { database: ['embedded'] } };
const postgres = { show: { database: ['postgres'] } };

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
        {
          name: 'PostgreSQL',
          value: 'postgres',
          description: 'A database server. For n8n in queue mode, and for several n8n that share a registry.',
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
      displayName: 'Host',
      name: 'host',
      type: 'string',
      default: 'localhost',
      placeholder: 'e.g. db.aurora.example',
      required: true,
      displayOptions: postgres,
    },
    {
      displayName: 'Port',
      name: 'port',
      type: 'number',
      default: 5432,
      displayOptions: postgres,
    },
    {
      displayName: 'Database Name',
      name: 'databaseName',
      type: 'string',
      default: 'carecampaign',
      required: true,
      displayOptions: postgres,
    },
    {
      displayName: 'User',
      name: 'user',
      type: 'string',
      default: 'carecampaign',
      description: 'A user of its own that owns the schema and may do nothing else',
      required: true,
      displayOptions: postgres,
    },
    {
      displayName: 'Password',
      name: 'password',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      displayOptions: postgres,
    },
    {
      displayName: 'SSL',
      name: 'ssl',
      type: 'options',
      default: 'verify',
      description: 'How the connection to the server is protected',
      options: [
        {
          name: 'Encrypt and Verify',
          value: 'verify',
          description: 'The certificate of the server must be valid and name the host',
        },
        {
          name: 'Encrypt',
          value: 'encrypt',
          description: 'For a server that signed its certificate itself, in a network that you trust',
        },
        {
          name: 'Off',
          value: 'off',
          description: 'Only for a server on the same machine',
        },
      ],
      displayOptions: postgres,
    },
    {
      displayName: 'Schema',
      name: 'schema',
      type: 'string',
      default: 'carecampaign',
      description:
        'PostgreSQL schema that holds the tables. It is made when the user may do so. Small letters, digits and underscores.',
      displayOptions: postgres,
    },
    {
      displayName: 'Secret Key',
      name: 'secretKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'Encrypts phone numbers, names and messages. Leave empty to use a key file: CARECAMPAIGN_KEY_FILE, else registry.key in carecampaign in n8n’s user folder, or beside the file. In queue mode one of the two must be set. Back it up: without it the registry cannot be read.',
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
