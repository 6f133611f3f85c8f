import { z } from 'zod/v4';
import { CareError } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { adminItem } from '../result';

const object = z.record(z.string(), z.unknown());
const written = z
  .string()
  .transform((text, refine) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      refine.addIssue({ code: 'custom', message: 'no JSON' });
      return z.NEVER;
    }
  })
  .pipe(object);

function changeOf(value: unknown): unknown {
  const parsed = z.union([object, written]).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CareError(
    'parameterInvalid',
    'The parameter "Change" is no JSON object. Write one, such as {}.',
    {
      field: 'change',
    },
  );
}

export const savePolicy: Operation = {
  option: {
    name: 'Update',
    value: 'save',
    action: 'Update policy',
    description: 'Change rules of the controller; each change is a new version',
  },
  fields: [
    {
      displayName: 'Change',
      name: 'change',
      type: 'json',
      default: '{}',
      required: true,
      description:
        'Only what changes, such as { "campaignAbove": 50, "quietHours": { "from": "20:00", "to": "09:00", "sundays": true } }',
    },
  ],
  async execute(context) {
    const { controllers } = await registryFor(context);
    const change = changeOf(context.getNodeParameter('change', 0));
    return [
      adminItem(await controllers.setPolicy(await chosenController(context), change, actorOf(context)), 0),
    ];
  },
};

export const getPolicy: Operation = {
  option: {
    name: 'Get',
    value: 'get',
    action: 'Get policy',
    description: 'Show the rules that are in force',
  },
  fields: [],
  async execute(context) {
    return [
      adminItem(await (await registryFor(context)).controllers.policy(await chosenController(context)), 0),
    ];
  },
};
