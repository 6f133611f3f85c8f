import { DateTime } from 'luxon';
import { refusal } from '../../../policy';

const ADULT_YEARS = 18;
const OLDEST_YEARS = 130;

/**
 * The start of the 18th birthday in the controller's zone, ms since epoch; the birth date itself is not kept.
 * @throws CareError `dateInvalid`
 */
export function adultAt(birthDate: string, zone: string, now: number): number {
  const born = /^\d{4}-\d{2}-\d{2}$/.test(birthDate)
    ? DateTime.fromISO(birthDate, { zone })
    : DateTime.invalid('shape');
  const today = DateTime.fromMillis(now, { zone });
  if (!born.isValid || born > today || born < today.minus({ years: OLDEST_YEARS })) {
    throw refusal('dateInvalid', { field: 'birthDate' });
  }
  return born.plus({ years: ADULT_YEARS }).toMillis();
}
