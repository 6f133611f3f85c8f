import type { INodeProperties } from 'n8n-workflow';
import { ROW_KEYS, type RowKey } from '../../../core';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import type { Operation } from '../operation';
import { countryField, personParameters } from '../person';
import { AUTHORIZATION_TITLES } from '../authorization';
import { recordRows } from '../rows';

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

export const importOperation: Operation = {
  option: {
    name: 'Import',
    value: 'import',
    action: 'Import consents',
    description:
      'Store many answers from a table, one row an item; rows that are there already are not doubled',
  },
  fields: [
    ...personParameters('phone'),
    {
      displayName: 'Columns',
      name: 'columns',
      type: 'collection',
      placeholder: 'Rename Column',
      default: {},
      options: columns,
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
        countryField,
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
    const renamed = context.getNodeParameter('columns', 0, {}) as Record<string, unknown>;
    const paths = new Map(
      ROW_KEYS.map((key) => [key, fieldPath(renamed[parameterOf(key)] ?? key, TITLES[key])] as const),
    );
    return recordRows(context, items, (item, key) => textAt(item, paths.get(key) ?? key));
  },
};
