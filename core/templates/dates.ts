import { getCountryForTimezone } from 'countries-and-timezones';
import { DateTime } from 'luxon';
import type { Language } from '../phi/types';

/** Where the language alone does not say how people write a date: 12-hour clock and month first in the US. */
const LOCALES: Record<Language, Readonly<Record<string, string>> & { readonly default: string }> = {
  it: { default: 'it-IT' },
  de: { default: 'de-DE', AT: 'de-AT', CH: 'de-CH' },
  en: { default: 'en-GB', US: 'en-US' },
  es: { default: 'es-ES' },
  fr: { default: 'fr-FR' },
};

const DATE = { weekday: 'long', day: 'numeric', month: 'long' } as const;
const TIME = { hour: 'numeric', minute: '2-digit' } as const;

function localeOf(language: Language, zone: string): string {
  const country = getCountryForTimezone(zone)?.id ?? '';
  return LOCALES[language][country] ?? LOCALES[language].default;
}

/** Intl writes narrow and no-break spaces, which some phones show as a box. */
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u2009\u202f]/g, ' ');

const localOf = (at: number, zone: string, language: Language): DateTime =>
  DateTime.fromMillis(at, { zone, locale: localeOf(language, zone) });

/**
 * Weekday and date in the location's zone, with the word for today or tomorrow beside it while that is true there:
 * "martedì 3 novembre (domani)". The year is written when it is not the present one.
 */
export function writeDate(at: number, zone: string, language: Language, now: number): string {
  const local = localOf(at, zone, language);
  const base = DateTime.fromMillis(now, { zone });
  const date = local.toLocaleString(local.year === base.year ? DATE : { ...DATE, year: 'numeric' });
  const days = local.startOf('day').diff(base.startOf('day'), 'days').days;
  const near = Math.round(days) === 0 || Math.round(days) === 1;
  const word = near ? local.toRelativeCalendar({ base, unit: 'days' }) : null;
  return plainSpaces(word ? `${date} (${word})` : date);
}

/** Time of day in the location's zone. */
export const writeTime = (at: number, zone: string, language: Language): string =>
  plainSpaces(localOf(at, zone, language).toLocaleString(TIME));

/** Short enough for a row of a list (24 characters), such as "mar 3 nov, 10:30". */
export const writeShort = (at: number, zone: string, language: Language): string =>
  plainSpaces(
    localOf(at, zone, language)
      .toLocaleString({ weekday: 'short', day: 'numeric', month: 'short', ...TIME })
      .replace(/\./g, ''),
  );
