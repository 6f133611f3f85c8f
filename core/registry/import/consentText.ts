import { DateTime } from 'luxon';
import { z } from 'zod/v4';
import { isYes } from '../../consent/derive';
import { CareError } from '../../errors';
import { PURPOSES } from '../../policy/types';
import {
  CONSENT_KINDS,
  CONSENT_SCOPES,
  type ConsentInput,
  type HipaaAuthorization,
  type PersonRef,
} from '../types';
import { authorizationFromText, AUTHORIZATION_KEYS } from './authorizationText';

/** What one row can say beside who it is about. Each is a column at import, or a value or field of the node at record. */
export const ROW_KEYS = [
  'purpose',
  'kind',
  'source',
  'occurredAt',
  'validUntil',
  'textShown',
  'textVersion',
  'language',
  'reference',
  'recordedBy',
  'businessNamed',
  'privacyNoticeVersion',
  'verification',
  'subjectRef',
  'subjectRelation',
  'subjectBirthDate',
  'birthDate',
  'collectedIn',
  'scope',
  'mandate',
  ...AUTHORIZATION_KEYS,
  'area',
  'preferredTime',
  'relation',
  'location',
  'zone',
  'tags',
] as const;
export type RowKey = (typeof ROW_KEYS)[number];

/** The text of one key of a row; undefined when there is none. */
export type TextReader = (key: RowKey) => string | undefined;

const schema = z.object({
  purpose: z.enum(PURPOSES),
  kind: z.enum(CONSENT_KINDS),
  source: z.string().min(1).max(200),
  verification: z.enum(['desk', 'doubleOptIn']).optional(),
  subjectRelation: z.enum(['child', 'caredFor']).default('child'),
  collectedIn: z.enum(['protectedService']).optional(),
  scope: z.enum(CONSENT_SCOPES).optional(),
});

/** Dates that were read, by zone and text: a table says the same few days a hundred thousand times. */
const instants = new Map<string, number>();
const MAX_INSTANTS = 5_000;

function instant(text: string, zone: string, field: RowKey): number {
  const key = `${zone}\0${text}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const at = DateTime.fromISO(text, { zone });
  if (at.isValid) {
    if (instants.size >= MAX_INSTANTS) instants.clear();
    instants.set(key, at.toMillis());
    return at.toMillis();
  }
  throw new CareError(
    'dateInvalid',
    'The date is not in ISO 8601. Write it as 2027-03-01 or 2027-03-01T10:30.',
    {
      field,
    },
  );
}

/** Leaves out what is not there: the registry tells "not said" from "said to be empty". */
function present<K extends RowKey>(read: TextReader, keys: readonly K[]) {
  const pairs = keys.flatMap((key) => {
    const value = read(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(pairs) as Partial<Record<K, string>>;
}

function proofOf(read: TextReader): Pick<ConsentInput, 'proof'> {
  const keys = [
    'textShown',
    'textVersion',
    'language',
    'reference',
    'recordedBy',
    'businessNamed',
    'privacyNoticeVersion',
  ] as const;
  const given = present(read, keys);
  if (given.textShown === undefined) return {};
  const authorization = authorizationFromText(read);
  const word = (key: (typeof keys)[number]): string => given[key] ?? '';
  return {
    proof: {
      textShown: word('textShown'),
      textVersion: word('textVersion'),
      language: word('language'),
      reference: word('reference'),
      recordedBy: word('recordedBy'),
      businessNamed: word('businessNamed'),
      privacyNoticeVersion: word('privacyNoticeVersion'),
      ...present(read, ['mandate']),
      // Its elements are checked with the row, which names the one that is missing.
      ...(authorization ? { authorization: authorization as unknown as HipaaAuthorization } : {}),
    },
  };
}

function profileOf(read: TextReader): Pick<ConsentInput, 'profile'> {
  const keys = ['language', 'area', 'preferredTime', 'relation', 'location', 'zone'] as const;
  const tags = read('tags')
    ?.split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  const profile = { ...present(read, keys), ...(tags === undefined ? {} : { tags }) };
  return Object.keys(profile).length === 0 ? {} : { profile };
}

export interface RowContext {
  /** IANA zone for dates without an offset: the controller's. */
  readonly zone: string;
  /** ms since epoch; stands in where the row does not say when. */
  readonly now: number;
  /** Whether a yes has to say when it was given: of a list nobody can tell otherwise whether it still holds. */
  readonly dated?: boolean;
}

const CHOICES = [
  'purpose',
  'kind',
  'source',
  'verification',
  'subjectRelation',
  'collectedIn',
  'scope',
] as const;

const undated = (): CareError =>
  new CareError(
    'rowInvalid',
    'Nothing says when the person consented, so nobody can tell whether it still holds. Add the date.',
    { field: 'occurredAt' },
  );

/** The data subject, where the row names one. */
function subjectOf(read: TextReader, relation: 'child' | 'caredFor'): Pick<ConsentInput, 'subject'> {
  const ref = read('subjectRef');
  if (ref === undefined) return {};
  const birthDate = read('subjectBirthDate');
  return { subject: { ref, relation, ...(birthDate === undefined ? {} : { birthDate }) } };
}

/**
 * One consent event from texts, as a table or a form holds them.
 * @throws CareError `rowInvalid`, `dateInvalid` with the field at fault
 */
export function consentFromText(
  person: PersonRef,
  read: TextReader,
  { zone, now, dated = false }: RowContext,
): ConsentInput {
  const parsed = schema.safeParse(present(read, CHOICES));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'row');
    throw new CareError('rowInvalid', `The value for "${field}" is missing or not one of the known ones.`, {
      field,
    });
  }
  const { subjectRelation, verification, collectedIn, scope, ...event } = parsed.data;
  const occurredAt = read('occurredAt');
  if (dated && occurredAt === undefined && isYes(event.kind)) throw undated();
  const validUntil = read('validUntil');
  return {
    person,
    ...event,
    occurredAt: occurredAt === undefined ? now : instant(occurredAt, zone, 'occurredAt'),
    ...(validUntil === undefined ? {} : { validUntil: instant(validUntil, zone, 'validUntil') }),
    ...(verification === undefined ? {} : { verification }),
    ...(collectedIn === undefined ? {} : { collectedIn }),
    ...(scope === undefined ? {} : { scope }),
    ...present(read, ['birthDate']),
    ...subjectOf(read, subjectRelation),
    ...proofOf(read),
    ...profileOf(read),
  };
}
