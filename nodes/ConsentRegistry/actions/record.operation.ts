import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { AUTHORIZATION_KEYS, type ConsentScope, type RowKey } from '../../../core';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { purposeOptions } from '../../shared/options';
import { authorizationFields } from '../authorization';
import type { Operation } from '../operation';
import { countryField, personParameters } from '../person';
import { RECORD, type RowReader, tellRows } from '../rows';

const proof: INodeProperties[] = [
  {
    displayName: 'Business Named',
    name: 'businessNamed',
    type: 'string',
    default: '',
    placeholder: 'e.g. Clinica Aurora',
    description: 'The business that the text named',
  },
  {
    displayName: 'Language',
    name: 'language',
    type: 'string',
    default: '',
    placeholder: 'e.g. it',
    description: 'Language of the text that the person agreed to',
  },
  {
    displayName: 'Privacy Notice Version',
    name: 'privacyNoticeVersion',
    type: 'string',
    default: '',
    placeholder: 'e.g. 2026-09',
  },
  {
    displayName: 'Recorded By',
    name: 'recordedBy',
    type: 'string',
    default: '',
    placeholder: 'e.g. front desk',
    description: 'Who or what took the answer down',
  },
  {
    displayName: 'Text Shown',
    name: 'textShown',
    type: 'string',
    typeOptions: { rows: 3 },
    default: '',
    description: 'The very words that the person agreed to',
  },
  {
    displayName: 'Text Version',
    name: 'textVersion',
    type: 'string',
    default: '',
    placeholder: 'e.g. 3',
  },
];

const field = (
  displayName: string,
  name: string,
  placeholder: string,
  description: string,
): INodeProperties => fieldParameter({ displayName, name, placeholder: `e.g. ${placeholder}`, description });

/** Fields that may differ from item to item, by the key of the row that they fill. */
const ROW_FIELDS = {
  areaField: 'area',
  birthDateField: 'birthDate',
  languageField: 'language',
  locationField: 'location',
  occurredAtField: 'occurredAt',
  preferredTimeField: 'preferredTime',
  referenceField: 'reference',
  relationField: 'relation',
  subjectBirthDateField: 'subjectBirthDate',
  subjectField: 'subjectRef',
  subjectRelationField: 'subjectRelation',
  tagsField: 'tags',
  validUntilField: 'validUntil',
  zoneField: 'zone',
  ...Object.fromEntries(AUTHORIZATION_KEYS.map((key) => [`${key}Field`, key] as const)),
} as const satisfies Record<string, RowKey>;

/** A screening rests on its mandate, and an authorization is one as soon as an element of it is given. */
function scopeOf(context: IExecuteFunctions, authorization: object): ConsentScope | undefined {
  if (context.getNodeParameter('kind', 0) !== 'given') return undefined;
  if (context.getNodeParameter('purpose', 0) === 'screening') return 'publicScreening';
  return Object.keys(authorization).length > 0 ? 'hipaaAuthorization' : undefined;
}

export const recordOperation: Operation = {
  option: {
    name: 'Record',
    value: 'record',
    action: 'Record consent',
    description: 'Store what a person said about one purpose, with its proof',
  },
  fields: [
    ...personParameters('phone'),
    {
      displayName: 'Purpose',
      name: 'purpose',
      type: 'options',
      noDataExpression: true,
      default: 'appointment',
      options: purposeOptions,
      description: 'What the person was asked about: a consent for one purpose is none for another',
    },
    {
      displayName: 'Kind',
      name: 'kind',
      type: 'options',
      noDataExpression: true,
      default: 'given',
      options: [
        { name: 'Given', value: 'given' },
        { name: 'Objected', value: 'objected' },
        { name: 'Refused', value: 'refused' },
        { name: 'Renewed', value: 'renewed' },
        { name: 'Withdrawn', value: 'withdrawn' },
      ],
      description: 'What the person said',
    },
    {
      displayName: 'Source',
      name: 'source',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. registration form',
      description: 'Where the answer was given',
    },
    field(
      'Reference Field',
      'referenceField',
      'formId',
      'Field with the ID of the form or message that holds the answer',
    ),
    {
      displayName: 'Mandate',
      name: 'mandate',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Resolution 12 of 2026',
      displayOptions: { show: { kind: ['given'], purpose: ['screening'] } },
      description: 'The law, decree or resolution that charges the clinic with the screening programme',
    },
    authorizationFields,
    {
      displayName: 'Proof',
      name: 'proof',
      type: 'collection',
      placeholder: 'Add Proof',
      default: {},
      options: proof,
      description: 'What shows that the person agreed (GDPR Art. 7(1)). All of it is needed for Given.',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        field('Area Field', 'areaField', 'area', 'Field with the coarse area, from the controller’s list'),
        field(
          'Birth Date Field',
          'birthDateField',
          'birthDate',
          'Field with the birth date, as 1980-12-31; only the day of the 18th birthday is kept',
        ),
        {
          displayName: 'Collected In',
          name: 'collectedIn',
          type: 'options',
          default: '',
          options: [
            { name: 'Any Other Place', value: '' },
            {
              name: 'Protected Service',
              value: 'protectedService',
              description: 'The number is then used for appointments only, whatever else is agreed to',
            },
          ],
          description: 'Where the number was collected',
        },
        countryField,
        {
          displayName: 'Dry Run',
          name: 'dryRun',
          type: 'boolean',
          default: false,
          description: 'Whether to check the rows only, without storing any',
        },
        field('Language Field', 'languageField', 'language', 'Field with the language of the person'),
        field(
          'Location Field',
          'locationField',
          'location',
          'Field with the location that the person goes to',
        ),
        field(
          'Occurred At Field',
          'occurredAtField',
          'signedAt',
          'Field with the moment of the answer; otherwise now',
        ),
        field(
          'Preferred Time Field',
          'preferredTimeField',
          'preferredTime',
          'Field with the preferred time of day',
        ),
        field('Relation Field', 'relationField', 'relation', 'Field with active or inactive'),
        field(
          'Subject Birth Date Field',
          'subjectBirthDateField',
          'childBirthDate',
          'Field with the birth date of the child or of whom is cared for',
        ),
        field(
          'Subject Field',
          'subjectField',
          'patientId',
          'Field with your ID of a child or somebody cared for',
        ),
        field('Subject Relation Field', 'subjectRelationField', 'relation', 'Field with child or caredFor'),
        field('Tags Field', 'tagsField', 'tags', 'Field with tags, separated by commas'),
        field('Valid Until Field', 'validUntilField', 'validUntil', 'Field with the end of the consent'),
        {
          displayName: 'Verification',
          name: 'verification',
          type: 'options',
          default: 'desk',
          options: [
            { name: 'At the Desk', value: 'desk' },
            { name: 'Double Opt-In', value: 'doubleOptIn' },
          ],
          description: 'How the number was checked to be the person’s',
        },
        field('Zone Field', 'zoneField', 'zone', 'Field with the IANA time zone of the person'),
      ],
    },
  ],
  async execute(context, items) {
    const options = context.getNodeParameter('options', 0, {});
    const authorization = context.getNodeParameter('authorization', 0, {}) as object;
    const given = {
      ...options,
      ...authorization,
      referenceField: context.getNodeParameter('referenceField', 0, ''),
    };
    const paths = new Map<RowKey, string>();
    for (const [name, key] of Object.entries(ROW_FIELDS)) {
      const path = fieldPath((given as Record<string, unknown>)[name], name);
      if (path !== '') paths.set(key, path);
    }
    const constants: Record<string, unknown> = {
      ...(context.getNodeParameter('proof', 0, {}) as object),
      purpose: context.getNodeParameter('purpose', 0),
      kind: context.getNodeParameter('kind', 0),
      source: context.getNodeParameter('source', 0),
      verification: options.verification,
      collectedIn: options.collectedIn,
      mandate: context.getNodeParameter('mandate', 0, ''),
      scope: scopeOf(context, authorization),
    };
    const read: RowReader = (item, key) => {
      const path = paths.get(key);
      const found = path === undefined ? undefined : textAt(item, path);
      const constant = constants[key];
      return found ?? (typeof constant === 'string' && constant !== '' ? constant : undefined);
    };
    return tellRows(context, items, read, RECORD);
  },
};
