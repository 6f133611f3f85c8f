import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { providerParameter } from '../shared/provider';
import { sendAppFields } from './sendAppFields';

export const inboxFields: INodeProperties[] = [
  { ...providerParameter, description: 'Whose webhooks come in' },
  {
    displayName: 'Trigger On',
    name: 'triggerOn',
    type: 'multiOptions',
    noDataExpression: true,
    required: true,
    default: ['message', 'preference'],
    options: [
      {
        name: 'Account',
        value: 'account',
        description: 'Meta restricts, warns or limits the account, or reports a fault of it',
      },
      { name: 'Identity Change', value: 'identity', description: 'A person has a new number or user ID' },
      { name: 'Message', value: 'message', description: 'A person wrote, tapped or sent something' },
      {
        name: 'Preference',
        value: 'preference',
        description: 'A person stopped or resumed marketing in WhatsApp itself',
      },
      {
        name: 'Status',
        value: 'status',
        description:
          'A message of ours was sent, delivered, read or failed; there are several for each message',
      },
      {
        name: 'Template',
        value: 'template',
        description: 'Meta approved, paused, disabled or recategorized a template, or rated it anew',
      },
    ],
  },
  {
    displayName:
      'Every event is stored, and a STOP counts, before this workflow starts. The items hold no words and no number: Care Desk shows the conversation to a named person.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    displayOptions: { show: { provider: ['metaCloud'] } },
    options: [
      {
        displayName: 'Forward Raw Events To',
        name: 'forwardTo',
        type: 'string',
        noDataExpression: true,
        default: '',
        placeholder: 'e.g. https://crm.aurora.example/whatsapp',
        description:
          'Second address that gets every request as Meta sent it, with its signature, because an app has one callback URL only. Whoever reads there sees numbers, names and words.',
      },
      {
        displayName: 'Mark Messages as Read',
        name: 'markRead',
        type: 'boolean',
        noDataExpression: true,
        default: false,
        description: 'Whether people see that their message was read as soon as it is stored',
      },
    ],
  },
  ...sendAppFields,
];

export const inboxPanel: NonNullable<INodeTypeDescription['triggerPanel']> = {
  header: 'Listen for answers by WhatsApp',
  executionsHelp: {
    inactive:
      'In Meta’s App Dashboard, under WhatsApp → Configuration, enter this URL as the callback URL, with the verify token of your credential, and subscribe to "messages", "user_preferences" and the fields about templates and the account. Use the test URL while you listen here, the production URL once the workflow is published.',
    active:
      'The workflow is published: Meta calls the production URL. The test URL works only while you listen here.',
  },
  activationHint:
    'Publish the workflow and enter the production URL in Meta’s App Dashboard. Without a published inbox nobody hears answers, and invitations and review requests do not leave.',
};
