import { z } from 'zod/v4';
import { refusal } from '../../policy/reasons';
import shipped from './rates.json';

const price = z.number().min(0).max(1_000_000).optional();
const categories = z.object({ marketing: price, utility: price, authentication: price, service: price });

const schema = z.object({
  /** Where the figures were read: an address, or the name of the card. */
  source: z.string().min(1).max(300),
  validFrom: z.iso.date(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** By ISO 3166 alpha-2 of the recipient's number. */
  markets: z.record(z.string().regex(/^[A-Z]{2}$/), categories),
});

/** Meta's list prices of one quarter and currency, per delivered message. */
export type RateTable = z.output<typeof schema>;
export type PriceCategory = keyof z.output<typeof categories>;

/** @throws CareError `parameterInvalid`, naming the field */
export function parseRateTable(value: unknown): RateTable {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refusal('parameterInvalid', { field: `rateTable.${parsed.error.issues[0]?.path.join('.') ?? ''}` });
}

/**
 * The table that ships holds no figure that could be checked against Meta's card, so every market is unknown until the
 * user gives the card's own.
 */
export const SHIPPED_RATES: RateTable = parseRateTable(shipped);
