import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import { recordedBy, recordedByParameter } from '../decision';
import type { Operation } from '../operation';
import { personItem } from '../personItem';
import { BY } from '../rows';
import { eachItem } from '../run';

export const restrictOperation: Operation = {
  option: {
    name: 'Restrict',
    value: 'restrict',
    action: 'Restrict person',
    description: 'Keep what is stored and send nothing, or lift that again (Article 18 GDPR)',
  },
  fields: [
    ...anyPersonParameters,
    {
      displayName: 'Restricted',
      name: 'restricted',
      type: 'boolean',
      noDataExpression: true,
      default: true,
      description: 'Whether nothing may be sent. Tell the person before you lift it (Article 18(3) GDPR).',
    },
    recordedByParameter,
    personOptions(),
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    // Anything but a clear "off" restricts.
    const on = context.getNodeParameter('restricted', 0, true) !== false;
    const { people } = await registryFor(context);
    return eachItem(items, BY, async (item, index) => {
      const by = recordedBy(context, index);
      return personItem(
        item,
        index,
        await people.restrict(controller, person(item), on, by, actorOf(context)),
      );
    });
  },
};
