import { z } from 'zod/v4';
import { isBirthDate } from '../../consent/age';
import { type ReasonCode, REASONS } from '../../policy/reasons';
import { PURPOSES } from '../../policy/types';
import { CONSENT_KINDS, CONSENT_SCOPES, type ConsentInput, RELATIONS, type RowResult } from '../types';
import { authorizationFault } from './authorization';

const proofSchema = z.object({
  textShown: z.string().min(1).max(4000),
  textVersion: z.string().min(1).max(40),
  language: z.string().min(2).max(10),
  reference: z.string().min(1).max(200),
  recordedBy: z.string().min(1).max(120),
  businessNamed: z.string().min(1).max(120),
  privacyNoticeVersion: z.string().min(1).max(40),
  mandate: z.string().trim().min(3).max(200).optional(),
});

const rowSchema = z.object({
  subject: z.object({ ref: z.string().min(1).max(200), relation: z.enum(RELATIONS) }).optional(),
  collectedIn: z.literal('protectedService').optional(),
  scope: z.enum(CONSENT_SCOPES).optional(),
  purpose: z.enum(PURPOSES),
  kind: z.enum(CONSENT_KINDS),
  source: z.string().min(1).max(120),
  occurredAt: z.number().int().positive(),
  validUntil: z.number().int().positive().optional(),
  proof: proofSchema.optional(),
  verification: z.enum(['doubleOptIn', 'desk']).optional(),
});

export type Refused = Extract<RowResult, { ok: false }>;

export function refused(code: string, sentence: string, field?: string): Refused {
  return field === undefined ? { ok: false, code, sentence } : { ok: false, code, sentence, field };
}

const fault = (code: ReasonCode, field: string): Refused => refused(code, REASONS[code].sentence, field);

const saysYes = ({ kind }: ConsentInput): boolean => kind === 'given' || kind === 'renewed';

function birthDateFault(row: ConsentInput, now: number): Refused | null {
  const wrong = (date: string | undefined): boolean => date !== undefined && !isBirthDate(date, now);
  if (wrong(row.birthDate)) return fault('birthDateInvalid', 'birthDate');
  return wrong(row.subject?.birthDate) ? fault('birthDateInvalid', 'subject.birthDate') : null;
}

/**
 * A public screening programme rests on a mandate that the proof names, never on a plain consent; the person may only
 * take an objection back (`renewed`, without the scope). The scope belongs to that one purpose.
 */
function screeningFault({ purpose, scope, kind, proof }: ConsentInput): Refused | null {
  if (purpose === 'screening' && kind === 'given' && scope !== 'publicScreening')
    return fault('scopeInvalid', 'scope');
  if (scope !== 'publicScreening') return null;
  if (purpose !== 'screening') return fault('scopeInvalid', 'purpose');
  return proof?.mandate === undefined ? fault('scopeInvalid', 'proof.mandate') : null;
}

/** What is wrong with a row by itself, before the registry is asked. */
export function checkRow(row: ConsentInput, now: number): Refused | null {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? 'row';
    return refused(
      'rowInvalid',
      `The field ${field} is missing or has a value that is not permitted.`,
      field,
    );
  }
  if (row.occurredAt > now) {
    return refused(
      'occurredInFuture',
      'The date of the consent lies in the future. Correct it.',
      'occurredAt',
    );
  }
  const wrongBirthDate = birthDateFault(row, now);
  if (wrongBirthDate) return wrongBirthDate;
  if (!saysYes(row)) return null;
  if (!row.proof) {
    return refused(
      'proofMissing',
      'A consent without proof is no consent. Add the text, version, time and who recorded it.',
      'proof',
    );
  }
  const wrongAuthorization = authorizationFault(row, now);
  return wrongAuthorization ? fault(...wrongAuthorization) : screeningFault(row);
}
