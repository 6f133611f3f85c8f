import { z } from 'zod/v4';
import { PURPOSES } from '../../policy/types';
import { CONSENT_KINDS, type ConsentInput, type RowResult } from '../types';

const proofSchema = z.object({
  textShown: z.string().min(1).max(4000),
  textVersion: z.string().min(1).max(40),
  language: z.string().min(2).max(10),
  reference: z.string().min(1).max(200),
  recordedBy: z.string().min(1).max(120),
  businessNamed: z.string().min(1).max(120),
  privacyNoticeVersion: z.string().min(1).max(40),
});

const rowSchema = z.object({
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
  if ((row.kind === 'given' || row.kind === 'renewed') && !row.proof) {
    return refused(
      'proofMissing',
      'A consent without proof is no consent. Add the text, version, time and who recorded it.',
      'proof',
    );
  }
  return null;
}
