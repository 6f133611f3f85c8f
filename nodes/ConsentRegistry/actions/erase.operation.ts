import { CareError, ERASURE_REASONS, type ErasureReason } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { withCare } from '../../shared/items';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import { assertConfirmed, confirmParameter, recordedBy, recordedByParameter } from '../decision';
import type { Operation } from '../operation';
import { BY } from '../rows';
import { eachItem } from '../run';

const REASONS: Readonly<Record<ErasureReason, string>> = {
  childConsent: 'Consent of a Child (F)',
  consentWithdrawn: 'Consent Withdrawn (B)',
  legalObligation: 'Legal Obligation (E)',
  notNeeded: 'No Longer Needed (A)',
  objected: 'Objected (C)',
  unlawful: 'Unlawfully Processed (D)',
};

export const eraseOperation: Operation = {
  option: {
    name: 'Erase',
    value: 'erase',
    action: 'Erase person',
    description: 'Destroy what leads to the person for good; the number stays refused (Article 17 GDPR)',
  },
  fields: [
    ...anyPersonParameters,
    {
      displayName: 'Reason',
      name: 'reason',
      type: 'options',
      noDataExpression: true,
      default: 'consentWithdrawn',
      options: Object.entries(REASONS).map(([value, name]) => ({ name, value })),
      description: 'The ground of Article 17(1) GDPR, for the audit',
    },
    recordedByParameter,
    confirmParameter('Confirm Erasure', 'Whether the person is to be erased; this cannot be undone'),
    personOptions([
      {
        displayName: 'Dry Run',
        name: 'dryRun',
        type: 'boolean',
        default: false,
        description: 'Whether to count only what would go, without erasing anything',
      },
    ]),
  ],
  async execute(context, items) {
    const dryRun = context.getNodeParameter('options', 0, {}).dryRun === true;
    if (!dryRun) assertConfirmed(context);
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    const chosen = context.getNodeParameter('reason', 0);
    const reason = ERASURE_REASONS.find((each) => each === chosen);
    if (!reason) throw new CareError('parameterInvalid', 'Choose a reason of the list.', { field: 'reason' });
    const { rights } = await registryFor(context);
    return eachItem(items, BY, async (item, index) => {
      const by = recordedBy(context, index);
      const { contactRef, repeated, counts } = await rights.erase(
        controller,
        person(item),
        reason,
        by,
        actorOf(context),
        { dryRun },
      );
      const erasure = { dryRun, repeated, counts };
      return withCare(item, { ...(contactRef === null ? {} : { contactRef }), erasure }, index);
    });
  },
};
