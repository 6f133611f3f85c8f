import { refusal } from '../../../policy/reasons';
import type { Recipient } from '../../../registry/types';

/**
 * The number as Agent, Official's JSON API and Cloud want it: international digits without a plus. SendApp knows
 * no BSUID.
 * @throws CareError `badPhone` for a person who is known by BSUID only
 */
export function digitsOf(to: Recipient): string {
  if (to.kind !== 'phone') throw refusal('badPhone');
  return to.e164.replace(/\D/g, '');
}

/** As Official's apiv3 wants it: with the plus. @throws CareError `badPhone` */
export const plusOf = (to: Recipient): string => `+${digitsOf(to)}`;
