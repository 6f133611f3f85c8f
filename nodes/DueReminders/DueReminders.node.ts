import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { STAGES } from '../../core';
import { decideAll } from '../shared/batch';
import { searchControllers } from '../shared/controller';
import { dueItems } from './due';
import { dueRemindersFields, NOT_DUE, STAGE_NAMES } from './fields';

const OUTPUTS = [...STAGES.map((stage) => STAGE_NAMES[stage]), NOT_DUE];

/** Which messages are due now for a list of appointments, without a memory of its own. */
// A gate: what is due follows from the clock and the registry, and is no choice of an AI agent.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class DueReminders implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Due Reminders',
    name: 'dueReminders',
    icon: { light: 'file:dueReminders.svg', dark: 'file:dueReminders.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["startField"] }}',
    description: 'Find the messages that are due now for a list of appointments',
    defaults: { name: 'Due Reminders' },
    inputs: [NodeConnectionTypes.Main],
    outputs: OUTPUTS.map(() => NodeConnectionTypes.Main),
    outputNames: OUTPUTS,
    credentials: [{ name: 'careCampaignRegistryApi', required: true }],
    properties: dueRemindersFields,
  };

  methods = { listSearch: { searchControllers } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const node = { by: 'dueReminders', outputs: OUTPUTS.length, restrictive: STAGES.length };
    return decideAll(this, node, (items) => dueItems(this, items));
  }
}
