import type { NodeExecutionHint } from 'n8n-workflow';
import {
  createEstimator,
  parseRateTable,
  refusal,
  SHIPPED_RATES,
  type CostEstimate,
  type Dispatch,
  type DispatchResult,
  type Drafted,
  type PriceCategory,
  type RateTable,
} from '../../core';

const TEMPLATES = { MARKETING: 'marketing', UTILITY: 'utility' } as const;

const categoryOf = ({ request, message }: Dispatch): PriceCategory =>
  request.basis.kind === 'reply' ? 'service' : TEMPLATES[message.metaCategory];

/** The user's table, as text or as the object that an expression gives; the shipped one where there is none. */
export function ratesOf(value: unknown): RateTable {
  if (value === undefined || value === null || value === '' || value === '{}') return SHIPPED_RATES;
  return parseRateTable(typeof value === 'string' ? json(value) : value);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('parameterInvalid', { field: 'rateTable' });
  }
}

/** What each message of a dry run would cost, in the order of the results; null for what could not leave. */
export function estimates(
  draft: (index: number) => Drafted,
  results: readonly DispatchResult[],
  rates: RateTable,
): { readonly each: readonly (CostEstimate | null)[]; readonly hint: NodeExecutionHint | null } {
  const estimator = createEstimator(rates);
  const each = results.map((result, index) => {
    if (result.sent || result.pricing === undefined) return null;
    const drafted = draft(index);
    if (!('dispatch' in drafted)) return null;
    return estimator.estimate({ category: categoryOf(drafted.dispatch), facts: result.pricing });
  });
  const { amount, currency, messages, unknown, validFrom } = estimator.total();
  if (messages === 0) return { each, hint: null };
  const known =
    unknown === messages
      ? 'the rate table has no rate for them'
      : `about ${amount} ${currency} by the rates of ${validFrom}`;
  const rest = unknown > 0 && unknown < messages ? `; ${unknown} of them have no rate in the table` : '';
  const message = `${messages} would be sent, ${known}${rest}. Meta’s invoice prevails.`;
  return { each, hint: { message, type: 'info', location: 'outputPane' } };
}
