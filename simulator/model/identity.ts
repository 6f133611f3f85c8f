import { createHash } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Dice } from './random';

/** Pure and dear: parsing and hashing would otherwise be done anew for each person whenever the page looks. */
function remembered<T>(find: (phone: string) => T): (phone: string) => T {
  const known = new Map<string, T>();
  return (phone) => {
    if (!known.has(phone)) known.set(phone, find(phone));
    return known.get(phone) as T;
  };
}

const parse = remembered((phone) => parsePhoneNumberFromString(phone));

/** ISO country of a number in E.164, or undefined for fictional ranges that belong to none. */
export const countryOf = (phone: string): string | undefined => parse(phone)?.country;

/** As people write it, for the phone page. */
export const prettyPhone = remembered((phone) => parse(phone)?.formatInternational() ?? phone);

const NINTH_DIGIT_KEPT = /^\+55(?:1[1-9]|2[1-8])9\d{8}$/;
const BRAZIL_MOBILE = /^(\+55\d{2})9(\d{8})$/;
const MEXICO = /^\+52(\d{10})$/;

/**
 * WhatsApp's own id: digits, without a plus. It differs from the phone in Brazil, where older areas dropped
 * the ninth digit, and in Mexico, where it keeps the old `1` (reference, section 2).
 */
export function waIdOf(phone: string): string {
  const mexican = MEXICO.exec(phone);
  if (mexican) return `521${mexican[1] ?? ''}`;
  const brazilian = NINTH_DIGIT_KEPT.test(phone) ? null : BRAZIL_MOBILE.exec(phone);
  return brazilian ? `${brazilian[1] ?? ''}${brazilian[2] ?? ''}`.slice(1) : phone.slice(1);
}

/** Business-scoped user id: country, dot, digits; another one in another portfolio. */
export function userIdOf(phone: string, portfolioId: string): string {
  const digest = createHash('sha256').update(`${portfolioId}|${phone}`).digest();
  return `${countryOf(phone) ?? 'ZZ'}.${digest.readBigUInt64BE(0)}`;
}

/**
 * The number that Meta would write to. Spaces, hyphens and brackets are tolerated; without a plus and without
 * a country code it takes the **business number's** country, which is how messages go astray.
 * @returns E.164, or undefined if it cannot be a phone number.
 */
export function recipientOf(typed: string, businessNumber: string): string | undefined {
  const compact = typed.replace(/[\s()./-]/g, '');
  if (/^\+\d{7,15}$/.test(compact)) return compact;
  if (!/^\d{5,15}$/.test(compact)) return undefined;
  if (parse(`+${compact}`)?.isPossible() && !compact.startsWith('0')) return `+${compact}`;
  const callingCode = parse(businessNumber)?.countryCallingCode;
  return callingCode === undefined ? undefined : `+${callingCode}${compact.replace(/^0/, '')}`;
}

/** A message id in Meta's shape: base64 over hexadecimal text. */
export const messageId = (dice: Dice): string =>
  `wamid.${Buffer.from(`\u001c\u0018\u0012${dice.hex(15)}`, 'latin1').toString('base64')}`;
