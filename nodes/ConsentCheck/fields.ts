import type { INodeProperties } from 'n8n-workflow';
import { controllerParameter } from '../shared/controller';
import { fieldParameter } from '../shared/fieldPath';
import { purposeOptions } from '../shared/options';

export const FROM_ITEM = 'fromItem';

export const consentCheckFields: INodeProperties[] = [
  {
    displayName:
      'This node decides for each item. Wire Blocked and Later too: they say why, and nothing is lost.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  controllerParameter,
  {
    displayName: 'Person From',
    name: 'personFrom',
    type: 'options',
    noDataExpression: true,
    default: 'phone',
    options: [
      { name: 'Phone Field', value: 'phone', description: 'The phone number in a field of the item' },
      {
        name: 'Contact Reference',
        value: 'contactRef',
        description:
          'The pseudonym that Safe Audience or the Inbox Trigger gave (care.contactRef or contactRef)',
      },
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
        description: 'What Due Reminders or Safe Audience wrote into care.purpose',
      },
      ...purposeOptions,
    ],
    description: 'What the message is for: a consent for one purpose is none for another',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      fieldParameter({
        displayName: 'Country Field',
        name: 'countryField',
        placeholder: 'e.g. country',
        description: 'Field with the two-letter country of numbers that have no country code',
      }),
      fieldParameter({
        displayName: 'Subject Field',
        name: 'subjectField',
        placeholder: 'e.g. patientId',
        description:
          'Field with your ID of the person whom the appointment is for, when it is a child or somebody cared for. Otherwise care.subjectRef counts.',
      }),
    ],
  },
];
