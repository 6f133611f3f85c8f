import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

export interface Phone {
  readonly e164: string;
  /** ISO 3166 alpha-2 of the number, null where the calling code is shared and the number does not tell. */
  readonly country: string | null;
}

/** Reads a phone number as people write it; null when it cannot be one. `country` completes local numbers. */
export function normalizePhone(text: string, country: string): Phone | null {
  const international = text.trim().replace(/^00/, '+');
  const parsed = parsePhoneNumberFromString(international, country as CountryCode);
  if (!parsed?.isValid()) return null;
  return { e164: parsed.number, country: parsed.country ?? null };
}
