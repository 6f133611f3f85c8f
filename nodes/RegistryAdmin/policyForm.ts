import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { CareError, PURPOSES } from '../../core';
import { purposeOptions } from '../shared/options';

const number = (displayName: string, name: string, value: number, description: string): INodeProperties => ({
  displayName,
  name,
  type: 'number',
  typeOptions: { minValue: 0 },
  default: value,
  description,
});

const rules: INodeProperties = {
  displayName: 'Rules',
  name: 'rules',
  type: 'collection',
  placeholder: 'Add Rule',
  default: {},
  options: [
    number(
      'Campaign Above',
      'campaignAbove',
      100,
      'Above this number of recipients in one run an approved campaign is demanded',
    ),
    number(
      'Conversation Days',
      'conversationDays',
      30,
      'Days after the last task was closed that the words of people are kept; 0 stores none',
    ),
    {
      displayName: 'Quiet From',
      name: 'quietFrom',
      type: 'string',
      default: '20:00',
      description: 'Nothing but answers leaves from this time on, in the zone of the person',
    },
    {
      displayName: 'Quiet on Sundays',
      name: 'quietSundays',
      type: 'boolean',
      default: true,
      description: 'Whether all of Sunday is quiet',
    },
    {
      displayName: 'Quiet Until',
      name: 'quietTo',
      type: 'string',
      default: '09:00',
      description: 'Until this time; the quiet hours of the pack hold in any case',
    },
  ],
};

const caps: INodeProperties = {
  displayName: 'Caps',
  name: 'caps',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Cap',
  default: {},
  options: [
    {
      displayName: 'Cap',
      name: 'cap',
      values: [
        {
          displayName: 'Purpose',
          name: 'purpose',
          type: 'options',
          default: 'prevention',
          options: purposeOptions,
        },
        number('Messages', 'messages', 2, 'At most so many messages of this purpose to one person'),
        number('Days', 'days', 30, 'In so many days'),
      ],
    },
  ],
  description: 'How often one person gets a message; the smaller one of this and the pack counts',
};

const retention: INodeProperties = {
  displayName: 'Retention',
  name: 'retention',
  type: 'collection',
  placeholder: 'Add Period',
  default: {},
  options: [
    number('Audit Days', 'auditDays', 3653, 'Rows of the audit trail'),
    number('Closed Task Days', 'closedTaskDays', 365, 'Tasks of the desk, from their closing'),
    number(
      'Consent Facts Years',
      'consentFactsYears',
      10,
      'Consents and messages of erased people, unlinked, for the limitation period of claims',
    ),
    number('Engagement Months', 'engagementMonths', 24, 'Counters of engagement'),
    number('Inbound Days', 'inboundDays', 365, 'Facts of received messages, never their words'),
    number('Outbox Days', 'outboxDays', 730, 'Facts of sent messages'),
    number('Profile Days', 'profileDays', 730, 'Area, preferred time and relation, from when they were set'),
  ],
  description: 'How long each kind of record is kept, within the bounds of the pack',
};

export const policyFields: INodeProperties[] = [rules, caps, retention];

const formSchema = z.object({
  rules: z.looseObject({
    quietFrom: z.string().optional(),
    quietTo: z.string().optional(),
    quietSundays: z.boolean().optional(),
  }),
  caps: z.object({
    cap: z.array(z.object({ purpose: z.enum(PURPOSES), messages: z.number(), days: z.number() })).default([]),
  }),
  retention: z.record(z.string(), z.unknown()),
});

/** Quiet hours stand or fall together: half of them would be a rule that nobody meant. */
function quietHours({ quietFrom, quietTo, quietSundays }: z.infer<typeof formSchema>['rules']): object {
  if (quietFrom === undefined && quietTo === undefined && quietSundays === undefined) return {};
  if (quietFrom === undefined || quietTo === undefined) {
    throw new CareError(
      'parameterInvalid',
      'Quiet hours have a beginning and an end. Add both Quiet From and Quiet Until.',
      { field: 'rules' },
    );
  }
  return { quietHours: { from: quietFrom, to: quietTo, sundays: quietSundays ?? false } };
}

/** What the form says, as a change of policy; what was not added to it stays as it is. */
export function changeFromForm(context: IExecuteFunctions): object {
  const parameter = (name: string): unknown => context.getNodeParameter(name, 0, {});
  const form = formSchema.safeParse({
    rules: parameter('rules'),
    caps: parameter('caps'),
    retention: parameter('retention'),
  });
  if (!form.success) {
    const field = String(form.error.issues[0]?.path[0] ?? 'rules');
    throw new CareError('parameterInvalid', 'A rule has a value that cannot be used. Correct it.', { field });
  }
  const { quietFrom, quietTo, quietSundays, ...plain } = form.data.rules;
  const limits = form.data.caps.cap.map(({ purpose, messages, days }) => [purpose, { messages, days }]);
  return {
    ...plain,
    ...quietHours({ quietFrom, quietTo, quietSundays }),
    ...(limits.length > 0 ? { caps: Object.fromEntries(limits) as object } : {}),
    ...(Object.keys(form.data.retention).length > 0 ? { retention: form.data.retention } : {}),
  };
}
