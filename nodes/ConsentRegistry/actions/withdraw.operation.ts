import { CareError, PURPOSES, type Purpose } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { purposeOptions } from '../../shared/options';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../operation';
import { countryField, personParameters, personReader } from '../person';
import { BY, resultItem } from '../rows';
import { eachItem } from '../run';

function scopeOf(value: unknown): 'all' | Purpose {
  const scope = value === 'all' ? 'all' : PURPOSES.find((purpose) => purpose === value);
  if (scope) return scope;
  throw new CareError('purposeUnknown', 'Choose what is withdrawn.', { field: 'scope' });
}

export const withdrawOperation: Operation = {
  option: {
    name: 'Withdraw',
    value: 'withdraw',
    action: 'Withdraw consent',
    description: 'End the right to write to a person, for one purpose or for good',
  },
  fields: [
    ...personParameters('phone'),
    {
      displayName: 'Scope',
      name: 'scope',
      type: 'options',
      noDataExpression: true,
      default: 'all',
      options: [
        { name: 'Everything', value: 'all', description: 'No message at all any more, as after a STOP' },
        ...purposeOptions,
      ],
      description: 'What the person wants no more of',
    },
    {
      displayName: 'Source',
      name: 'source',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. phone call to the front desk',
      description: 'Where the person said so',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [countryField],
    },
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const person = personReader(context);
    const scope = scopeOf(context.getNodeParameter('scope', 0));
    const source = context.getNodeParameter('source', 0) as string;
    const { consent } = await registryFor(context);
    return eachItem(items, BY, async (item, index) =>
      resultItem(
        item,
        index,
        await consent.withdraw(controller, person.of(item), scope, source, actorOf(context)),
      ),
    );
  },
};
