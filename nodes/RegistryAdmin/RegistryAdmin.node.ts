import { NodeConnectionTypes } from 'n8n-workflow';
import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  INodeType,
  INodeTypeDescription,
} from 'n8n-workflow';
import { afterHead, chosenOfResource, resourceFields, type Resource } from '../ConsentRegistry/operation';
import { runOperation } from '../ConsentRegistry/run';
import { controllerParameter, searchControllers } from '../shared/controller';
import {
  listControllers,
  pauseController,
  resumeController,
  saveController,
} from './actions/controller.operations';
import { acknowledge, getPolicy, savePolicy } from './actions/policy.operations';
import { listUnknown, settleUnknown } from './actions/message.operations';
import {
  liftHalt,
  listSenders,
  pauseSender,
  resumeSender,
  saveSender,
  setSenderMode,
} from './actions/sender.operations';

const RESOURCES: readonly Resource[] = [
  {
    name: 'Controller',
    value: 'controller',
    operations: [saveController, listControllers, pauseController, resumeController],
  },
  {
    name: 'Sender',
    value: 'sender',
    operations: [saveSender, listSenders, setSenderMode, pauseSender, resumeSender, liftHalt],
  },
  { name: 'Message', value: 'message', operations: [listUnknown, settleUnknown] },
  { name: 'Policy', value: 'policy', operations: [acknowledge, getPolicy, savePolicy] },
];

/** A controller that is being made, or a list of all, picks none. */
const pickers: INodeProperties[] = [
  { ...controllerParameter, displayOptions: { show: { resource: ['sender', 'policy', 'message'] } } },
  {
    ...controllerParameter,
    displayOptions: { show: { resource: ['controller'], operation: ['pause', 'resume'] } },
  },
];

// Policy and Live are deliberate acts of people, never of an AI agent.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class RegistryAdmin implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Registry Admin',
    name: 'registryAdmin',
    icon: { light: 'file:registryAdmin.svg', dark: 'file:registryAdmin.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Register controllers and senders, change their policy, go live or pause',
    defaults: { name: 'Registry Admin' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: afterHead(resourceFields(RESOURCES), pickers),
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runOperation(this, 'registryAdmin', chosenOfResource(this, RESOURCES));
  }
}
