import type { Usage } from './outcome.ts';

/** What a model endpoint asks for a million tokens. */
export interface TokenPrice {
  /** Of those the model is given. */
  input: number;
  /** Of those it writes. */
  output: number;
}

/** What models cost, as the deployment was told. */
export interface ModelPrices {
  /** Three letters as in ISO 4217. */
  currency: string;
  models: ReadonlyMap<string, TokenPrice>;
}

/** What sessions have cost, by the prices of their time. */
export interface RunCost {
  amount: number;
  currency: string;
  /** Sessions are missing in it: of a model without a price, or paid in another currency. */
  incomplete?: true | undefined;
}

/** To a millionth, so that a sum of many sessions stays one that can be read. */
const PRECISION = 1_000_000;

/** A price is of so many tokens. */
const PRICED_TOKENS = 1_000_000;

/** What these tokens cost, in the currency of the price. */
export function priceTokens(
  { inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>,
  { input, output }: TokenPrice,
): number {
  return (inputTokens * input + outputTokens * output) / PRICED_TOKENS;
}

/** What one session has cost. A model without a price costs nothing known. */
export function priceSession(usage: Usage, model: string | undefined, { currency, models }: ModelPrices): RunCost {
  const price = model === undefined ? undefined : models.get(model);
  if (!price) return { amount: 0, currency, incomplete: true };
  return { amount: round(priceTokens(usage, price)), currency };
}

/** Both together, in the currency of the first: what is paid in another one is missing in it. */
export function addCosts(total: RunCost | undefined, cost: RunCost): RunCost {
  if (!total) return cost;
  const { currency } = total;
  if (cost.currency !== currency) return { ...total, incomplete: true };
  const amount = round(total.amount + cost.amount);
  return { amount, currency, ...(total.incomplete || cost.incomplete ? { incomplete: true } : {}) };
}

/** `12.30 USD`, `0.0042 USD`; more than that where sessions are missing in it: `over 12.30 USD`. */
export function formatCost({ amount, currency, incomplete }: RunCost): string {
  const digits =
    amount > 0 && amount < 0.01
      ? { maximumSignificantDigits: 2 }
      : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${incomplete ? 'over ' : ''}${amount.toLocaleString('en-US', digits)} ${currency}`;
}

function round(amount: number): number {
  return Math.round(amount * PRECISION) / PRECISION;
}
