import type { INodeProperties } from 'n8n-workflow';
import { ROW_KEYS, type RowKey } from '../../../core';
import { assertNothingKept } from '../../shared/executionData';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import type { Operation } from '../operation';
import { countryField, personParameters } from '../person';
import { AUTHORIZATION_TITLES } from '../authorization';
import { importFiles } from '../importFiles';
import { IMPORT, tellRows } from '../rows';

const TITLES: Readonly<Record<RowKey, string>> = {
  purpose: 'Purpose Field',
  kind: 'Kind Field',
  source: 'Source Field',
  occurredAt: 'Occurred At Field',
  validUntil: 'Valid Until Field',
  textShown: 'Text Shown Field',
  textVersion: 'Text Version Field',
  language: 'Language Field',
  reference: 'Reference Field',
  recordedBy: 'Recorded By Field',
  businessNamed: 'Business Named Field',
  privacyNoticeVersion: 'Privacy Notice Version Field',
  verification: 'Verification Field',
  subjectRef: 'Subject Field',
  subjectRelation: 'Subject Relation Field',
  subjectBirthDate: 'Subject Birth Date Field',
  birthDate: 'Birth Date Field',
  collectedIn: 'Collected In Field',
  scope: 'Scope Field',
  mandate: 'Mandate Field',
  ...AUTHORIZATION_TITLES,
  area: 'Area Field',
  preferredTime: 'Preferred Time Field',
  relation: 'Relation Field',
  location: 'Location Field',
  zone: 'Zone Field',
  tags: 'Tags Field',
};

const parameterOf = (key: RowKey): string => `${key}Field`;

const columns: INodeProperties[] = ROW_KEYS.map((key) =>
  fieldParameter({
    displayName: TITLES[key],
    name: parameterOf(key),
    default: key,
    description: `Field that holds ${key}, if it has another name`,
  }),
).sort((a, b) => a.displayName.localeCompare(b.displayName));

const ofItems = (field: INodeProperties): INodeProperties => ({
  ...field,
  displayOptions: { show: { ...field.displayOptions?.show, rowsFrom: ['items'] } },
});

export const importOperation: Operation = {
  option: {
    name: 'Import',
    value: 'import',
    action: 'Import consents',
    description:
      'Store many answers from a table, as items or as a file; rows that are there already are not doubled',
  },
  fields: [
    {
      displayName:
        'Where the rows hold phone numbers, n8n must keep no data of this workflow’s runs; otherwise the node refuses.',
      name: 'importNotice',
      type: 'notice',
      default: '',
    },
    {
      displayName: 'Rows From',
      name: 'rowsFrom',
      type: 'options',
      noDataExpression: true,
      default: 'items',
      options: [
        {
          name: 'CSV File',
          value: 'csv',
          description: 'A file of any length; its columns are called phone, country, purpose, kind and so on',
        },
        { name: 'Items', value: 'items', description: 'One row an item' },
      ],
      description: 'Where the rows are',
    },
    {
      displayName: 'Input Binary Field',
      name: 'binaryPropertyName',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the input binary field containing the file',
      displayOptions: { show: { rowsFrom: ['csv'] } },
    },
    ...personParameters('phone').map(ofItems),
    {
      displayName: 'Columns',
      name: 'columns',
      type: 'collection',
      placeholder: 'Rename Column',
      default: {},
      options: columns,
      displayOptions: { show: { rowsFrom: ['items'] } },
      description:
        'Without an entry the columns are called purpose, kind, source, occurredAt, textShown and so on',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        { ...countryField, displayOptions: { show: { '/rowsFrom': ['items'] } } },
        {
          displayName: 'Dry Run',
          name: 'dryRun',
          type: 'boolean',
          default: false,
          description: 'Whether to check the rows only, without storing any',
        },
      ],
    },
  ],
  async execute(context, items) {
    const fromFile = context.getNodeParameter('rowsFrom', 0, 'items') === 'csv';
    // References tell nobody's number; numbers of a whole list must not stay in n8n.
    if (fromFile || context.getNodeParameter('personFrom', 0) === 'phone') assertNothingKept(context);
    if (fromFile) return importFiles(context, items);
    const renamed = context.getNodeParameter('columns', 0, {}) as Record<string, unknown>;
    const paths = new Map(
      ROW_KEYS.map((key) => [key, fieldPath(renamed[parameterOf(key)] ?? key, TITLES[key])] as const),
    );
    return tellRows(context, items, (item, key) => textAt(item, paths.get(key) ?? key), IMPORT);
  },
};
