import type { INodeExecutionData } from 'n8n-workflow';
import { TASK_KINDS, type TaskKind } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, textAt, valueAt } from '../../shared/fieldPath';
import { careText, withCare } from '../../shared/items';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { taskJson } from '../taskItem';

const FROM_ITEM = 'fromItem';
const LOW_SCORE = 2;

/** What an answer asks staff to do; the flags weigh more than the intent. */
const KIND_OF_INTENT: Readonly<Record<string, TaskKind>> = {
  human: 'person',
  reschedule: 'reschedule',
  cancel: 'cancel',
  question: 'question',
};

function kindOf(item: INodeExecutionData): TaskKind {
  if (valueAt(item, 'deceased') === true) return 'deceased';
  if (valueAt(item, 'wrongNumber') === true) return 'wrongNumber';
  const intent = textAt(item, 'intent') ?? '';
  if (intent === 'emergency') return 'emergency';
  if (valueAt(item, 'sensitive') === true) return 'sensitive';
  const value = valueAt(item, 'value');
  if (intent === 'rating' && typeof value === 'number' && value <= LOW_SCORE) return 'lowScore';
  return KIND_OF_INTENT[intent] ?? 'other';
}

export const openOperation: Operation = {
  option: {
    name: 'Open',
    value: 'open',
    action: 'Open task',
    description: 'Give a person of the staff something to do; one task for each event and kind',
  },
  fields: [
    {
      displayName: 'Kind',
      name: 'kind',
      type: 'options',
      noDataExpression: true,
      default: FROM_ITEM,
      options: [
        { name: 'Cancel', value: 'cancel' },
        { name: 'Deceased', value: 'deceased' },
        { name: 'Emergency', value: 'emergency' },
        { name: 'From Item', value: FROM_ITEM, description: 'As the answer from the Inbox Trigger says' },
        { name: 'Low Score', value: 'lowScore' },
        { name: 'Other', value: 'other' },
        { name: 'Person', value: 'person' },
        { name: 'Question', value: 'question' },
        { name: 'Reschedule', value: 'reschedule' },
        { name: 'Sensitive', value: 'sensitive' },
        { name: 'Wrong Number', value: 'wrongNumber' },
      ],
      description: 'What it is about',
    },
    fieldParameter({
      displayName: 'Event Field',
      name: 'eventField',
      default: 'eventId',
      placeholder: 'e.g. eventId',
      description: 'Field with the event of the Inbox Trigger',
    }),
    fieldParameter({
      displayName: 'About Field',
      name: 'aboutField',
      default: 'replyTo.about',
      placeholder: 'e.g. appointmentId',
      description: 'Field with your own ID of the appointment or visit',
    }),
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const chosen = context.getNodeParameter('kind', 0);
    const eventField = fieldPath(context.getNodeParameter('eventField', 0, ''), 'Event Field');
    const aboutField = fieldPath(context.getNodeParameter('aboutField', 0, ''), 'About Field');
    const { desk } = await registryFor(context);
    return eachItem(items, 'careDesk', async (item, index) => {
      const eventId = textAt(item, eventField);
      const about = textAt(item, aboutField);
      const contactRef = careText(item, 'contactRef') ?? textAt(item, 'contactRef');
      const task = await desk.openTask(
        controller,
        {
          kind: TASK_KINDS.find((kind) => kind === chosen) ?? kindOf(item),
          ...(eventId === undefined ? {} : { eventId }),
          ...(contactRef === undefined ? {} : { contactRef }),
          ...(about === undefined ? {} : { about }),
        },
        actorOf(context),
      );
      return withCare(item, { task: taskJson(task) }, index);
    });
  },
};
