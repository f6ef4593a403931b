import { readFileSync } from 'node:fs';
import * as z from 'zod';

const Price = z.strictObject({
  title: z.string(),
  /** What the price is for, and how a quantity of it is said. */
  unit: z.string(),
  many: z.string(),
  price: z.number().positive(),
  /** So much of each month costs nothing. */
  free: z.number().positive().optional(),
  source: z.url(),
  asOf: z.iso.date(),
  confirmed: z.boolean(),
});
export type Price = z.infer<typeof Price>;

const Prices = z.strictObject({ about: z.string(), prices: z.record(z.string(), Price) });

/** The list prices by name, each with where and when it was read. */
export function readPrices(): Record<string, Price> {
  const text = readFileSync(new URL('../../docs/cost-prices.json', import.meta.url), 'utf8');
  return Prices.parse(JSON.parse(text)).prices;
}
