import { z } from 'zod/v4';
import { CareError } from '../errors';
import { LANGUAGES } from '../phi/types';
import { PURPOSES } from '../policy/types';
import { QUESTIONS } from '../replies/types';
import { templateProblems } from './rules';
import type { ButtonChoice, CatalogueTemplate } from './types';

const CHOICE = /^(?:confirm|reschedule|human|yes|no|stop|preference_[abc]|rating_[1-5]|location_\d{1,2})$/;

/** Whether a tap may mean this. Anything else could pass for the answer to another message. */
export const isButtonChoice = (value: unknown): value is ButtonChoice =>
  typeof value === 'string' && CHOICE.test(value);

const choice = z.custom<ButtonChoice>(isButtonChoice);

const text = z.strictObject({
  body: z.string(),
  footer: z.string().optional(),
  buttons: z.array(z.strictObject({ choice, title: z.string() })).optional(),
  listButton: z.string().optional(),
  linkButton: z.string().optional(),
});

const variable = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  type: z.enum(['date', 'time', 'firstName', 'location', 'link', 'clinicName', 'number', 'choice']),
  example: z.string().min(1).max(100),
  of: z.enum(['location', 'appointment']).optional(),
});

const templateSchema = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{1,60}$/),
  version: z.int().min(1),
  purpose: z.enum(PURPOSES),
  metaCategory: z.enum(['UTILITY', 'MARKETING']),
  use: z.enum(['template', 'reply', 'both']),
  asks: z.enum(QUESTIONS).nullable(),
  ttlSeconds: z.int().nullable(),
  variables: z.array(variable).max(8),
  texts: z.partialRecord(z.enum(LANGUAGES), text),
});

/**
 * Reads a template from data and holds it against Meta's rules and ours.
 *
 * @throws CareError `templateInvalid` with the field or language and the first rule that is broken
 */
export function parseTemplate(input: unknown): CatalogueTemplate {
  const parsed = templateSchema.safeParse(input);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new CareError(
      'templateInvalid',
      `The template's field "${field}" is missing or not as it must be.`,
      {
        field,
      },
    );
  }
  // Templates are JSON, which holds no `undefined`: all that the schema's type allows beyond the interface.
  const template = parsed.data as CatalogueTemplate;
  const [problem] = templateProblems(template);
  if (problem) {
    throw new CareError('templateInvalid', problem.sentence, { field: problem.language ?? template.key });
  }
  return template;
}
