import type { INodeProperties } from 'n8n-workflow';
import { fieldParameter } from '../../shared/fieldPath';
import { choiceOptions } from '../../shared/options';
import { staffParameter } from '../staff';

const forKinds = (...replyKind: string[]) => ({ show: { replyKind } });
const framed = forKinds('buttons', 'list', 'link');

/** What a person of the staff may answer with, inside the 24 hours. */
export const replyFields: INodeProperties[] = [
  {
    displayName:
      'The items hold words for a patient. n8n must keep no data of this workflow’s runs; otherwise the node refuses. WhatsApp Send, with the basis Reply, sends them.',
    name: 'replyNotice',
    type: 'notice',
    default: '',
  },
  staffParameter,
  {
    displayName: 'Reply Kind',
    name: 'replyKind',
    type: 'options',
    noDataExpression: true,
    default: 'text',
    options: [
      { name: 'Buttons', value: 'buttons', description: 'A text with one to three buttons' },
      { name: 'Document', value: 'document', description: 'A file from one of the allowed domains' },
      { name: 'Image', value: 'image', description: 'A picture from one of the allowed domains' },
      { name: 'Link', value: 'link', description: 'A text with a button that opens an address' },
      { name: 'List', value: 'list', description: 'A text with a list of up to ten rows' },
      { name: 'Reaction', value: 'reaction', description: 'An emoji on the message of the person' },
      { name: 'Text', value: 'text', description: 'Plain words' },
    ],
    description: 'What the person gets',
  },
  {
    displayName: 'Message',
    name: 'message',
    type: 'string',
    typeOptions: { rows: 3 },
    default: '',
    required: true,
    description: 'The words. The gate screens them as any other text.',
    displayOptions: forKinds('text', 'buttons', 'list', 'link'),
  },
  {
    displayName: 'Buttons',
    name: 'replyButtons',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Button',
    default: {},
    displayOptions: forKinds('buttons'),
    options: [
      {
        displayName: 'Button',
        name: 'button',
        values: [
          {
            displayName: 'Meaning',
            name: 'choice',
            type: 'options',
            default: 'yes',
            options: choiceOptions,
            description: 'What a tap on it says',
          },
          {
            displayName: 'Title',
            name: 'title',
            type: 'string',
            default: '',
            description: 'Up to 20 characters',
          },
        ],
      },
    ],
  },
  {
    displayName: 'Button Title',
    name: 'buttonTitle',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. Open',
    description: 'Up to 20 characters, on the button that opens the list or the address',
    displayOptions: forKinds('list', 'link'),
  },
  {
    displayName: 'Rows',
    name: 'rows',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Row',
    default: {},
    displayOptions: forKinds('list'),
    options: [
      {
        displayName: 'Row',
        name: 'row',
        values: [
          {
            displayName: 'Description',
            name: 'description',
            type: 'string',
            default: '',
            description: 'Up to 72 characters',
          },
          {
            displayName: 'Section',
            name: 'section',
            type: 'string',
            default: '',
            description: 'Rows of one section stand together; needed where there are several',
          },
          {
            displayName: 'Title',
            name: 'title',
            type: 'string',
            default: '',
            description: 'Up to 24 characters',
          },
        ],
      },
    ],
  },
  {
    displayName: 'Link',
    name: 'link',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. https://portal.aurora.example/visit',
    description: 'An https address on one of the controller’s allowed domains',
    displayOptions: forKinds('link', 'document', 'image'),
  },
  {
    displayName: 'File Name',
    name: 'fileName',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. Directions.pdf',
    description: 'Name under which the phone shows the document',
    displayOptions: forKinds('document'),
  },
  {
    displayName: 'Caption',
    name: 'caption',
    type: 'string',
    default: '',
    description: 'Words below the file',
    displayOptions: forKinds('document', 'image'),
  },
  {
    displayName: 'Emoji',
    name: 'emoji',
    type: 'string',
    default: '👍',
    required: true,
    description: 'One emoji',
    displayOptions: forKinds('reaction'),
  },
  {
    displayName: 'Header',
    name: 'replyHeader',
    type: 'string',
    default: '',
    description: 'Up to 60 characters above the text',
    displayOptions: framed,
  },
  {
    displayName: 'Footer',
    name: 'replyFooter',
    type: 'string',
    default: '',
    description: 'Up to 60 characters below the text',
    displayOptions: framed,
  },
  {
    displayName: 'Quote',
    name: 'quote',
    type: 'boolean',
    default: false,
    description: 'Whether the answer shows the message that it answers',
    displayOptions: forKinds('text', 'buttons', 'list', 'link', 'document', 'image'),
  },
  fieldParameter({
    displayName: 'Language Field',
    name: 'languageField',
    default: 'language',
    placeholder: 'e.g. language',
    description:
      'Field with the language of the words, for the screening. Otherwise the first of the controller.',
  }),
];
