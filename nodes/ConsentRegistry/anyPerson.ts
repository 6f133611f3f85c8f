import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { refusal, type PersonQuery } from '../../core';
import { fieldParameter, fieldPath, textAt } from '../shared/fieldPath';
import { countryField, personParameters, personReader } from './person';

/** Ids that the desk may have instead of a number. */
const IDS = {
  bsuid: { name: 'BSUID Field', description: 'Meta’s business-scoped user ID in a field of the item' },
  sendAppId: {
    name: 'SendApp ID Field',
    description: 'SendApp’s own ID of the person in a field of the item',
  },
  waId: {
    name: 'WhatsApp ID Field',
    description: 'The ID that WhatsApp gave (wa_id) in a field of the item',
  },
} as const;
type IdKind = keyof typeof IDS;

const isId = (value: unknown): value is IdKind => typeof value === 'string' && Object.hasOwn(IDS, value);

const [byPhoneOrReference, ...phone] = personParameters('contactRef') as [
  INodeProperties,
  ...INodeProperties[],
];

/** As in every node about one person, and by the other handles as well. */
export const anyPersonParameters: INodeProperties[] = [
  {
    ...byPhoneOrReference,
    options: [
      ...(byPhoneOrReference.options ?? []),
      ...Object.entries(IDS).map(([value, text]) => ({ ...text, value })),
    ],
  },
  ...phone,
  fieldParameter({
    displayName: 'ID Field',
    name: 'idField',
    default: 'id',
    required: true,
    placeholder: 'e.g. contact.waId',
    description: 'Name of the field that holds the ID, not the ID itself',
    displayOptions: { show: { personFrom: Object.keys(IDS) } },
  }),
];

/** The rest of an operation about one person. */
export const personOptions = (more: readonly INodeProperties[] = []): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [countryField, ...more].sort((a, b) => a.displayName.localeCompare(b.displayName)),
});

/** @throws CareError `fieldNameExpected`; for an item `badPhone`, `unknownContact` */
export function anyPersonReader(context: IExecuteFunctions): (item: INodeExecutionData) => PersonQuery {
  const from = context.getNodeParameter('personFrom', 0);
  if (!isId(from)) return personReader(context).of;
  const path = fieldPath(context.getNodeParameter('idField', 0), 'ID Field');
  return (item) => {
    const id = textAt(item, path);
    if (id === undefined) throw refusal('unknownContact');
    return { [from]: id } as PersonQuery;
  };
}
