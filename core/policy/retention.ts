import { CareError } from '../errors';
import { getPack } from './packs';
import type { ControllerPolicy, PackId, Retention, RetentionBound } from './types';

type Kind = keyof Retention;
const entries = (own: Partial<Retention>): [Kind, number | null][] =>
  Object.entries(own) as [Kind, number | null][];

const isWithin = (kept: number | null, { min, max }: RetentionBound<number | null>): boolean =>
  kept === null ? max === null : kept >= min && (max === null || kept <= max);

/**
 * How long each kind of record is kept: the controller's own time where it has set one, else the pack's. A policy
 * that was saved before the pack moved a bound falls back to the pack as well.
 */
export function effectiveRetention(policy: ControllerPolicy): Retention {
  const bounds = getPack(policy.pack).retention;
  const own = entries(policy.retention ?? {}).filter(([kind, kept]) => isWithin(kept, bounds[kind]));
  const defaults = Object.fromEntries(Object.entries(bounds).map(([kind, bound]) => [kind, bound.default]));
  return { ...defaults, ...Object.fromEntries(own) } as unknown as Retention;
}

/**
 * Too short loses the proof that a law demands, too long keeps data without a reason (GDPR Art. 5(1)(e)).
 *
 * @throws CareError `policyInvalid` with the field
 */
export function refuseRetentionOutOfBounds(pack: PackId, own: Partial<Retention>): void {
  const bounds = getPack(pack).retention;
  for (const [kind, kept] of entries(own)) {
    const bound: RetentionBound<number | null> = bounds[kind];
    if (isWithin(kept, bound)) continue;
    const upTo = bound.max === null ? 'or more, or null for no limit' : `to ${bound.max}`;
    throw new CareError(
      'policyInvalid',
      `The policy field "retention.${kind}" takes ${bound.min} ${upTo} with this pack. Correct it and save again.`,
      { field: `retention.${kind}` },
    );
  }
}
