import { CareError, type Registry } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { withCare } from '../../shared/items';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { staffMember, staffParameter } from '../staff';
import { taskJson } from '../taskItem';

const taskField = fieldParameter({
  displayName: 'Task Field',
  name: 'taskField',
  default: 'id',
  required: true,
  placeholder: 'e.g. care.task.id',
  description: 'Field with the ID of the task',
});

/** Assign and close differ in nothing but the word. */
function settling(option: Operation['option'], verb: 'assign' | 'close'): Operation {
  return {
    option,
    fields: [taskField, staffParameter],
    async execute(context, items) {
      const controller = await chosenController(context);
      const field = fieldPath(context.getNodeParameter('taskField', 0), 'Task Field');
      const { desk }: Pick<Registry, 'desk'> = await registryFor(context);
      return eachItem(items, 'careDesk', async (item, index) => {
        const id = textAt(item, field);
        if (id === undefined) {
          throw new CareError('taskMissing', 'The item names no task. Set the field with its ID.', {
            field: 'taskField',
          });
        }
        const task = await desk[verb](controller, id, staffMember(context, index), actorOf(context));
        return withCare(item, { task: taskJson(task) }, index);
      });
    },
  };
}

export const assignOperation = settling(
  { name: 'Assign', value: 'assign', action: 'Assign task', description: 'Hand a task to one named person' },
  'assign',
);

export const closeOperation = settling(
  {
    name: 'Close',
    value: 'close',
    action: 'Close task',
    description: 'Finish a task; the kept words go after the time that the policy sets',
  },
  'close',
);
