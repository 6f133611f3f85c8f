import { getTimezonesForCountry } from 'countries-and-timezones';
import { isZone } from './instant';

/** Countries that phone numbers have and the zone table does not (it follows ISO 3166 strictly). */
const BESIDE_ISO: Readonly<Record<string, readonly string[]>> = {
  XK: ['Europe/Belgrade'],
  AC: ['Atlantic/St_Helena'],
  TA: ['Atlantic/St_Helena'],
};

/**
 * The time zones of a country, current names only; empty for an unknown country. Used when all that is known of a
 * person is the phone number: a message is then permitted only when none of the zones is quiet.
 *
 * @param country ISO 3166 alpha-2, in either case
 */
export function zonesOfCountry(country: string): readonly string[] {
  const code = country.trim().toUpperCase();
  const known = zonesByCode.get(code);
  if (known) return known;
  const found = findZones(code);
  if (found.length > 0) zonesByCode.set(code, found);
  return found;
}

const zonesByCode = new Map<string, readonly string[]>();

function findZones(code: string): readonly string[] {
  const zones = getTimezonesForCountry(code) ?? [];
  const current = zones
    .filter(({ aliasOf, deprecated }) => !aliasOf && deprecated !== true)
    .map(({ name }) => name)
    .filter((name) => isZone(name));
  return current.length > 0 ? current : (BESIDE_ISO[code] ?? []);
}
