import type { PricingFacts } from '../../registry/types';
import type { PriceCategory, RateTable } from './rateTable';

/** Delivered answers of a number each month that cost nothing, from October 2026 on. */
export const FREE_SERVICES_A_MONTH = 1_000;
/** Before it, answers and utility templates inside the service window were free. */
const WINDOW_CHARGED_FROM = '2026-10-01';

export interface CostEstimate {
  readonly currency: string;
  /** Null: the table holds no rate for this market. */
  readonly amount: number | null;
  readonly category: PriceCategory;
  /** ISO 3166 alpha-2; null: the number does not tell. */
  readonly market: string | null;
}

export interface CostTotal {
  readonly currency: string;
  readonly amount: number;
  readonly messages: number;
  /** Messages whose rate is unknown; they are not in the amount. */
  readonly unknown: number;
  readonly source: string;
  readonly validFrom: string;
}

interface Priced {
  readonly category: PriceCategory;
  readonly facts: PricingFacts;
}

export interface Estimator {
  estimate(message: Priced): CostEstimate;
  total(): CostTotal;
}

/**
 * List prices as if every message were delivered (reference 17.2). Volume tiers are left out, so the invoice is lower
 * or equal; Meta's invoice prevails.
 */
export function createEstimator(rates: RateTable): Estimator {
  const { currency, source, validFrom, markets } = rates;
  const windowCharged = validFrom >= WINDOW_CHARGED_FROM;
  let services = 0;
  let messages = 0;
  let unknown = 0;
  let amount = 0;

  function isFree({ category, facts }: Priced): boolean {
    if (facts.freeEntryPoint) return true;
    if (category === 'utility') return facts.windowOpen && !windowCharged;
    if (category !== 'service') return false;
    if (!windowCharged) return true;
    services += 1;
    return facts.servicesThisMonth + services <= FREE_SERVICES_A_MONTH;
  }

  function rateOf({ category, facts }: Priced): number | null {
    const market = facts.country === null ? undefined : markets[facts.country];
    // Meta charges answers at the utility rate of the market.
    return market?.[category] ?? (category === 'service' ? market?.utility : undefined) ?? null;
  }

  return {
    estimate(message) {
      const cost = isFree(message) ? 0 : rateOf(message);
      messages += 1;
      if (cost === null) unknown += 1;
      else amount += cost;
      return { currency, amount: cost, category: message.category, market: message.facts.country };
    },
    total: () => ({
      currency,
      // Sums of decimal rates: shown to the ten-thousandth, as Meta's card does.
      amount: Math.round(amount * 10_000) / 10_000,
      messages,
      unknown,
      source,
      validFrom,
    }),
  };
}
