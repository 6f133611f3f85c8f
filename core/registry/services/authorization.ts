import { z } from 'zod/v4';
import type { ReasonCode } from '../../policy/reasons';
import type { ConsentInput } from '../types';

const text = z.string().trim().min(3).max(1000);

/** 45 CFR 164.508(c). A statement that the text does not make is `false` or absent, and the authorization void. */
const authorizationSchema = z.strictObject({
  information: text,
  disclosedBy: text,
  disclosedTo: text,
  purpose: text,
  expirationEvent: text.optional(),
  signedBy: z.enum(['individual', 'representative']),
  signedOn: z.iso.date(),
  representativeAuthority: text.optional(),
  statesRightToRevoke: z.literal(true),
  statesNoConditioning: z.literal(true),
  statesRedisclosure: z.literal(true),
  remuneration: z.enum(['none', 'stated']),
  copyGiven: z.literal(true),
});

type Fault = readonly [code: ReasonCode, field: string];

const incomplete = (...path: PropertyKey[]): Fault => [
  'authorizationIncomplete',
  ['proof', 'authorization', ...path].join('.'),
];

/**
 * What makes the authorization of a `given` or `renewed` row invalid (45 CFR 164.508(b)(2)), with the field at fault;
 * null: it is complete and in force, or the row claims none.
 *
 * @param now ms since epoch
 */
export function authorizationFault(row: ConsentInput, now: number): Fault | null {
  const { scope, proof, validUntil } = row;
  const given = proof?.authorization;
  if (scope !== 'hipaaAuthorization') return given === undefined ? null : ['scopeInvalid', 'scope'];
  const parsed = authorizationSchema.safeParse(given ?? {});
  if (!parsed.success) return incomplete(...(parsed.error.issues[0]?.path ?? []));
  const { expirationEvent, signedBy, signedOn, representativeAuthority } = parsed.data;
  if (Date.parse(signedOn) > now) return incomplete('signedOn');
  if (signedBy === 'representative' && representativeAuthority === undefined)
    return incomplete('representativeAuthority');
  if (validUntil === undefined) return expirationEvent === undefined ? incomplete('expirationEvent') : null;
  return validUntil <= now ? ['authorizationExpired', 'validUntil'] : null;
}
