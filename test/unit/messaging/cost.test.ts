import { createEstimator } from '../../../core/messaging/cost/estimate';
import { parseRateTable, type PriceCategory, SHIPPED_RATES } from '../../../core/messaging/cost/rateTable';
import { portfolioLimitOf } from '../../../core/messaging/providers/metaCloud/messagingLimit';
import type { PricingFacts } from '../../../core/registry/types';

/** Invented figures. */
const table = (validFrom: string) =>
  parseRateTable({
    source: 'https://card.example/2026',
    validFrom,
    currency: 'EUR',
    markets: { IT: { marketing: 0.5, utility: 0.25 }, DE: { marketing: 1, utility: 0.75, service: 0.125 } },
  });
const facts = (change: Partial<PricingFacts> = {}): PricingFacts => ({
  country: 'IT',
  windowOpen: false,
  freeEntryPoint: false,
  servicesThisMonth: 5_000,
  ...change,
});
const BEFORE = '2026-07-01';
const SINCE = '2026-10-01';

describe('what a message would cost', () => {
  it.each<[string, PriceCategory, Partial<PricingFacts>, string, number | null]>([
    ['marketing', 'marketing', {}, SINCE, 0.5],
    ['marketing inside the window', 'marketing', { windowOpen: true }, SINCE, 0.5],
    ['marketing after an ad', 'marketing', { freeEntryPoint: true }, SINCE, 0],
    ['utility', 'utility', {}, BEFORE, 0.25],
    ['utility inside the window, until September 2026', 'utility', { windowOpen: true }, BEFORE, 0],
    ['utility inside the window, from October 2026', 'utility', { windowOpen: true }, SINCE, 0.25],
    ['an answer until September 2026', 'service', { windowOpen: true }, BEFORE, 0],
    ['an answer from October 2026, at the utility rate', 'service', { windowOpen: true }, SINCE, 0.25],
    ['an answer where the card has its own rate', 'service', { country: 'DE' }, SINCE, 0.125],
    ['an answer after an ad', 'service', { freeEntryPoint: true }, SINCE, 0],
    ['a market that the table lacks', 'marketing', { country: 'FR' }, SINCE, null],
    ['a category that the table lacks', 'authentication', {}, SINCE, null],
    ['a number that tells no country', 'marketing', { country: null }, SINCE, null],
  ])('%s', (_name, category, change, validFrom, amount) => {
    const found = createEstimator(table(validFrom)).estimate({ category, facts: facts(change) });
    expect(found).toEqual({ currency: 'EUR', amount, category, market: facts(change).country });
  });

  it('gives each number a thousand answers a month, of which this run may use the rest', () => {
    const estimator = createEstimator(table(SINCE));
    const answer = () =>
      estimator.estimate({ category: 'service', facts: facts({ servicesThisMonth: 998 }) }).amount;
    expect([answer(), answer(), answer()]).toEqual([0, 0, 0.25]);
  });

  it('adds up what it knows and counts what it does not', () => {
    const estimator = createEstimator(table(SINCE));
    for (const country of ['IT', 'DE', 'FR'])
      estimator.estimate({ category: 'marketing', facts: facts({ country }) });
    expect(estimator.total()).toMatchObject({
      amount: 1.5,
      messages: 3,
      unknown: 1,
      currency: 'EUR',
      validFrom: SINCE,
    });
  });

  it('invents no price: what ships knows where its figures come from, and says "unknown" of all others', () => {
    expect(SHIPPED_RATES.source).toMatch(/^https:\/\/developers\.facebook\.com\//);
    const { amount } = createEstimator(SHIPPED_RATES).estimate({ category: 'marketing', facts: facts() });
    expect(amount).toBeNull();
  });

  it.each([
    ['no currency', { source: 'x', validFrom: SINCE, markets: {} }],
    ['a date that is none', { source: 'x', validFrom: 'soon', currency: 'EUR', markets: {} }],
    [
      'a price below nothing',
      { source: 'x', validFrom: SINCE, currency: 'EUR', markets: { IT: { utility: -1 } } },
    ],
    ['a market by its name', { source: 'x', validFrom: SINCE, currency: 'EUR', markets: { Italy: {} } }],
    ['text', 'rates'],
  ])('takes no table with %s', (_name, value) => {
    expect(() => parseRateTable(value)).toThrow(
      expect.objectContaining({ code: 'parameterInvalid' }) as Error,
    );
  });
});

describe('the limit of a portfolio in the words of Meta', () => {
  it.each([
    ['TIER_250', 250],
    ['TIER_2K', 2_000],
    ['TIER_10K', 10_000],
    ['TIER_100K', 100_000],
    ['TIER_UNLIMITED', null],
    ['TIER_NOT_SET', undefined],
    ['', undefined],
  ])('%s', (tier, people) => {
    expect(portfolioLimitOf(tier)).toBe(people);
  });
});
