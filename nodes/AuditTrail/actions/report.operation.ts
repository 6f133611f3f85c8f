import { type AuditReport, CareError, REPORT_PARTS } from '../../../core';
import type { Operation } from '../../ConsentRegistry/operation';
import { chosenController } from '../../shared/controller';
import { registryFor } from '../../shared/registry';
import { auditItem, instant, iso, sinceField, untilField } from '../shared';

/** One item for each purpose, then one for each part of it. */
function itemsOf(controller: string, { since, until, purposes, parts }: AuditReport) {
  const head = { controller, since: iso(since), until: iso(until) };
  return [
    ...purposes.map((figures) => auditItem({ ...head, of: 'purpose', ...figures }, 0)),
    ...parts.map((figures) => auditItem({ ...head, of: 'part', ...figures }, 0)),
  ];
}

export const reportOperation: Operation = {
  option: {
    name: 'Report',
    value: 'report',
    action: 'Report on messages and consents',
    description: 'Count per purpose what was sent and refused, and what people agreed to and stopped',
  },
  fields: [
    { ...sinceField, required: true },
    { ...untilField, description: 'The first instant that counts no more. Empty: now.' },
    {
      displayName: 'Break Down By',
      name: 'breakDownBy',
      type: 'options',
      noDataExpression: true,
      default: 'none',
      options: [
        { name: 'Area', value: 'area' },
        { name: 'Campaign', value: 'campaign' },
        { name: 'Nothing', value: 'none' },
      ],
      description:
        'Adds items for the parts of each purpose. Counts below five are shown as &lt;5, so that nobody is singled out.',
    },
  ],
  async execute(context) {
    const controller = await chosenController(context);
    const since = instant(context, context.getNodeParameter('since', 0, ''), 'Since');
    const until = instant(context, context.getNodeParameter('until', 0, ''), 'Until') ?? Date.now();
    if (since === undefined) {
      throw new CareError('parameterInvalid', 'The parameter "Since" is empty. Fill it in.', {
        field: 'since',
      });
    }
    const chosen = context.getNodeParameter('breakDownBy', 0, 'none');
    const by = REPORT_PARTS.find((part) => part === chosen);
    const { audit } = await registryFor(context);
    return itemsOf(controller, await audit.report(controller, { since, until, ...(by ? { by } : {}) }));
  },
};
