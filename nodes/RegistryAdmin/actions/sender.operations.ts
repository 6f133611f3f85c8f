import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CareError, type SenderInput } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { adminItem } from '../result';

const BY = 'registryAdmin';
const PROVIDER = 'metaCloud';

const phoneNumberIdParameter: INodeProperties = {
  displayName: 'Phone Number ID',
  name: 'phoneNumberId',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. 106540352242922',
  description: 'ID of the business number at Meta, not the number itself',
};

function word(context: IExecuteFunctions, name: string, index: number): string {
  const value = context.getNodeParameter(name, index, '');
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function required(context: IExecuteFunctions, name: string, index: number): string {
  const value = word(context, name, index);
  if (value !== '') return value;
  throw new CareError('parameterInvalid', `The parameter "${name}" is empty. Fill it in.`, {
    field: name,
    index,
  });
}

async function senderInput(context: IExecuteFunctions, index: number): Promise<SenderInput> {
  const portfolioId = word(context, 'portfolioId', index);
  return {
    controllerKey: await chosenController(context),
    provider: PROVIDER,
    phoneNumberId: required(context, 'phoneNumberId', index),
    businessAccountId: required(context, 'businessAccountId', index),
    displayName: required(context, 'displayName', index),
    testNumbers: word(context, 'testNumbers', index)
      .split(',')
      .map((number) => number.trim())
      .filter(Boolean),
    ...(portfolioId === '' ? {} : { portfolioId }),
  };
}

export const saveSender: Operation = {
  option: {
    name: 'Create or Update',
    value: 'save',
    action: 'Create or update sender',
    description: 'Register a business number of the controller; a new one starts in Test',
  },
  fields: [
    phoneNumberIdParameter,
    {
      displayName: 'Business Account ID',
      name: 'businessAccountId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 102290129340398',
      description: 'ID of the WhatsApp Business account (WABA)',
    },
    {
      displayName: 'Display Name',
      name: 'displayName',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Clinica Aurora',
    },
    {
      displayName: 'Test Numbers',
      name: 'testNumbers',
      type: 'string',
      default: '',
      placeholder: 'e.g. +12025550143, +12025550144',
      description:
        'Numbers of your own staff that get messages while the sender is in Test, separated by commas',
    },
    {
      displayName: 'Portfolio ID',
      name: 'portfolioId',
      type: 'string',
      default: '',
      description: 'ID of the business portfolio, where several numbers share one daily limit',
    },
  ],
  async execute(context, items) {
    const { senders } = await registryFor(context);
    return eachItem(items, BY, async (_item, index) =>
      adminItem(await senders.save(await senderInput(context, index), actorOf(context)), index),
    );
  },
};

export const listSenders: Operation = {
  option: {
    name: 'Get Many',
    value: 'list',
    action: 'Get many senders',
    description: 'List the business numbers of the controller',
  },
  fields: [],
  async execute(context) {
    const senders = await (await registryFor(context)).senders.list(await chosenController(context));
    return senders.map((sender) => adminItem(sender, 0));
  },
};

export const setSenderMode: Operation = {
  option: {
    name: 'Set Mode',
    value: 'setMode',
    action: 'Set mode of sender',
    description: 'Go live, or back to Test where only test numbers get messages',
  },
  fields: [
    phoneNumberIdParameter,
    {
      displayName: 'Mode',
      name: 'mode',
      type: 'options',
      noDataExpression: true,
      default: 'test',
      options: [
        { name: 'Live', value: 'live', description: 'Everybody with a right on record gets messages' },
        { name: 'Test', value: 'test', description: 'Only the test numbers get messages' },
      ],
    },
  ],
  async execute(context) {
    const id = required(context, 'phoneNumberId', 0);
    const mode = context.getNodeParameter('mode', 0) === 'live' ? 'live' : 'test';
    const { senders } = await registryFor(context);
    await senders.setMode(PROVIDER, id, mode, actorOf(context));
    return [adminItem(await senders.get(PROVIDER, id), 0)];
  },
};

/** Pause and resume differ in nothing but the flag. */
function pausing(option: Operation['option'], paused: boolean): Operation {
  return {
    option,
    fields: [phoneNumberIdParameter],
    async execute(context) {
      const id = required(context, 'phoneNumberId', 0);
      const { senders } = await registryFor(context);
      await senders.pause(PROVIDER, id, paused, actorOf(context));
      return [adminItem(await senders.get(PROVIDER, id), 0)];
    },
  };
}

export const pauseSender = pausing(
  {
    name: 'Pause',
    value: 'pause',
    action: 'Pause sender',
    description: 'Stop its messages at the next claim',
  },
  true,
);
export const resumeSender = pausing(
  { name: 'Resume', value: 'resume', action: 'Resume sender', description: 'Let its messages leave again' },
  false,
);

export const liftHalt: Operation = {
  option: {
    name: 'Lift Halt',
    value: 'liftHalt',
    action: 'Lift halt of sender',
    description: 'Let it send again after the provider had blocked it and the cause is settled there',
  },
  fields: [phoneNumberIdParameter],
  async execute(context) {
    const id = required(context, 'phoneNumberId', 0);
    const { senders } = await registryFor(context);
    await senders.liftHalt(PROVIDER, id, actorOf(context));
    return [adminItem(await senders.get(PROVIDER, id), 0)];
  },
};
