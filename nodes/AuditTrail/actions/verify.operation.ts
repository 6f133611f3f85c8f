import type { IExecuteFunctions } from 'n8n-workflow';
import type { AuditHead, Registry } from '../../../core';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, valueAt } from '../../shared/fieldPath';
import { registryFor } from '../../shared/registry';
import { readHead } from '../head';
import { auditItem, BY } from '../shared';

async function verdictItem(
  audit: Registry['audit'],
  controller: string,
  head: AuditHead | null,
  index: number,
) {
  const verdict = await audit.verify(controller, head === null ? {} : { head });
  return auditItem({ controller, ...verdict, withHead: head !== null }, index);
}

/** Reads where the head of an item is: in a field, or in the item itself. */
function headReader(context: IExecuteFunctions) {
  const field = fieldPath(context.getNodeParameter('headField', 0, ''), 'Head Field');
  return (item: Parameters<typeof valueAt>[0]) => readHead(field === '' ? item.json : valueAt(item, field));
}

export const verifyOperation: Operation = {
  option: {
    name: 'Verify',
    value: 'verify',
    action: 'Verify audit',
    description: 'Check that no row was changed, removed or put in, and name the first that was',
  },
  fields: [
    {
      displayName: 'Head',
      name: 'headFrom',
      type: 'options',
      noDataExpression: true,
      default: 'none',
      options: [
        {
          name: 'From Item',
          value: 'item',
          description: 'Each item brings a head that was exported earlier',
        },
        { name: 'None', value: 'none', description: 'Rows that were cut off at the end are not found' },
        { name: 'Pasted', value: 'pasted', description: 'A head that was exported earlier, as JSON' },
      ],
      description: 'The head that was exported earlier and kept elsewhere, to find rows cut off at the end',
    },
    fieldParameter({
      displayName: 'Head Field',
      name: 'headField',
      placeholder: 'e.g. data.head',
      description: 'Field that holds the head, as an object or as JSON. Empty: the item itself is the head.',
      displayOptions: { show: { headFrom: ['item'] } },
    }),
    {
      displayName: 'Head (JSON)',
      name: 'head',
      type: 'json',
      default: '',
      required: true,
      description: 'The item of Export Head',
      displayOptions: { show: { headFrom: ['pasted'] } },
    },
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const { audit } = await registryFor(context);
    const from = context.getNodeParameter('headFrom', 0, 'none');
    if (from === 'item') {
      const headOf = headReader(context);
      return eachItem(items, BY, (item, index) => verdictItem(audit, controller, headOf(item), index));
    }
    const head = from === 'pasted' ? readHead(context.getNodeParameter('head', 0)) : null;
    return [await verdictItem(audit, controller, head, 0)];
  },
};
