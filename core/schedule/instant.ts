import { IANAZone } from 'luxon';

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** Whether ms since epoch lie between 2000 and 2100: outside, it is a wrong unit or a typing mistake. */
export const isPlausibleInstant = (at: number): boolean =>
  Number.isFinite(at) && at >= EARLIEST && at < LATEST;

/** Whether it is an IANA time zone. `IANAZone.create` keeps its instances; `isValidZone` builds a formatter a call. */
export const isZone = (zone: string): boolean => IANAZone.create(zone).isValid;
