import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { listTemplates, type CatalogueTemplate } from '../../core';
import { controllerParameter } from '../shared/controller';
import { fieldParameter } from '../shared/fieldPath';
import { languageOptions, purposeName } from '../shared/options';
import { APPROVED, approvedFields } from './approvedFields';

export const FROM_ITEM = 'fromItem';

const shownFor = (...operation: string[]) => ({ show: { operation } });
const rendering = shownFor('render');

/** Grouped by purpose, because that is how people look for a text. */
const templateOptions: INodePropertyOptions[] = listTemplates()
  .map((template) => ({
    name: titleOf(template),
    value: template.key,
    description: template.texts.en?.body ?? '',
  }))
  .sort((a, b) => a.name.localeCompare(b.name));

function titleOf({ key, purpose, use }: CatalogueTemplate): string {
  const words = key.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${use === 'reply' ? 'Reply' : purposeName(purpose)}: ${words.join(' ')}`;
}

const valueFields: INodeProperties = {
  displayName: 'Values',
  name: 'values',
  type: 'collection',
  placeholder: 'Add Value',
  default: {},
  displayOptions: rendering,
  description:
    'Where the values of the template come from. The clinic’s name, the choice of location and the choice of appointment need nothing here.',
  options: [
    fieldParameter({
      displayName: 'First Name Field',
      name: 'firstNameField',
      placeholder: 'e.g. contact.firstName',
      description: 'Field with the first name alone; a full name is refused',
    }),
    {
      displayName: 'Link',
      name: 'link',
      type: 'string',
      noDataExpression: true,
      default: '',
      placeholder: 'e.g. https://portal.aurora.example/visit',
      description: 'An https address on one of the controller’s allowed domains, the same for everybody',
    },
    fieldParameter({
      displayName: 'Link Field',
      name: 'linkField',
      placeholder: 'e.g. portalLink',
      description: 'Field with the link, where each person has their own',
    }),
    fieldParameter({
      displayName: 'Location Field',
      name: 'locationField',
      placeholder: 'e.g. location.name',
      description:
        'Field with the name of a location that the controller has. Not needed when it has only one.',
    }),
    fieldParameter({
      displayName: 'Number Field',
      name: 'numberField',
      placeholder: 'e.g. queueNumber',
      description: 'Field with a whole number',
    }),
    fieldParameter({
      displayName: 'Start Field',
      name: 'startField',
      placeholder: 'e.g. appointment.start',
      description: 'Field with date and time. Without it, what Due Reminders wrote (care.at) counts.',
    }),
    fieldParameter({
      displayName: 'Zone Field',
      name: 'zoneField',
      placeholder: 'e.g. location.timeZone',
      description: 'Field with the time zone to write times in. Without it, the zone of the location counts.',
    }),
  ],
};

export const neutralTemplateFields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'render',
    options: [
      {
        name: 'Check Wording',
        value: 'lint',
        description: 'Hold templates against Meta’s rules and the PHI filter',
        action: 'Check wording of templates',
      },
      {
        name: 'Get Status',
        value: 'status',
        description: 'Ask Meta which templates are approved, and under which category',
        action: 'Get status of templates',
      },
      {
        name: 'Preview',
        value: 'preview',
        description: 'Show templates in all their languages with sample values',
        action: 'Preview templates',
      },
      {
        name: 'Render',
        value: 'render',
        description: 'Write the message of each item from a template and its values',
        action: 'Render template',
      },
      {
        name: 'Render Approved',
        value: APPROVED,
        description: 'Write the message of each item from a template of your own that Meta has approved',
        action: 'Render approved template',
      },
      {
        name: 'Submit',
        value: 'submit',
        description: 'Ask Meta to approve templates in the controller’s languages',
        action: 'Submit templates',
      },
    ],
  },
  controllerParameter,
  {
    displayName: 'Template',
    name: 'template',
    type: 'options',
    noDataExpression: true,
    default: FROM_ITEM,
    options: [
      {
        name: 'From Item',
        value: FROM_ITEM,
        description: 'What Due Reminders or Safe Audience wrote into care.template',
      },
      ...templateOptions,
    ],
    displayOptions: rendering,
    description: 'The text to write; none takes free text',
  },
  {
    displayName: 'Templates',
    name: 'templates',
    type: 'multiOptions',
    noDataExpression: true,
    default: [],
    options: templateOptions,
    displayOptions: shownFor('lint', 'preview', 'status', 'submit'),
    description: 'Leave empty for all of them',
  },
  {
    displayName: 'Language From',
    name: 'languageFrom',
    type: 'options',
    noDataExpression: true,
    default: 'item',
    options: [
      {
        name: 'Contact',
        value: 'item',
        description: 'The language of the contact (care.language, else language)',
      },
      { name: 'Field', value: 'field', description: 'A field of the item' },
      { name: 'Fixed', value: 'fixed', description: 'The same language for everybody' },
    ],
    displayOptions: rendering,
    hint: 'Where a template lacks the language, the first language of the controller that it has is used',
  },
  fieldParameter({
    displayName: 'Language Field',
    name: 'languageField',
    default: 'language',
    placeholder: 'e.g. contact.language',
    description: 'Field with a two-letter language code',
    displayOptions: { show: { operation: ['render'], languageFrom: ['field'] } },
  }),
  {
    displayName: 'Language',
    name: 'language',
    type: 'options',
    noDataExpression: true,
    default: 'en',
    options: languageOptions,
    displayOptions: { show: { operation: ['render'], languageFrom: ['fixed'] } },
  },
  valueFields,
  ...approvedFields,
];
