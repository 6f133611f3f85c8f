import { isYes, runsOutAt } from '../../consent/derive';
import { effectiveRule, reasonFor } from '../../policy';
import type { ControllerPolicy } from '../../policy/types';
import type { ConsentInput } from '../types';
import { refused, type Refused } from './consentRow';

/**
 * A yes of an old list that has run out already gives no right to write, so an import does not take it for one. What
 * says no counts for ever, and is never stale.
 * @param now ms since epoch
 */
export function staleFault(row: ConsentInput, policy: ControllerPolicy, now: number): Refused | null {
  if (!isYes(row.kind)) return null;
  const { validityDays } = effectiveRule(policy, row.purpose);
  if (now < runsOutAt(row, validityDays)) return null;
  const byItself = row.validUntil !== undefined && row.validUntil <= now;
  return refused('consentStale', reasonFor('consentStale').sentence, byItself ? 'validUntil' : 'occurredAt');
}
