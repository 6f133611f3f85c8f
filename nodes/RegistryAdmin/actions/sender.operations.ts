import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CareError, PROVIDER_IDS, type ProviderId, type SenderInput } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { adminItem } from '../result';

const BY = 'registryAdmin';

const providerParameter: INodeProperties = {
  displayName: 'Provider',
  name: 'provider',
  type: 'options',
  noDataExpression: true,
  default: 'metaCloud',
  options: [
    { name: 'Meta Cloud API', value: 'metaCloud' },
    { name: 'SendApp Agent', value: 'sendAppAgent' },
    { name: 'SendApp Cloud', value: 'sendAppCloud', description: 'Outside Meta’s business terms' },
    { name: 'SendApp Official', value: 'sendAppOfficial' },
  ],
  description: 'Through whom this sender sends',
};

const phoneNumberIdParameter: INodeProperties = {
  displayName: 'Phone Number ID',
  name: 'phoneNumberId',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. 106540352242922',
  description:
    'ID of the business number at Meta, not the number itself. At SendApp the Sender ID of the credential, or the Instance ID of Cloud.',
};

function providerOf(context: IExecuteFunctions, index: number): ProviderId {
  const chosen: unknown = context.getNodeParameter('provider', index, 'metaCloud');
  const provider = PROVIDER_IDS.find((id) => id === chosen);
  if (provider !== undefined) return provider;
  throw new CareError('parameterInvalid', 'The parameter "provider" is none of the known providers.', {
    field: 'provider',
    index,
  });
}

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
  const provider = providerOf(context, index);
  const phoneNumberId = required(context, 'phoneNumberId', index);
  return {
    controllerKey: await chosenController(context),
    provider,
    phoneNumberId,
    // SendApp's accounts have no WABA of their own to name.
    businessAccountId:
      provider === 'metaCloud' ? required(context, 'businessAccountId', index) : phoneNumberId,
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
    providerParameter,
    phoneNumberIdParameter,
    {
      displayName: 'Business Account ID',
      name: 'businessAccountId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 102290129340398',
      description: 'ID of the WhatsApp Business account (WABA)',
      displayOptions: { show: { provider: ['metaCloud'] } },
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
    providerParameter,
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
    const provider = providerOf(context, 0);
    const { senders } = await registryFor(context);
    await senders.setMode(provider, id, mode, actorOf(context));
    return [adminItem(await senders.get(provider, id), 0)];
  },
};

/** Pause and resume differ in nothing but the flag. */
function pausing(option: Operation['option'], paused: boolean): Operation {
  return {
    option,
    fields: [providerParameter, phoneNumberIdParameter],
    async execute(context) {
      const id = required(context, 'phoneNumberId', 0);
      const provider = providerOf(context, 0);
      const { senders } = await registryFor(context);
      await senders.pause(provider, id, paused, actorOf(context));
      return [adminItem(await senders.get(provider, id), 0)];
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
  fields: [providerParameter, phoneNumberIdParameter],
  async execute(context) {
    const id = required(context, 'phoneNumberId', 0);
    const provider = providerOf(context, 0);
    const { senders } = await registryFor(context);
    await senders.liftHalt(provider, id, actorOf(context));
    return [adminItem(await senders.get(provider, id), 0)];
  },
};
