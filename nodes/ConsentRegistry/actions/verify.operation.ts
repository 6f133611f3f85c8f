import { CareError, SETTABLE_VERIFICATIONS } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import { recordedByParameter, referenceParameter, vouchedFor } from '../decision';
import type { Operation } from '../operation';
import { personItem } from '../personItem';
import { BY } from '../rows';
import { eachItem } from '../run';

export const verifyOperation: Operation = {
  option: {
    name: 'Verify Handle',
    value: 'verify',
    action: 'Verify handle of person',
    description: 'Say how far a number or ID is known to be the person’s',
  },
  fields: [
    ...anyPersonParameters,
    {
      displayName: 'State',
      name: 'state',
      type: 'options',
      noDataExpression: true,
      default: 'desk',
      options: [
        { name: 'At the Desk', value: 'desk', description: 'Checked with the person at the desk' },
        { name: 'Disputed', value: 'disputed', description: 'Somebody says that it is not the person’s' },
        { name: 'Double Opt-In', value: 'doubleOptIn', description: 'Confirmed by an answer to a message' },
        { name: 'Unverified', value: 'unverified', description: 'Takes an earlier check back' },
        { name: 'Void', value: 'void', description: 'No longer the person’s' },
      ],
      description: 'Void and Disputed come back only by At the Desk or Double Opt-In',
    },
    recordedByParameter,
    referenceParameter,
    personOptions([
      fieldParameter({
        displayName: 'Handle Field',
        name: 'handleField',
        placeholder: 'e.g. handleId',
        description: 'Field with the ID of the handle, as Find shows it, for a person who has several',
      }),
    ]),
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    const chosen = context.getNodeParameter('state', 0);
    const state = SETTABLE_VERIFICATIONS.find((each) => each === chosen);
    if (!state) throw new CareError('parameterInvalid', 'Choose a state of the list.', { field: 'state' });
    const { handleField } = context.getNodeParameter('options', 0, {});
    const path = fieldPath(handleField, 'Handle Field');
    const { people } = await registryFor(context);
    return eachItem(items, BY, async (item, index) => {
      const handleId = textAt(item, path);
      const change = {
        ...vouchedFor(context, index),
        state,
        ...(handleId === undefined ? {} : { handleId }),
      };
      const view = await people.setVerification(controller, person(item), change, actorOf(context));
      return personItem(item, index, view);
    });
  },
};
