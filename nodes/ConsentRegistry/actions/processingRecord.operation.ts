import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../operation';

export const processingRecordOperation: Operation = {
  option: {
    name: 'Get',
    value: 'get',
    action: 'Get record of processing',
    description: 'Make the record of processing activities from the registry (Article 30(1) GDPR)',
  },
  fields: [],
  async execute(context) {
    const controller = await chosenController(context);
    const { record, markdown } = await (await registryFor(context)).rights.processingRecord(controller);
    const data = await context.helpers.prepareBinaryData(
      Buffer.from(markdown, 'utf8'),
      `processing-record-${controller}.md`,
      'text/markdown',
    );
    return [{ json: { ...record }, binary: { data }, pairedItem: { item: 0 } }];
  },
};
