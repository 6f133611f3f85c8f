import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CareError, type UnknownDecision, type UnknownFilter } from '../../../core';
import type { Operation } from '../../ConsentRegistry/operation';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { adminItem } from '../result';

const DEFAULT_GRACE_HOURS = 24;

const BY = [
  { name: 'Message IDs', value: 'messages', description: 'Only these messages' },
  { name: 'Sender', value: 'sender', description: 'All messages of one business number' },
  { name: 'Campaign', value: 'campaign', description: 'All messages of one campaign' },
];

const grace: INodeProperties = {
  displayName: 'Grace Period (Hours)',
  name: 'graceHours',
  type: 'number',
  typeOptions: { minValue: DEFAULT_GRACE_HOURS, maxValue: 720 },
  default: DEFAULT_GRACE_HOURS,
  description: 'How long a status may still come. Before its end nobody can decide.',
};

const named = (by: string, field: INodeProperties): INodeProperties => ({
  ...field,
  displayOptions: { show: { filterBy: [by] } },
});

const filterFields: INodeProperties[] = [
  named('messages', {
    displayName: 'Message IDs',
    name: 'outboxIds',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. abcdefghijklmnopqrstuvwxyz',
    description: 'IDs that List Unknown gives, separated by commas',
  }),
  named('sender', {
    displayName: 'Phone Number ID',
    name: 'phoneNumberId',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. 106540352242922',
    description: 'ID of the business number at Meta, not the number itself',
  }),
  named('campaign', {
    displayName: 'Campaign Key',
    name: 'campaignKey',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. autumn-prevention',
  }),
];

const text = (context: IExecuteFunctions, name: string): string => {
  const value = context.getNodeParameter(name, 0, '');
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
};

function required(context: IExecuteFunctions, name: string): string {
  const value = text(context, name);
  if (value !== '') return value;
  throw new CareError('parameterInvalid', `The parameter "${name}" is empty. Fill it in.`, { field: name });
}

function filterOf(context: IExecuteFunctions): UnknownFilter {
  const graceHours = Number(context.getNodeParameter('graceHours', 0, DEFAULT_GRACE_HOURS));
  switch (text(context, 'filterBy')) {
    case 'sender':
      return { graceHours, phoneNumberId: required(context, 'phoneNumberId') };
    case 'campaign':
      return { graceHours, campaignKey: required(context, 'campaignKey') };
    case 'messages':
      return { graceHours, outboxIds: required(context, 'outboxIds').split(/[\s,]+/) };
    default:
      return { graceHours };
  }
}

const iso = (at: number): string => new Date(at).toISOString();

export const listUnknown: Operation = {
  option: {
    name: 'List Unknown',
    value: 'listUnknown',
    action: 'List messages of unknown fate',
    description: 'Messages whose answer was lost and whose status has not come, the oldest first',
  },
  fields: [
    {
      displayName: 'Of',
      name: 'filterBy',
      type: 'options',
      noDataExpression: true,
      default: 'all',
      options: [{ name: 'All', value: 'all', description: 'All messages of the controller' }, ...BY],
    },
    ...filterFields,
    grace,
  ],
  async execute(context) {
    const { sending } = await registryFor(context);
    const rows = await sending.listUnknown(await chosenController(context), filterOf(context));
    return rows.map(({ calledAt, decidableAt, ...row }) =>
      adminItem({ ...row, calledAt: iso(calledAt), decidableAt: iso(decidableAt) }, 0),
    );
  },
};

export const settleUnknown: Operation = {
  option: {
    name: 'Settle',
    value: 'settle',
    action: 'Settle messages of unknown fate',
    description: 'Decide about messages whose status has not come within the grace period',
  },
  fields: [
    {
      displayName: 'Decision',
      name: 'decision',
      type: 'options',
      noDataExpression: true,
      default: 'countAsSent',
      options: [
        {
          name: 'Count as Sent',
          value: 'countAsSent',
          description: 'The person has probably had it; it never leaves again',
        },
        {
          name: 'Send Again',
          value: 'sendAgain',
          description: 'The next run may send it once more, also where the person has had it already',
        },
      ],
    },
    {
      displayName: 'Of',
      name: 'filterBy',
      type: 'options',
      noDataExpression: true,
      default: 'messages',
      options: BY,
    },
    ...filterFields,
    grace,
  ],
  async execute(context) {
    const { sending } = await registryFor(context);
    const decision: UnknownDecision =
      context.getNodeParameter('decision', 0) === 'sendAgain' ? 'sendAgain' : 'countAsSent';
    const controller = await chosenController(context);
    const outcome = await sending.settleUnknown(controller, filterOf(context), decision, actorOf(context));
    return [adminItem(outcome, 0)];
  },
};
