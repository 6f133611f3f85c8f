import type { HipaaAuthorization } from '../types';

/** The elements of a HIPAA authorization (45 CFR 164.508(c)) as columns of a table. */
const ELEMENTS = {
  authorizationInformation: 'information',
  authorizationDisclosedBy: 'disclosedBy',
  authorizationDisclosedTo: 'disclosedTo',
  authorizationPurpose: 'purpose',
  authorizationExpirationEvent: 'expirationEvent',
  authorizationSignedBy: 'signedBy',
  authorizationSignedOn: 'signedOn',
  authorizationRepresentativeAuthority: 'representativeAuthority',
  authorizationRightToRevoke: 'statesRightToRevoke',
  authorizationNoConditioning: 'statesNoConditioning',
  authorizationRedisclosure: 'statesRedisclosure',
  authorizationRemuneration: 'remuneration',
  authorizationCopyGiven: 'copyGiven',
} as const satisfies Record<string, keyof HipaaAuthorization>;

export type AuthorizationKey = keyof typeof ELEMENTS;

export const AUTHORIZATION_KEYS = Object.keys(ELEMENTS) as AuthorizationKey[];

/** The column of an element; of the first where none is named, since then all are missing. */
export const authorizationColumn = (element?: string): AuthorizationKey =>
  AUTHORIZATION_KEYS.find((key) => ELEMENTS[key] === element) ?? 'authorizationInformation';

/** Statements that the text makes or does not. */
const STATEMENTS: readonly string[] = [
  'statesRightToRevoke',
  'statesNoConditioning',
  'statesRedisclosure',
  'copyGiven',
];
const YES = /^(?:true|yes|x|1)$/i;

/** What a row says of an authorization, not yet checked; null: nothing. */
export function authorizationFromText(
  read: (key: AuthorizationKey) => string | undefined,
): Readonly<Record<string, string | boolean>> | null {
  const pairs = AUTHORIZATION_KEYS.flatMap((key): [string, string | boolean][] => {
    const text = read(key);
    if (text === undefined) return [];
    const element = ELEMENTS[key];
    return [[element, STATEMENTS.includes(element) ? YES.test(text) : text]];
  });
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}
