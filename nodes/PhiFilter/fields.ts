import type { INodeProperties } from 'n8n-workflow';
import { controllerParameter } from '../shared/controller';

const shownFor = (...operation: string[]) => ({ show: { operation } });

const fields = (rest: Pick<INodeProperties, 'displayOptions' | 'description'>): INodeProperties => ({
  displayName: 'Fields',
  name: 'fields',
  type: 'string',
  requiresDataPath: 'multiple',
  noDataExpression: true,
  default: '',
  required: true,
  placeholder: 'e.g. note, contact.comment',
  ...rest,
});

export const phiFilterFields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'check',
    options: [
      {
        name: 'Check',
        value: 'check',
        description: 'Look for health and personal data in the message or in fields',
        action: 'Check for health data',
      },
      {
        name: 'Minimise Fields',
        value: 'minimise',
        description: 'Keep only the fields on a list, and of those only what is no health data',
        action: 'Minimise fields',
      },
      {
        name: 'Redact',
        value: 'redact',
        description: 'Replace what gives something away in fields, by placeholders or by neutral wording',
        action: 'Redact fields',
      },
      {
        name: 'Screen',
        value: 'screen',
        description: 'Judge a text that an AI or a person wrote: as Check, and no questions about health',
        action: 'Screen an outgoing text',
      },
    ],
  },
  {
    displayName: 'Text From',
    name: 'source',
    type: 'options',
    noDataExpression: true,
    default: 'message',
    options: [
      {
        name: 'Message',
        value: 'message',
        description: 'All that leaves with the message of Neutral Template (care.message)',
      },
      { name: 'Fields', value: 'fields', description: 'Fields of the item' },
    ],
    displayOptions: shownFor('check', 'screen'),
  },
  fields({
    displayOptions: { show: { operation: ['check', 'screen'], source: ['fields'] } },
    description:
      'Names of the fields to look at, separated by commas. An item without one of them is not let through.',
  }),
  fields({
    displayOptions: shownFor('redact'),
    description: 'Names of the fields to redact, separated by commas. Their text is replaced in the item.',
  }),
  {
    displayName: 'Replace With',
    name: 'replaceWith',
    type: 'options',
    noDataExpression: true,
    default: 'placeholders',
    options: [
      {
        name: 'Neutral Wording',
        value: 'neutral',
        description:
          'Write the same without what it gives away: a cardiology appointment becomes an appointment',
      },
      {
        name: 'Placeholders',
        value: 'placeholders',
        description: 'Say what kind of thing was there, such as [phone] or [clinical]',
      },
    ],
    displayOptions: shownFor('redact'),
  },
  fields({
    displayOptions: shownFor('minimise'),
    description:
      'Names of the fields to keep, separated by commas. Everything else is dropped, and so is a kept field that gives health data away.',
  }),
  {
    displayName: 'Policy',
    name: 'policy',
    type: 'options',
    noDataExpression: true,
    default: 'controller',
    options: [
      {
        name: 'Built-in Rules',
        value: 'builtIn',
        description: 'The rules of this package alone; needs no registry',
      },
      {
        name: 'Controller',
        value: 'controller',
        description: 'Also the terms and domains that the controller’s policy allows and forbids',
      },
    ],
    description: 'WhatsApp Send screens each message once more, always by the controller’s policy',
  },
  { ...controllerParameter, displayOptions: { show: { policy: ['controller'] } } },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      {
        displayName: 'Language',
        name: 'language',
        type: 'options',
        default: 'auto',
        options: [
          { name: 'Automatic', value: 'auto' },
          { name: 'English', value: 'en' },
          { name: 'French', value: 'fr' },
          { name: 'German', value: 'de' },
          { name: 'Italian', value: 'it' },
          { name: 'Spanish', value: 'es' },
        ],
        displayOptions: { show: { '/operation': ['redact'], '/replaceWith': ['neutral'] } },
        description:
          'The language of the neutral wording. Automatic takes the person’s (care.language) where it is known, else the language of the text.',
      },
      {
        displayName: 'Time Limit',
        name: 'timeLimit',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 60,
        description:
          'After how many seconds the rest of the items counts as not checked and goes to Contains PHI',
      },
    ],
  },
];
