import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type NotSent, type NotSentFilter, type PersonRef, reasonFor, type Registry } from '../../../core';
import type { Operation } from '../../ConsentRegistry/operation';
import { personParameters, personReader } from '../../ConsentRegistry/person';
import { eachItem } from '../../ConsentRegistry/run';
import { chosenController } from '../../shared/controller';
import { countsHint } from '../../shared/hints';
import { limitFields, limitOf } from '../../shared/limit';
import { registryFor } from '../../shared/registry';
import { auditItem, BY, filtersField, iso, periodOf, sinceField, untilField, word } from '../shared';

const MOST = 10_000;
const TEXTS = ['code', 'kind', 'occurrence'] as const;

function filterOf(context: IExecuteFunctions): NotSentFilter {
  const filters = context.getNodeParameter('filters', 0, {}) as Record<string, unknown>;
  const texts = TEXTS.map((name) => [name, word(filters[name])]).filter(([, text]) => text !== undefined);
  return {
    ...(Object.fromEntries(texts) as Partial<NotSentFilter>),
    ...periodOf(context, filters),
    limit: limitOf(context) ?? MOST,
  };
}

const messageItems = ({ rows }: NotSent, index: number): INodeExecutionData[] =>
  rows.map((row) => auditItem({ ...row, at: iso(row.at) }, index));

const countItems = ({ counts }: NotSent, index: number): INodeExecutionData[] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => auditItem({ code, count, sentence: reasonFor(code).sentence }, index));

/** Of everybody once, or of the person of each item. */
async function ofPeople(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  ask: (person: PersonRef | null) => Promise<NotSent>,
  show: (found: NotSent, index: number) => INodeExecutionData[],
): Promise<INodeExecutionData[]> {
  if (context.getNodeParameter('of', 0, 'everybody') === 'person') {
    const person = personReader(context);
    return eachItem(items, BY, async (item, index) => show(await ask(person.of(item)), index));
  }
  const found = await ask(null);
  const hint = countsHint('not sent', new Map(Object.entries(found.counts)));
  if (hint) context.addExecutionHints(hint);
  return show(found, 0);
}

export const whyNotSentOperation: Operation = {
  option: {
    name: 'Why Not Sent',
    value: 'whyNotSent',
    action: 'Get messages that were not sent',
    description: 'Say of messages that were refused, failed or got lost why, and what decided it',
  },
  fields: [
    {
      displayName: 'Of',
      name: 'of',
      type: 'options',
      noDataExpression: true,
      default: 'everybody',
      options: [
        { name: 'Everybody', value: 'everybody' },
        { name: 'Person of Each Item', value: 'person' },
      ],
      description: 'Whose messages to look for',
    },
    ...personParameters('contactRef').map((field) => ({
      ...field,
      displayOptions: { ...field.displayOptions, show: { ...field.displayOptions?.show, of: ['person'] } },
    })),
    {
      displayName: 'Show',
      name: 'show',
      type: 'options',
      noDataExpression: true,
      default: 'messages',
      options: [
        { name: 'Counts per Code', value: 'counts', description: 'How often each reason stopped a message' },
        { name: 'Messages', value: 'messages', description: 'One item for each message, newest first' },
      ],
    },
    ...limitFields.map((field) => ({
      ...field,
      displayOptions: { show: { ...field.displayOptions?.show, show: ['messages'] } },
    })),
    filtersField([
      {
        displayName: 'Code',
        name: 'code',
        type: 'string',
        default: '',
        placeholder: 'e.g. noConsent',
        description: 'The reason that stopped the message',
      },
      {
        displayName: 'Kind',
        name: 'kind',
        type: 'string',
        default: '',
        placeholder: 'e.g. campaign:autumn-checks',
        description: 'What the message was: reminder, survey, campaign:&lt;key&gt; or reply',
      },
      {
        displayName: 'Occurrence',
        name: 'occurrence',
        type: 'string',
        default: '',
        placeholder: 'e.g. A-1042@2027-03-01T09:30:00.000Z',
        description: 'The very appointment, visit or invitation, as care.occurrence names it',
      },
      sinceField,
      untilField,
    ]),
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const filter = filterOf(context);
    const { audit }: Pick<Registry, 'audit'> = await registryFor(context);
    const show = context.getNodeParameter('show', 0, 'messages') === 'counts' ? countItems : messageItems;
    const ask = (person: PersonRef | null) =>
      audit.whyNotSent(controller, person === null ? filter : { ...filter, person });
    return ofPeople(context, items, ask, show);
  },
};
