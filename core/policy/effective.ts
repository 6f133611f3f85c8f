import { getPack } from './packs';
import { refusal } from './reasons';
import type { ControllerPolicy, PackId, Purpose, PurposeRule, QuietHours } from './types';

/** Purposes that promote something: they are marketing wherever the law draws that line. */
const MARKETING_PURPOSES: ReadonlySet<Purpose> = new Set(['review', 'prevention', 'events']);

type Cap = NonNullable<PurposeRule['cap']>;

/**
 * Caps over different windows have no order (2 in 7 days against 4 in 30), so the stricter half of each counts:
 * the smaller number over the longer window. Whoever keeps to that keeps to both.
 */
function tighterCap(a: Cap | null, b: Cap | undefined): Cap | null {
  if (!a || !b) return a ?? b ?? null;
  return { messages: Math.min(a.messages, b.messages), days: Math.max(a.days, b.days) };
}

/**
 * The pack's rule for a purpose, tightened by the controller; never looser than the pack.
 * @throws CareError `purposeUnknown`; a name such as `constructor` would otherwise find what every object has
 */
export function effectiveRule(policy: ControllerPolicy, purpose: Purpose): PurposeRule {
  const { purposes } = getPack(policy.pack);
  if (!Object.hasOwn(purposes, purpose)) throw refusal('purposeUnknown', { field: 'purpose' });
  const rule = purposes[purpose];
  return { ...rule, cap: tighterCap(rule.cap, policy.caps?.[purpose]) };
}

/**
 * All quiet hours that hold: the pack's, the purpose's and the controller's own. It is a list, because two
 * spans such as the night and a siesta do not make one; quiet is whatever lies in any of them.
 */
export function effectiveQuietHours(policy: ControllerPolicy, purpose?: Purpose): readonly QuietHours[] {
  const pack = getPack(policy.pack);
  return [pack.quietHours, purpose && pack.purposes[purpose].quietHours, policy.quietHours].filter(
    (hours) => hours !== undefined,
  );
}

/**
 * Whether a message of this purpose is refused because of the recipient's country (ISO 3166 alpha-2 of the phone
 * number, not its calling code: +1 is Canada too). Meta's own category counts as well, so that a template that
 * Meta files under MARKETING is refused whatever its declared purpose.
 */
export function refusedInCountry(
  policy: ControllerPolicy,
  purpose: Purpose,
  country: string,
  metaCategory: 'UTILITY' | 'MARKETING' = 'UTILITY',
): boolean {
  const marketing = metaCategory === 'MARKETING' || MARKETING_PURPOSES.has(purpose);
  return marketing && getPack(policy.pack).marketingRefusedIn.includes(country.toUpperCase());
}

/** Whether the pack demands an acknowledgement that no named person has given yet: then nothing may leave. */
export function acknowledgementMissing(policy: ControllerPolicy): boolean {
  const needed = getPack(policy.pack).needsAcknowledgement;
  return needed !== null && !policy.acknowledgements.some(({ what }) => what === needed);
}

/**
 * Whether nobody has recorded yet that the controller is charged with a public screening programme.
 * @param now ms since epoch; an acknowledgement from the future is a wrong clock
 */
export function screeningMandateMissing(policy: ControllerPolicy, now: number): boolean {
  return !policy.acknowledgements.some(({ what, at }) => what === 'publicScreeningMandate' && at <= now);
}

/** The policy that a new controller starts with. */
export function defaultPolicy(pack: PackId): ControllerPolicy {
  return {
    version: 1,
    pack: getPack(pack).id,
    campaignAbove: 100,
    acknowledgements: [],
    conversationDays: 30,
    phi: {},
  };
}
