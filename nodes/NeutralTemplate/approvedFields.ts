import type { INodeProperties } from 'n8n-workflow';
import { fieldParameter } from '../shared/fieldPath';
import { choiceOptions, purposeOptions, questionOptions } from '../shared/options';

export const APPROVED = 'renderApproved';
export const FROM_ITEM_PURPOSE = 'fromItem';

const displayOptions = { show: { operation: [APPROVED] } };

const templateLocator: INodeProperties = {
  displayName: 'Approved Template',
  name: 'approvedTemplate',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  noDataExpression: true,
  description: 'A template of your own WhatsApp Business Account, in one language',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchApprovedTemplates', searchable: true },
    },
    {
      displayName: 'By Name',
      name: 'name',
      type: 'string',
      placeholder: 'e.g. visit_reminder|en_US',
      validation: [
        {
          type: 'regex',
          properties: {
            regex: '^[a-z0-9_]{1,512}\\|[a-z]{2,3}([_-][A-Za-z]{2,4})?$',
            errorMessage: 'Write the name, a bar and the language, such as visit_reminder|en_US',
          },
        },
      ],
    },
  ],
  displayOptions,
};

const variables: INodeProperties = {
  displayName: 'Variables',
  name: 'variables',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Variable',
  default: {},
  displayOptions,
  description: 'Each variable of the template with the type of its value; none takes free text',
  options: [
    {
      displayName: 'Variable',
      name: 'variable',
      values: [
        fieldParameter({
          displayName: 'Field',
          name: 'field',
          placeholder: 'e.g. appointment.start',
          description:
            'Field with the value. Not needed for the clinic’s name; without it, date and time come from care.at.',
        }),
        {
          displayName: 'In',
          name: 'part',
          type: 'options',
          default: 'body',
          options: [
            { name: 'Body', value: 'body' },
            { name: 'Header', value: 'header' },
          ],
          description: 'Where the variable stands',
        },
        {
          displayName: 'Type',
          name: 'type',
          type: 'options',
          default: 'date',
          options: [
            {
              name: 'Clinic Name',
              value: 'clinicName',
              description: 'The registered name of the controller',
            },
            { name: 'Date', value: 'date', description: 'Weekday and date of an instant' },
            { name: 'First Name', value: 'firstName', description: 'One given name, no full name' },
            { name: 'Link', value: 'link', description: 'An https address on an allowed domain' },
            { name: 'Location', value: 'location', description: 'The name of a registered location' },
            { name: 'Number', value: 'number', description: 'A whole number up to 9999' },
            { name: 'Time', value: 'time', description: 'Time of day of an instant' },
          ],
          description: 'What the value is',
        },
        {
          displayName: 'Variable',
          name: 'name',
          type: 'string',
          default: '',
          placeholder: 'e.g. 1',
          description: 'Number or name of the variable, as in the template',
        },
      ],
    },
  ],
};

const header: INodeProperties = {
  displayName: 'Header',
  name: 'header',
  type: 'collection',
  placeholder: 'Add Header Value',
  default: {},
  displayOptions,
  description: 'What a header needs that is an image, a video, a document or a location',
  options: [
    {
      displayName: 'File Link',
      name: 'link',
      type: 'string',
      noDataExpression: true,
      default: '',
      placeholder: 'e.g. https://aurora.example/directions.pdf',
      description: 'An https address on one of the controller’s allowed domains, the same for everybody',
    },
    fieldParameter({
      displayName: 'File Link Field',
      name: 'linkField',
      placeholder: 'e.g. fileLink',
      description: 'Field with the address of the file, where each person has their own',
    }),
    {
      displayName: 'File Name',
      name: 'fileName',
      type: 'string',
      noDataExpression: true,
      default: '',
      placeholder: 'e.g. Directions.pdf',
      description: 'Name under which the phone shows a document',
    },
    {
      displayName: 'Latitude',
      name: 'latitude',
      type: 'number',
      typeOptions: { minValue: -90, maxValue: 90, numberPrecision: 6 },
      default: 0,
      description: 'Of a location, in degrees',
    },
    {
      displayName: 'Location Name',
      name: 'locationName',
      type: 'string',
      noDataExpression: true,
      default: '',
      placeholder: 'e.g. Aurora North',
      description: 'Name of a location that the controller has, or the controller’s own',
    },
    {
      displayName: 'Longitude',
      name: 'longitude',
      type: 'number',
      typeOptions: { minValue: -180, maxValue: 180, numberPrecision: 6 },
      default: 0,
      description: 'Of a location, in degrees',
    },
  ],
};

const buttons: INodeProperties = {
  displayName: 'Buttons',
  name: 'buttons',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Button',
  default: {},
  displayOptions,
  description: 'What each button of the template means or needs',
  options: [
    {
      displayName: 'Button',
      name: 'button',
      values: [
        {
          displayName: 'Address Field',
          name: 'suffixField',
          type: 'string',
          requiresDataPath: 'single',
          default: '',
          placeholder: 'e.g. portalPath',
          description: 'For an address with a variable: field with its end, a reference and never words',
        },
        {
          displayName: 'Code Field',
          name: 'codeField',
          type: 'string',
          requiresDataPath: 'single',
          default: '',
          placeholder: 'e.g. code',
          description: 'For a code to copy: field with up to 15 letters and digits',
        },
        {
          displayName: 'Meaning',
          name: 'choice',
          type: 'options',
          default: '',
          options: [
            { name: 'None', value: '', description: 'For buttons that are no quick reply' },
            ...choiceOptions,
          ],
          description: 'For a quick reply: what a tap on it says',
        },
        {
          displayName: 'Number',
          name: 'number',
          type: 'number',
          typeOptions: { minValue: 1, maxValue: 10 },
          default: 1,
          description: 'Which button of the template, counted from 1',
        },
      ],
    },
  ],
};

/** Everything that Render Approved asks for. */
export const approvedFields: INodeProperties[] = [
  templateLocator,
  {
    displayName: 'Purpose',
    name: 'purpose',
    type: 'options',
    noDataExpression: true,
    default: FROM_ITEM_PURPOSE,
    options: [
      {
        name: 'From Item',
        value: FROM_ITEM_PURPOSE,
        description: 'What Due Reminders, Safe Audience or Consent Check wrote into care.purpose',
      },
      ...purposeOptions,
    ],
    displayOptions,
    description:
      'What the text is for. What Meta files under marketing needs a consent for marketing all the same.',
  },
  {
    displayName: 'Question',
    name: 'asks',
    type: 'options',
    noDataExpression: true,
    default: '',
    options: [{ name: 'None', value: '' }, ...questionOptions],
    displayOptions,
    description: 'What the text asks, so that an answer in words is understood',
  },
  variables,
  header,
  buttons,
];
