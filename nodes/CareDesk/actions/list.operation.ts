import { TASK_KINDS } from '../../../core';
import { chosenController } from '../../shared/controller';
import { limitFields, limitOf } from '../../shared/limit';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { bornItem, taskJson } from '../taskItem';

const STATES = ['open', 'assigned', 'closed'] as const;
const ANY = 'any';
const MOST = 10_000;

export const listOperation: Operation = {
  option: {
    name: 'Get Many',
    value: 'list',
    action: 'Get many tasks',
    description: 'List tasks, newest first; they hold references and no words',
  },
  fields: [
    {
      displayName: 'State',
      name: 'state',
      type: 'options',
      noDataExpression: true,
      default: 'open',
      options: [
        { name: 'Any', value: ANY },
        { name: 'Assigned', value: 'assigned' },
        { name: 'Closed', value: 'closed' },
        { name: 'Open', value: 'open' },
      ],
    },
    {
      displayName: 'Kind',
      name: 'taskKind',
      type: 'options',
      noDataExpression: true,
      default: ANY,
      options: [
        { name: 'Account Notice', value: 'accountNotice' },
        { name: 'Any', value: ANY },
        { name: 'Cancel', value: 'cancel' },
        { name: 'Deceased', value: 'deceased' },
        { name: 'Emergency', value: 'emergency' },
        { name: 'Low Score', value: 'lowScore' },
        { name: 'Other', value: 'other' },
        { name: 'Person', value: 'person' },
        { name: 'Question', value: 'question' },
        { name: 'Reschedule', value: 'reschedule' },
        { name: 'Sender Halted', value: 'senderHalted' },
        { name: 'Sensitive', value: 'sensitive' },
        { name: 'Template Changed', value: 'templateChanged' },
        { name: 'Wrong Number', value: 'wrongNumber' },
      ],
    },
    ...limitFields,
  ],
  async execute(context) {
    const chosenState = context.getNodeParameter('state', 0);
    const chosenKind = context.getNodeParameter('taskKind', 0);
    const state = STATES.find((one) => one === chosenState);
    const kind = TASK_KINDS.find((one) => one === chosenKind);
    const limit = limitOf(context) ?? MOST;
    const { desk } = await registryFor(context);
    const tasks = await desk.listTasks(await chosenController(context), {
      limit,
      ...(state === undefined ? {} : { state }),
      ...(kind === undefined ? {} : { kind }),
    });
    return tasks.map((task) => bornItem(taskJson(task), 0));
  },
};
