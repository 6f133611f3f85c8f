import type { INodeExecutionData } from 'n8n-workflow';
import { DateTime } from 'luxon';
import { z } from 'zod/v4';
import { CareError, CONSENT_KINDS, PURPOSES, type ConsentInput, type PersonRef } from '../../core';

/** What one row can say. Each is a column at import, or a value or field of the node at record. */
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
  'area',
  'preferredTime',
  'relation',
  'location',
  'zone',
  'tags',
] as const;
export type RowKey = (typeof ROW_KEYS)[number];

/** The text of one key for one item; undefined when there is none. */
export type RowReader = (item: INodeExecutionData, key: RowKey) => string | undefined;

const schema = z.object({
  purpose: z.enum(PURPOSES),
  kind: z.enum(CONSENT_KINDS),
  source: z.string().min(1).max(200),
  verification: z.enum(['desk', 'doubleOptIn']).optional(),
  subjectRelation: z.enum(['child', 'caredFor']).default('child'),
});

function instant(text: string, zone: string, field: RowKey): number {
  const at = DateTime.fromISO(text, { zone });
  if (at.isValid) return at.toMillis();
  throw new CareError(
    'dateInvalid',
    'The date is not in ISO 8601. Write it as 2027-03-01 or 2027-03-01T10:30.',
    {
      field,
    },
  );
}

/** Leaves out what is not there: the registry tells "not said" from "said to be empty". */
function present<K extends RowKey>(item: INodeExecutionData, read: RowReader, keys: readonly K[]) {
  const pairs = keys.flatMap((key) => {
    const value = read(item, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(pairs) as Partial<Record<K, string>>;
}

function proofOf(item: INodeExecutionData, read: RowReader): Pick<ConsentInput, 'proof'> {
  const keys = [
    'textShown',
    'textVersion',
    'language',
    'reference',
    'recordedBy',
    'businessNamed',
    'privacyNoticeVersion',
  ] as const;
  const given = present(item, read, keys);
  if (given.textShown === undefined) return {};
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
    },
  };
}

function profileOf(item: INodeExecutionData, read: RowReader): Pick<ConsentInput, 'profile'> {
  const keys = ['language', 'area', 'preferredTime', 'relation', 'location', 'zone'] as const;
  const tags = read(item, 'tags')
    ?.split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  const profile = { ...present(item, read, keys), ...(tags === undefined ? {} : { tags }) };
  return Object.keys(profile).length === 0 ? {} : { profile };
}

export interface RowContext {
  /** IANA zone for dates without an offset: the controller's. */
  readonly zone: string;
  /** ms since epoch; stands in where the row does not say when. */
  readonly now: number;
}

/**
 * One consent event from one item.
 * @throws CareError `rowInvalid`, `dateInvalid` with the field at fault
 */
export function consentInput(
  item: INodeExecutionData,
  person: PersonRef,
  read: RowReader,
  { zone, now }: RowContext,
): ConsentInput {
  const parsed = schema.safeParse(
    present(item, read, ['purpose', 'kind', 'source', 'verification', 'subjectRelation']),
  );
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'row');
    throw new CareError('rowInvalid', `The value for "${field}" is missing or not one of the known ones.`, {
      field,
    });
  }
  const { subjectRelation, verification, ...event } = parsed.data;
  const subjectRef = read(item, 'subjectRef');
  const occurredAt = read(item, 'occurredAt');
  const validUntil = read(item, 'validUntil');
  return {
    person,
    ...event,
    occurredAt: occurredAt === undefined ? now : instant(occurredAt, zone, 'occurredAt'),
    ...(validUntil === undefined ? {} : { validUntil: instant(validUntil, zone, 'validUntil') }),
    ...(subjectRef === undefined ? {} : { subject: { ref: subjectRef, relation: subjectRelation } }),
    ...(verification === undefined ? {} : { verification }),
    ...proofOf(item, read),
    ...profileOf(item, read),
  };
}
