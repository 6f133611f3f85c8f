import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { assertConfirmed, confirmParameter } from '../decision';
import type { Operation } from '../operation';

export const purgeOperation: Operation = {
  option: {
    name: 'Purge',
    value: 'purge',
    action: 'Purge what is kept long enough',
    description:
      'Delete what has been kept for as long as the policy says (Article 5(1)(e) GDPR), once for all items',
  },
  fields: [
    {
      displayName: 'Dry Run',
      name: 'dryRun',
      type: 'boolean',
      noDataExpression: true,
      default: true,
      description: 'Whether to count only what would go, without deleting anything',
    },
    {
      ...confirmParameter('Confirm Purge', 'Whether it is to be deleted; this cannot be undone'),
      displayOptions: { show: { dryRun: [false] } },
    },
  ],
  async execute(context) {
    // Only a clear no is one: what is deleted does not come back.
    const dryRun = context.getNodeParameter('dryRun', 0, true) !== false;
    if (!dryRun) assertConfirmed(context);
    const controller = await chosenController(context);
    const { retention } = await registryFor(context);
    const counts = await retention.purge(controller, { actor: actorOf(context), dryRun });
    return [{ json: { care: { controller, purge: { dryRun, counts } } }, pairedItem: { item: 0 } }];
  },
};
