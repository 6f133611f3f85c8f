import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { CareError, type Purpose } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { textAt } from '../../shared/fieldPath';
import { withCare } from '../../shared/items';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';

const INTERESTS = ['prevention', 'events'] as const satisfies readonly Purpose[];
type Interest = (typeof INTERESTS)[number];
type Choice = Interest | 'none';

const choiceOptions: INodePropertyOptions[] = [
  { name: 'Events', value: 'events' },
  { name: 'None', value: 'none', description: 'Both tags go, and the person is opted out of both' },
  { name: 'Prevention', value: 'prevention' },
];

const choice = (letter: 'A' | 'B' | 'C', byDefault: Choice): INodeProperties => ({
  displayName: `Choice ${letter}`,
  name: `choice${letter}`,
  type: 'options',
  noDataExpression: true,
  default: byDefault,
  options: choiceOptions,
  description: `What the answer ${letter} to the preference menu stands for`,
});

/** The parameter that holds the meaning of each answer to the menu. */
const PARAMETER_OF: Readonly<Record<string, string>> = {
  preference_a: 'choiceA',
  preference_b: 'choiceB',
  preference_c: 'choiceC',
};

/** An interest is added and takes nothing away: who likes both may answer twice. Only "none" ends both. */
function changeOf(chosen: Choice, countsAsConsent: boolean) {
  if (chosen === 'none') return { remove: INTERESTS, optOut: INTERESTS };
  return { add: [chosen], ...(countsAsConsent ? { optIn: [chosen] } : {}) };
}

function chosenBy(value: unknown): Choice {
  return value === 'none' ? 'none' : (INTERESTS.find((interest) => interest === value) ?? fail());
}

function fail(): never {
  throw new CareError('parameterInvalid', 'Choose what the answer stands for.');
}

export const fromReplyOperation: Operation = {
  option: {
    name: 'From Reply',
    value: 'fromReply',
    action: 'Set preferences from reply',
    description: 'Turn the answer to the preference menu into tags, with the message as proof',
  },
  fields: [
    choice('A', 'prevention'),
    choice('B', 'events'),
    choice('C', 'none'),
    {
      displayName: 'Counts as Consent',
      name: 'countsAsConsent',
      type: 'boolean',
      default: true,
      description:
        'Whether the choice is stored as a consent for that purpose as well, proved by the message',
    },
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const countsAsConsent = context.getNodeParameter('countsAsConsent', 0, true);
    const { tags } = await registryFor(context);
    return eachItem(items, 'preferenceTags', async (item, index) => {
      const parameter = PARAMETER_OF[textAt(item, 'intent') ?? ''];
      const contactRef = textAt(item, 'contactRef');
      const eventId = textAt(item, 'eventId');
      if (parameter === undefined || contactRef === undefined || eventId === undefined) {
        throw new CareError(
          'notAPreference',
          'The item is no answer to the preference menu. Connect the Preference output of Reply Router.',
        );
      }
      const change = changeOf(chosenBy(context.getNodeParameter(parameter, 0)), countsAsConsent === true);
      const language = textAt(item, 'language');
      const result = await tags.update(
        controller,
        { contactRef },
        change,
        { eventId, textShown: 'preference_menu', ...(language === undefined ? {} : { language }) },
        actorOf(context),
      );
      return withCare(item, result, index);
    });
  },
};
