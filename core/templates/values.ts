import type { Language } from '../phi/types';
import type { ReasonCode } from '../policy/reasons';
import { isPlausibleInstant, isZone } from '../schedule/instant';
import { writeDate, writeTime } from './dates';
import { LIMITS } from './limits';
import type { RenderContext, RenderValues, VariableType } from './types';

export type ValueResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: ReasonCode; readonly field: keyof RenderValues };

const good = (text: string): ValueResult => ({ ok: true, text });
const missing = (field: keyof RenderValues): ValueResult => ({ ok: false, code: 'variableMissing', field });
const invalid = (field: keyof RenderValues): ValueResult => ({ ok: false, code: 'variableInvalid', field });

/** One given name: letters, with a hyphen or an apostrophe inside. Two words could be a full name. */
const GIVEN_NAME = /^\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*$/u;
const TITLES = new Set(
  (
    'dr dott dottor dottore dottoressa sig sigra signor signora herr frau fräulein prof professor mr mrs ms miss ' +
    'mister sir madam don doña señor señora sr sra monsieur madame mademoiselle mme mlle docteur doctor doktor'
  ).split(' '),
);
/** Names of places and clinics: no line breaks, braces, links, addresses of people or numbers to call. */
const PROPER_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '’.,&()/–-]{0,59}$/u;
const LOOKS_LIKE_LINK = /https?:|www\.|\w\.(?:com|net|org|info|io|it|de|es|fr|eu|uk|example)\b/i;
const LONG_NUMBER = /\d(?:[ ./()–-]*\d){5}/;

type Writer = (values: RenderValues, language: Language, context: RenderContext) => ValueResult;

const WRITERS: Record<Exclude<VariableType, 'choice'>, Writer> = {
  date: (values, language, { now }) => instant(values, (at, zone) => writeDate(at, zone, language, now)),
  time: (values, language) => instant(values, (at, zone) => writeTime(at, zone, language)),
  firstName: ({ firstName }) => {
    const name = firstName?.trim() ?? '';
    if (name === '') return missing('firstName');
    const fits = name.length <= 30 && GIVEN_NAME.test(name) && !TITLES.has(name.toLowerCase());
    return fits ? good(name) : invalid('firstName');
  },
  location: ({ location }, _language, { locations }) => properName('location', location, locations),
  clinicName: ({ clinicName }) => properName('clinicName', clinicName),
  link: ({ link }, _language, { allowedDomains }) => writeLink(link, allowedDomains),
  number: ({ number }, language) => {
    if (number === undefined) return missing('number');
    const fits = Number.isInteger(number) && number >= 0 && number <= 9999;
    return fits ? good(number.toLocaleString(language, { useGrouping: false })) : invalid('number');
  },
};

/** The text of one variable, or why its value cannot be used. The value itself is never part of a refusal. */
export const writeValue = (
  type: Exclude<VariableType, 'choice'>,
  values: RenderValues,
  language: Language,
  context: RenderContext,
): ValueResult => WRITERS[type](values, language, context);

function instant({ at, zone }: RenderValues, write: (at: number, zone: string) => string): ValueResult {
  if (at === undefined) return missing('at');
  if (!isPlausibleInstant(at)) return invalid('at');
  if (zone === undefined || zone === '') return missing('zone');
  return isZone(zone) ? good(write(at, zone)) : invalid('zone');
}

/** A name of a place or clinic. With `registered`, it must be one of those. */
export function properName(
  field: 'location' | 'clinicName' | 'choices',
  value: string | undefined,
  registered?: readonly string[],
): ValueResult {
  const name = value?.trim() ?? '';
  if (name === '') return missing(field);
  const fits = PROPER_NAME.test(name) && !LOOKS_LIKE_LINK.test(name) && !LONG_NUMBER.test(name);
  return fits && (registered === undefined || registered.includes(name)) ? good(name) : invalid(field);
}

function writeLink(value: string | undefined, allowedDomains: readonly string[]): ValueResult {
  if (value === undefined || value.trim() === '') return missing('link');
  const refused: ValueResult = { ok: false, code: 'linkNotAllowed', field: 'link' };
  if (!URL.canParse(value) || value.length > LIMITS.url || /\s/.test(value.trim())) return refused;
  const url = new URL(value);
  const host = url.hostname.toLowerCase();
  const allowed = allowedDomains.some((entry) => {
    const domain = entry.trim().toLowerCase();
    return domain.includes('.') && (host === domain || host.endsWith(`.${domain}`));
  });
  const plain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
  return allowed && plain ? good(url.href) : refused;
}
