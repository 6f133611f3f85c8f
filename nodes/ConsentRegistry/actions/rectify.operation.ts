import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { DateTime } from 'luxon';
import { PROFILE_FIELDS, refusal, type Rectification } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { fieldParameter, fieldPath, textAt } from '../../shared/fieldPath';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import { recordedBy, recordedByParameter } from '../decision';
import type { Operation } from '../operation';
import { personItem } from '../personItem';
import { BY } from '../rows';
import { eachItem } from '../run';

const FIELDS = {
  area: ['Area Field', 'area', 'Field with the coarse area, from the controller’s list'],
  birthDate: ['Birth Date Field', 'birthDate', 'Field with the birth date; only the 18th birthday is kept'],
  expiresAt: [
    'Expires At Field',
    'expiresAt',
    'Field with the moment when the given profile values stop counting',
  ],
  language: ['Language Field', 'language', 'Field with the language of the person'],
  location: ['Location Field', 'location', 'Field with the location that the person goes to'],
  newPhone: ['New Phone Field', 'newPhone', 'Field with the right number; the wrong one becomes void'],
  preferredTime: ['Preferred Time Field', 'preferredTime', 'Field with the preferred time of day'],
  relation: ['Relation Field', 'relation', 'Field with active or inactive'],
  replaces: [
    'Replaced Handle Field',
    'handleId',
    'Field with the ID of the wrong handle, for a person who has several',
  ],
  subjectBirthDate: [
    'Subject Birth Date Field',
    'childBirthDate',
    'Field with the birth date of the child or person cared for',
  ],
  subject: ['Subject Field', 'patientId', 'Field with your ID of a child or somebody cared for'],
  subjectRelation: ['Subject Relation Field', 'relation', 'Field with child or caredFor'],
  zone: ['Zone Field', 'zone', 'Field with the IANA time zone of the person'],
} as const satisfies Record<string, readonly [string, string, string]>;
type Key = keyof typeof FIELDS;
type Reader = (key: Key) => string | undefined;

const fields: INodeProperties[] = Object.entries(FIELDS).map(([key, [displayName, example, description]]) =>
  fieldParameter({ displayName, name: `${key}Field`, placeholder: `e.g. ${example}`, description }),
);

const corrections: INodeProperties = {
  displayName: 'Corrections',
  name: 'corrections',
  type: 'collection',
  placeholder: 'Add Correction',
  default: {},
  options: [
    ...fields,
    {
      displayName: 'Clear',
      name: 'clear',
      type: 'multiOptions',
      default: [],
      options: [
        { name: 'Area', value: 'area' },
        { name: 'Language', value: 'language' },
        { name: 'Location', value: 'location' },
        { name: 'Preferred Time', value: 'preferredTime' },
        { name: 'Relation', value: 'relation' },
        { name: 'Zone', value: 'zone' },
      ],
      description: 'Values to take away',
    },
    {
      displayName: 'Deceased',
      name: 'deceased',
      type: 'boolean',
      default: true,
      description: 'Whether the person is dead; off takes a wrong report back',
    },
  ].sort((a, b) => a.displayName.localeCompare(b.displayName)) as INodeProperties[],
  description: 'What was wrong. A field that is empty in an item changes nothing.',
};

/** Leaves out what is not there: "not said" is no correction. */
function present<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const told = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told) as { [K in keyof T]?: NonNullable<T[K]> };
}

function profileOf(read: Reader, cleared: readonly unknown[]): Pick<Rectification, 'profile'> {
  const profile = Object.fromEntries(
    PROFILE_FIELDS.flatMap((field): [string, string | null][] => {
      if (cleared.includes(field)) return [[field, null]];
      const value = read(field);
      return value === undefined ? [] : [[field, value]];
    }),
  );
  return Object.keys(profile).length === 0 ? {} : { profile };
}

function expiryOf(read: Reader, zone: string): Pick<Rectification, 'profileExpiresAt'> {
  const text = read('expiresAt');
  if (text === undefined) return {};
  const at = DateTime.fromISO(text, { zone });
  if (!at.isValid) throw refusal('dateInvalid', { field: 'expiresAt' });
  return { profileExpiresAt: at.toMillis() };
}

function phoneOf(read: Reader, country: string | undefined): Pick<Rectification, 'phone'> {
  const number = read('newPhone');
  if (number === undefined) return {};
  return { phone: { number, ...present({ country, replaces: read('replaces') }) } };
}

function subjectOf(read: Reader): Pick<Rectification, 'subject'> {
  const ref = read('subject');
  if (ref === undefined) return {};
  const relation = (['child', 'caredFor'] as const).find((each) => each === read('subjectRelation'));
  return { subject: { ref, ...present({ relation, birthDate: read('subjectBirthDate') }) } };
}

interface Given {
  readonly corrections: IDataObject;
  readonly source: string;
  readonly zone: string;
  readonly country: string | undefined;
}

function rectification(read: Reader, { corrections: chosen, source, zone, country }: Given): Rectification {
  const cleared = Array.isArray(chosen.clear) ? chosen.clear : [];
  const birthDate = read('birthDate');
  return {
    source,
    ...profileOf(read, cleared),
    ...expiryOf(read, zone),
    ...phoneOf(read, country),
    ...subjectOf(read),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(typeof chosen.deceased === 'boolean' ? { deceased: chosen.deceased } : {}),
  };
}

export const rectifyOperation: Operation = {
  option: {
    name: 'Rectify',
    value: 'rectify',
    action: 'Rectify person',
    description: 'Correct what is stored: profile, number, whom the contact answers for (Article 16 GDPR)',
  },
  fields: [
    ...anyPersonParameters,
    {
      displayName: 'Source',
      name: 'source',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. front desk',
      description: 'Where the right value comes from',
    },
    corrections,
    recordedByParameter,
    personOptions(),
  ],
  async execute(context, items) {
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    const chosen = context.getNodeParameter('corrections', 0, {}) as IDataObject;
    const paths = new Map(
      (Object.keys(FIELDS) as Key[]).map(
        (key) => [key, fieldPath(chosen[`${key}Field`], FIELDS[key][0])] as const,
      ),
    );
    const countryPath = fieldPath(context.getNodeParameter('options', 0, {}).countryField, 'Country Field');
    const { people, controllers } = await registryFor(context);
    const { zone } = await controllers.get(controller);
    return eachItem(items, BY, async (item: INodeExecutionData, index) => {
      const change = rectification((key) => textAt(item, paths.get(key) ?? ''), {
        corrections: chosen,
        source: context.getNodeParameter('source', index, '') as string,
        zone,
        country: textAt(item, countryPath),
      });
      const by = recordedBy(context, index);
      return personItem(
        item,
        index,
        await people.rectify(controller, person(item), change, by, actorOf(context)),
      );
    });
  },
};
