import { CareError } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { assertNothingKept } from '../../shared/executionData';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { staffMember, staffParameter } from '../staff';
import { bornItem } from '../taskItem';

export const readOperation: Operation = {
  option: {
    name: 'Read',
    value: 'read',
    action: 'Read conversation',
    description: 'Show the kept words to one named person; each read is written into the audit',
  },
  fields: [
    {
      displayName:
        'The items hold a patient’s words. n8n must keep no data of this workflow’s runs; otherwise the node refuses.',
      name: 'readNotice',
      type: 'notice',
      default: '',
    },
    fieldParameter({
      displayName: 'Conversation Field',
      name: 'conversationField',
      default: 'conversationId',
      required: true,
      placeholder: 'e.g. care.task.conversationId',
      description: 'Field with the ID of the conversation, as a task names it',
    }),
    staffParameter,
  ],
  async execute(context, items) {
    assertNothingKept(context);
    const controller = await chosenController(context);
    const field = fieldPath(context.getNodeParameter('conversationField', 0), 'Conversation Field');
    const { desk } = await registryFor(context);
    return eachItem(items, 'careDesk', async (item, index) => {
      const id = textAt(item, field);
      if (id === undefined) {
        throw new CareError(
          'conversationMissing',
          'The item names no conversation. Set the field with its ID.',
          {
            field: 'conversationField',
          },
        );
      }
      const entries = await desk.read(controller, id, staffMember(context, index), actorOf(context));
      return entries.map(({ direction, at, text, mediaIds }) =>
        bornItem({ direction, at: new Date(at).toISOString(), text, mediaIds: [...mediaIds] }, index),
      );
    });
  },
};
