import { Readable } from 'node:stream';
import type { Operation } from '../../ConsentRegistry/operation';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { auditItem, filtersField, periodOf, sinceField, untilField, word } from '../shared';

const MIME = { jsonl: 'application/x-ndjson', csv: 'text/csv' } as const;

export const exportOperation: Operation = {
  option: {
    name: 'Export',
    value: 'export',
    action: 'Export audit',
    description: 'Write the audit into a file, oldest row first',
  },
  fields: [
    {
      displayName: 'Format',
      name: 'format',
      type: 'options',
      noDataExpression: true,
      default: 'jsonl',
      options: [
        { name: 'CSV', value: 'csv', description: 'For people and spreadsheets' },
        { name: 'JSON Lines', value: 'jsonl', description: 'For keeping: the copy itself can be verified' },
      ],
      description: 'What the file is for',
    },
    {
      displayName: 'Put Output File in Field',
      name: 'binaryPropertyName',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the output binary field to put the file in',
    },
    filtersField([sinceField, untilField]),
  ],
  async execute(context) {
    const controller = await chosenController(context);
    const format = context.getNodeParameter('format', 0) === 'csv' ? 'csv' : 'jsonl';
    const property = word(context.getNodeParameter('binaryPropertyName', 0, 'data')) ?? 'data';
    const period = periodOf(context, context.getNodeParameter('filters', 0, {}));
    const { audit } = await registryFor(context);
    const file = Readable.from(await audit.export(controller, { format, ...period }), { objectMode: false });
    const fileName = `audit-${controller}.${format}`;
    const binary = await context.helpers.prepareBinaryData(file, fileName, MIME[format]);
    return [{ ...auditItem({ controller, format, fileName }, 0), binary: { [property]: binary } }];
  },
};
