import { z } from 'zod/v4';
import { CareError, type AuditHead } from '../../core';

/** Tables may give numbers as text, and the instant as it was exported or in milliseconds. */
const schema = z.object({
  controller: z.string().min(1),
  seq: z.coerce.number().int().positive(),
  mac: z.string().min(1),
  at: z.union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]),
  signature: z.string().min(1),
});

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** @throws CareError `parameterInvalid` */
export function readHead(value: unknown): AuditHead {
  const head = schema.safeParse(parsed(value));
  if (head.success) return head.data;
  throw new CareError(
    'parameterInvalid',
    'The head is missing or not complete. Give it as Export Head made it: controller, seq, mac, at and signature.',
    { field: 'head' },
  );
}
