import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { refusal, type PersonRef } from '../../core';
import { fieldParameter, fieldPath, textAt } from '../shared/fieldPath';
import { careText } from '../shared/items';

const FROM_PHONE = {
  name: 'Phone Field',
  value: 'phone',
  description: 'The phone number in a field of the item',
};
const FROM_REFERENCE = {
  name: 'Contact Reference',
  value: 'contactRef',
  description: 'The pseudonym that an earlier node gave (care.contactRef or contactRef)',
};

/** How an item says who the person is; the same two parameters in every node about one person. */
export const personParameters = (byDefault: 'phone' | 'contactRef'): INodeProperties[] => [
  {
    displayName: 'Person From',
    name: 'personFrom',
    type: 'options',
    noDataExpression: true,
    default: byDefault,
    options: [FROM_REFERENCE, FROM_PHONE],
    description: 'How the item says who the person is',
  },
  fieldParameter({
    displayName: 'Phone Field',
    name: 'phoneField',
    default: 'phone',
    required: true,
    placeholder: 'e.g. contact.phone',
    description: 'Name of the field that holds the phone number, not the number itself',
    displayOptions: { show: { personFrom: ['phone'] } },
  }),
];

export const countryField: INodeProperties = fieldParameter({
  displayName: 'Country Field',
  name: 'countryField',
  placeholder: 'e.g. country',
  description: 'Field with the two-letter country of numbers that have no country code',
});

export interface PersonReader {
  readonly by: 'phone' | 'contactRef';
  /** @throws CareError `badPhone`, `unknownContact` */
  readonly of: (item: INodeExecutionData) => PersonRef;
}

/** @throws CareError `fieldNameExpected` */
export function personReader(context: IExecuteFunctions): PersonReader {
  const options = context.getNodeParameter('options', 0, {});
  const country = fieldPath(options.countryField, 'Country Field');
  if (context.getNodeParameter('personFrom', 0) === 'phone') {
    const field = fieldPath(context.getNodeParameter('phoneField', 0), 'Phone Field');
    return { by: 'phone', of: (item) => byPhone(item, field, country) };
  }
  return { by: 'contactRef', of: byReference };
}

function byPhone(item: INodeExecutionData, field: string, countryPath: string): PersonRef {
  const phone = textAt(item, field);
  if (phone === undefined) throw refusal('badPhone');
  const country = textAt(item, countryPath);
  return { phone, ...(country === undefined ? {} : { country }) };
}

function byReference(item: INodeExecutionData): PersonRef {
  const contactRef = careText(item, 'contactRef') ?? textAt(item, 'contactRef');
  if (contactRef === undefined) throw refusal('unknownContact');
  return { contactRef };
}
