export { applyPolicyChange, parsePolicyChange, type PolicyChangeContext } from './change';
export {
  acknowledgementMissing,
  defaultPolicy,
  effectiveQuietHours,
  effectiveRule,
  refusedInCountry,
  screeningMandateMissing,
} from './effective';
export { getPack } from './packs';
export { effectiveRetention } from './retention';
export { isReasonCode, reasonFor, REASONS, refusal, type Reason, type ReasonCode } from './reasons';
export type { PolicyChange } from './schema';
export * from './types';
