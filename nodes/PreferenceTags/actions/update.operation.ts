import { CareError, PURPOSES, type Purpose } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { withCare } from '../../shared/items';
import { purposeOptions } from '../../shared/options';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { countryField, personParameters, personReader } from '../../ConsentRegistry/person';
import { eachItem } from '../../ConsentRegistry/run';

const words = (value: unknown): string[] =>
  (typeof value === 'string' ? value.split(',') : []).map((word) => word.trim()).filter(Boolean);

const purposes = (value: unknown): Purpose[] =>
  PURPOSES.filter((purpose) => Array.isArray(value) && value.includes(purpose));

interface FrequencyRow {
  readonly purpose: string;
  readonly messages: number;
  readonly days: number;
}

function frequencyOf(value: unknown): { purpose: Purpose; messages: number; days: number } | undefined {
  const row = (value as { wish?: FrequencyRow } | undefined)?.wish;
  if (!row) return undefined;
  const [purpose] = purposes([row.purpose]);
  if (purpose) return { purpose, messages: row.messages, days: row.days };
  throw new CareError('purposeUnknown', 'Choose the purpose whose frequency is wished for.', {
    field: 'frequency',
  });
}

export const updateOperation: Operation = {
  option: {
    name: 'Update',
    value: 'update',
    action: 'Update preferences',
    description: 'Set tags, opt in or out of a purpose, or note how often a person wants to hear',
  },
  fields: [
    ...personParameters('contactRef'),
    {
      displayName: 'Add Tags',
      name: 'addTags',
      type: 'string',
      default: '',
      placeholder: 'e.g. prevention, evenings',
      description: 'Separated by commas. No health data: a tag that names any is refused.',
    },
    {
      displayName: 'Remove Tags',
      name: 'removeTags',
      type: 'string',
      default: '',
      placeholder: 'e.g. events',
      description: 'Separated by commas',
    },
    {
      displayName: 'Opt In',
      name: 'optIn',
      type: 'multiOptions',
      noDataExpression: true,
      default: [],
      // Screening rests on a mandate, so agreeing to it would record nothing that counts.
      options: purposeOptions.filter(({ value }) => value !== 'screening'),
      description: 'Purposes that the person agreed to',
    },
    {
      displayName: 'Opt Out',
      name: 'optOut',
      type: 'multiOptions',
      noDataExpression: true,
      default: [],
      options: purposeOptions,
      description: 'Purposes that the person wants no more of',
    },
    {
      displayName: 'Frequency',
      name: 'frequency',
      type: 'fixedCollection',
      placeholder: 'Add Wish',
      default: {},
      options: [
        {
          displayName: 'Wish',
          name: 'wish',
          values: [
            {
              displayName: 'Purpose',
              name: 'purpose',
              type: 'options',
              default: 'prevention',
              options: purposeOptions,
            },
            {
              displayName: 'Messages',
              name: 'messages',
              type: 'number',
              typeOptions: { minValue: 1 },
              default: 1,
              description: 'At most so many',
            },
            {
              displayName: 'Days',
              name: 'days',
              type: 'number',
              typeOptions: { minValue: 1 },
              default: 30,
              description: 'Within so many days',
            },
          ],
        },
      ],
      description: 'How often the person wants to hear about a purpose',
    },
    fieldParameter({
      displayName: 'Event Field',
      name: 'eventField',
      default: 'eventId',
      placeholder: 'e.g. eventId',
      description: 'Field with the event of the Inbox Trigger that proves it',
    }),
    {
      displayName: 'Recorded By',
      name: 'recordedBy',
      type: 'string',
      default: '',
      placeholder: 'e.g. Maria R., front desk',
      description: 'The person who took it down, where no event proves it',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        countryField,
        {
          displayName: 'Text Shown',
          name: 'textShown',
          type: 'string',
          default: '',
          description: 'The words that the person answered, as proof of an opt-in',
        },
      ],
    },
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const person = personReader(context);
    const eventField = fieldPath(context.getNodeParameter('eventField', 0, ''), 'Event Field');
    const { textShown } = context.getNodeParameter('options', 0, {});
    const frequency = frequencyOf(context.getNodeParameter('frequency', 0, {}));
    const optIn = purposes(context.getNodeParameter('optIn', 0, []));
    const optOut = purposes(context.getNodeParameter('optOut', 0, []));
    const { tags } = await registryFor(context);
    return eachItem(items, 'preferenceTags', async (item, index) => {
      const eventId = textAt(item, eventField);
      const recordedBy = context.getNodeParameter('recordedBy', index, '') as string;
      const result = await tags.update(
        controller,
        person.of(item),
        {
          add: words(context.getNodeParameter('addTags', index, '')),
          remove: words(context.getNodeParameter('removeTags', index, '')),
          optIn,
          optOut,
          ...(frequency === undefined ? {} : { frequency }),
        },
        {
          ...(eventId === undefined ? {} : { eventId }),
          ...(recordedBy === '' ? {} : { recordedBy }),
          ...(typeof textShown === 'string' && textShown !== '' ? { textShown } : {}),
        },
        actorOf(context),
      );
      return withCare(item, result, index);
    });
  },
};
