const TIER = /^TIER_(\d+)(K?)$/;

/**
 * Meta's `whatsapp_business_manager_messaging_limit`, such as `TIER_250`, `TIER_2K`, `TIER_UNLIMITED`.
 * @returns unique people a moving 24 hours; null: unlimited; undefined: not one of Meta's words
 */
export function portfolioLimitOf(tier: string): number | null | undefined {
  if (tier === 'TIER_UNLIMITED') return null;
  const [, digits, thousands] = TIER.exec(tier) ?? [];
  return digits === undefined ? undefined : Number(digits) * (thousands === 'K' ? 1_000 : 1);
}
