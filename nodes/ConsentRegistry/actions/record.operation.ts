import type { IExecuteFunctions } from 'n8n-workflow';
import { AUTHORIZATION_KEYS, type ConsentScope, type RowKey } from '../../../core';
import { fieldPath, textAt } from '../../shared/fieldPath';
import type { Operation } from '../operation';
import { RECORD, type RowReader, tellRows } from '../rows';
import { recordFields } from './recordFields';

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
  fields: recordFields,
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
