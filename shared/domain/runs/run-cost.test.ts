import { describe, expect, it } from 'vitest';
import { addCosts, formatCost, priceSession } from './run-cost.ts';

const PRICES = { currency: 'USD', models: new Map([['gpt-5', { input: 1.25, output: 10 }]]) };
const usage = { modelCalls: 3, inputTokens: 400_000, outputTokens: 12_345 };

describe('what a session costs', () => {
  it('is asked for tokens in and out, to a millionth', () => {
    expect(priceSession(usage, 'gpt-5', PRICES)).toEqual({ amount: 0.62345, currency: 'USD' });
    const few = { modelCalls: 1, inputTokens: 1, outputTokens: 0 };
    expect(priceSession(few, 'gpt-5', PRICES)).toEqual({ amount: 0.000001, currency: 'USD' });
  });

  it.each(['gpt-6', undefined])('is not known of the model %s', (model) => {
    expect(priceSession(usage, model, PRICES)).toEqual({ amount: 0, currency: 'USD', incomplete: true });
  });
});

describe('costs together', () => {
  const usd = (amount: number) => ({ amount, currency: 'USD' });

  it('are a sum, which says that something is missing', () => {
    expect(addCosts(undefined, usd(0.1))).toEqual(usd(0.1));
    expect(addCosts(usd(0.1), usd(0.2))).toEqual(usd(0.3));
    expect(addCosts({ ...usd(1), incomplete: true }, usd(2))).toEqual({ ...usd(3), incomplete: true });
    expect(addCosts(usd(1), { ...usd(2), incomplete: true })).toEqual({ ...usd(3), incomplete: true });
  });

  it('never mix currencies', () => {
    expect(addCosts(usd(1), { amount: 5, currency: 'EUR' })).toEqual({ ...usd(1), incomplete: true });
  });
});

it.each([
  { cost: { amount: 12.3, currency: 'USD' }, text: '12.30 USD' },
  { cost: { amount: 1234.567, currency: 'EUR' }, text: '1,234.57 EUR' },
  { cost: { amount: 0.004_21, currency: 'USD' }, text: '0.0042 USD' },
  { cost: { amount: 0, currency: 'USD' }, text: '0.00 USD' },
  { cost: { amount: 2, currency: 'USD', incomplete: true as const }, text: 'over 2.00 USD' },
])('reads $text', ({ cost, text }) => {
  expect(formatCost(cost)).toBe(text);
});
