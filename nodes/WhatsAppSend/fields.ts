import type { INodeProperties } from 'n8n-workflow';
import { controllerParameter } from '../shared/controller';
import { fieldParameter } from '../shared/fieldPath';
import { purposeOptions } from '../shared/options';
import { providerParameter } from '../shared/provider';

export const FROM_ITEM = 'fromItem';

const onPurpose = { show: { basis: ['purpose'] } };

const options: INodeProperties[] = [
  fieldParameter({
    displayName: 'About Field',
    name: 'aboutField',
    placeholder: 'e.g. appointmentId',
    description: 'Field with your own ID of what an answer will be about. Otherwise care.about counts.',
  }),
  {
    displayName: 'Batch Size',
    name: 'batchSize',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 50 },
    default: 50,
    description:
      'How many messages are claimed at once, right before they leave. A STOP waits behind at most these.',
  },
  {
    displayName: 'Concurrency',
    name: 'concurrency',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 200 },
    default: 200,
    description:
      'How many calls may be under way at the same time at most. There are fewer while Meta throttles the sender.',
  },
  fieldParameter({
    displayName: 'Country Field',
    name: 'countryField',
    placeholder: 'e.g. country',
    description: 'Field with the two-letter country of numbers that have no country code',
  }),
  {
    displayName: 'Dry Run',
    name: 'dryRun',
    type: 'boolean',
    default: false,
    description:
      'Whether to decide only. Nothing leaves; what could leave comes out of Not Sent with the code dryRun, and with what it would cost.',
  },
  {
    displayName: 'Kind',
    name: 'kind',
    type: 'string',
    noDataExpression: true,
    default: '',
    placeholder: 'e.g. reminder',
    description: 'First part of the key by which a message leaves once. Otherwise care.kind counts.',
  },
  {
    displayName: 'Messages per Second',
    name: 'messagesPerSecond',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 1000 },
    default: 80,
    description:
      'The throughput that Meta gives this number: 80, or 20 if it also runs in the Business app. All runs and processes that use the sender share it.',
  },
  fieldParameter({
    displayName: 'Occurrence Field',
    name: 'occurrenceField',
    placeholder: 'e.g. visitId',
    description: 'Field with the ID of what happened once. Otherwise care.occurrence counts.',
  }),
  {
    displayName: 'Rate Table',
    name: 'rateTable',
    type: 'json',
    default: '',
    placeholder: 'e.g. { "source": "…", "validFrom": "2026-10-01", "currency": "EUR", "markets": { … } }',
    description:
      'Prices for the estimate of a dry run, from Meta’s rate card of the quarter in your currency. The README shows the form.',
  },
  {
    displayName: 'Stage',
    name: 'stage',
    type: 'string',
    noDataExpression: true,
    default: '',
    placeholder: 'e.g. survey1d',
    description: 'Which message of the occurrence this is. Otherwise care.stage counts.',
  },
  fieldParameter({
    displayName: 'Subject Field',
    name: 'subjectField',
    placeholder: 'e.g. patientId',
    description:
      'Field with your ID of the person whom the appointment is for, when it is a child or somebody cared for. Otherwise care.subjectRef counts.',
  }),
  {
    displayName: 'Timeout',
    name: 'timeout',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 60 },
    default: 20,
    description:
      'Seconds to wait for the answer to one message. A message whose answer is lost is not sent again.',
  },
];

export const whatsAppSendFields: INodeProperties[] = [
  {
    displayName:
      'This node asks the registry again for each message and trusts no item. Wire Not Sent too: it says why.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  providerParameter,
  controllerParameter,
  {
    displayName: 'Basis',
    name: 'basis',
    type: 'options',
    noDataExpression: true,
    default: 'purpose',
    options: [
      {
        name: 'Purpose',
        value: 'purpose',
        description: 'An approved template, for which a right to send is on record',
      },
      {
        name: 'Reply',
        value: 'reply',
        description: 'An answer to one message of the person, within 24 hours',
      },
    ],
    description: 'By what right the message leaves',
  },
  {
    displayName: 'Person From',
    name: 'personFrom',
    type: 'options',
    noDataExpression: true,
    default: 'contactRef',
    options: [
      {
        name: 'Contact Reference',
        value: 'contactRef',
        description:
          'The pseudonym that Consent Check, Safe Audience or the Inbox Trigger gave (care.contactRef or contactRef)',
      },
      { name: 'Phone Field', value: 'phone', description: 'The phone number in a field of the item' },
    ],
    description: 'How the item says who the person is',
  },
  fieldParameter({
    displayName: 'Phone Field',
    name: 'phoneField',
    default: 'phone',
    required: true,
    placeholder: 'e.g. contact.phone',
    description: 'Name of the field that holds the phone number, not the number itself',
    hint: 'A number without a country code counts as one of the controller’s country',
    displayOptions: { show: { personFrom: ['phone'] } },
  }),
  fieldParameter({
    displayName: 'Event Field',
    name: 'eventField',
    default: 'eventId',
    required: true,
    placeholder: 'e.g. eventId',
    description: 'Field with the event of the Inbox Trigger that is answered',
    displayOptions: { show: { basis: ['reply'] } },
  }),
  {
    displayName: 'Purpose',
    name: 'purpose',
    type: 'options',
    noDataExpression: true,
    default: FROM_ITEM,
    options: [
      {
        name: 'From Item',
        value: FROM_ITEM,
        description: 'What Due Reminders, Safe Audience or Consent Check wrote into care.purpose',
      },
      ...purposeOptions,
    ],
    description: 'What the message is for. The stricter of this and the template’s own purpose counts.',
    displayOptions: onPurpose,
  },
  {
    displayName: 'Campaign Key',
    name: 'campaignKey',
    type: 'string',
    noDataExpression: true,
    default: '',
    placeholder: 'e.g. autumn-prevention',
    description:
      'Key of the approved campaign. Otherwise the one that Safe Audience wrote into care.kind counts.',
    displayOptions: onPurpose,
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options,
  },
];
