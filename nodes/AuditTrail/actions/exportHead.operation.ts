import type { Operation } from '../../ConsentRegistry/operation';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { auditItem, iso } from '../shared';

export const exportHeadOperation: Operation = {
  option: {
    name: 'Export Head',
    value: 'exportHead',
    action: 'Export head of audit',
    description: 'Give the signed end of the audit, to be kept outside the registry once a day',
  },
  fields: [
    {
      displayName:
        'Keep the item where those who can write to the registry cannot: Verify needs it to find rows that were cut off at the end.',
      name: 'headNotice',
      type: 'notice',
      default: '',
    },
  ],
  async execute(context) {
    const { audit } = await registryFor(context);
    const head = await audit.head(await chosenController(context));
    return [auditItem({ ...head, at: iso(head.at) }, 0)];
  },
};
