import { refusal } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { withCare } from '../../shared/items';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import {
  assertConfirmed,
  confirmParameter,
  recordedByParameter,
  referenceParameter,
  vouchedFor,
} from '../decision';
import type { Operation } from '../operation';
import { BY } from '../rows';
import { eachItem } from '../run';

export const mergeOperation: Operation = {
  option: {
    name: 'Merge',
    value: 'merge',
    action: 'Merge person',
    description: 'Make two contacts one that are proven to be the same human; a shared phone proves nothing',
  },
  fields: [
    ...anyPersonParameters,
    fieldParameter({
      displayName: 'Merge Into Field',
      name: 'intoField',
      default: 'into',
      required: true,
      placeholder: 'e.g. into',
      description: 'Field with the contact reference of the person that stays, as Find shows it',
    }),
    recordedByParameter,
    referenceParameter,
    confirmParameter('Confirm Merge', 'Whether the two are to become one; this cannot be undone'),
    personOptions(),
  ],
  async execute(context, items) {
    assertConfirmed(context);
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    const path = fieldPath(context.getNodeParameter('intoField', 0), 'Merge Into Field');
    const { people } = await registryFor(context);
    return eachItem(items, BY, async (item, index) => {
      const into = textAt(item, path);
      if (into === undefined) throw refusal('unknownContact', { field: 'intoField' });
      const proof = vouchedFor(context, index);
      const { contactRef, merged } = await people.merge(
        controller,
        person(item),
        { contactRef: into },
        proof,
        actorOf(context),
      );
      return withCare(item, { contactRef, merge: { merged } }, index);
    });
  },
};
