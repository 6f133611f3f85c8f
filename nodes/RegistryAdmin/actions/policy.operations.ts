import { z } from 'zod/v4';
import { CareError } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { changeFromForm, policyFields } from '../policyForm';
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

function changeOf(value: unknown): object {
  const parsed = z.union([object, written]).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CareError(
    'parameterInvalid',
    'The parameter "More Changes" is no JSON object. Write one, such as {}.',
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
    ...policyFields,
    {
      displayName: 'More Changes',
      name: 'change',
      type: 'json',
      default: '{}',
      description:
        'Any other part of the policy as JSON, such as { "pack": "de" } or { "phi": { "forbiddenTerms": ["raffle"] } }',
    },
  ],
  async execute(context) {
    const { controllers } = await registryFor(context);
    const change = {
      ...changeFromForm(context),
      ...changeOf(context.getNodeParameter('change', 0, {})),
    };
    return [
      adminItem(await controllers.setPolicy(await chosenController(context), change, actorOf(context)), 0),
    ];
  },
};

export const acknowledge: Operation = {
  option: {
    name: 'Acknowledge',
    value: 'acknowledge',
    action: 'Acknowledge in policy',
    description: 'Record what a named person has accepted or shown, where the pack asks for it',
  },
  fields: [
    {
      displayName: 'What',
      name: 'what',
      type: 'options',
      noDataExpression: true,
      default: 'metaSignsNoBaa',
      options: [
        {
          name: 'Meta Signs No BAA',
          value: 'metaSignsNoBaa',
          description: 'Under the pack us nothing leaves before somebody has accepted it',
        },
        {
          name: 'Public Screening Mandate',
          value: 'publicScreeningMandate',
          description: 'Under the pack it invitations to screening rest on it',
        },
      ],
    },
    {
      displayName: 'Accepted By',
      name: 'acceptedBy',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Paola Neri',
      description: 'The person who answers for it',
    },
    {
      displayName: 'Reference',
      name: 'reference',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Resolution 12 of 2026',
      displayOptions: { show: { what: ['publicScreeningMandate'] } },
      description: 'The law, decree or resolution that charges the clinic with the programme',
    },
  ],
  async execute(context) {
    const { controllers } = await registryFor(context);
    const key = await chosenController(context);
    const reference = context.getNodeParameter('reference', 0, '');
    const said = {
      what: context.getNodeParameter('what', 0),
      by: context.getNodeParameter('acceptedBy', 0),
      at: Date.now(),
      ...(reference === '' ? {} : { reference }),
    };
    const { acknowledgements } = await controllers.policy(key);
    const change = { acknowledgements: [...acknowledgements, said] };
    return [adminItem(await controllers.setPolicy(key, change, actorOf(context)), 0)];
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
