import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import type { Operation } from '../operation';
import { personItem } from '../personItem';
import { BY } from '../rows';
import { eachItem } from '../run';

export const findOperation: Operation = {
  option: {
    name: 'Find',
    value: 'find',
    action: 'Find person',
    description: 'Show what is on record about a person, without the number',
  },
  fields: [...anyPersonParameters, personOptions()],
  async execute(context, items) {
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    const { people } = await registryFor(context);
    return eachItem(items, BY, async (item, index) =>
      personItem(item, index, await people.find(controller, person(item))),
    );
  },
};
