/** The repository of the shop's pages, where issues of the component Web go. */
export const WEB: Record<string, string> = {
  'README.md': '# Shop web\n\nThe pages of the shop. `node --test` runs the tests.\n\n## Prices\n\n',
  'package.json': '{\n  "name": "shop-web",\n  "type": "module",\n  "scripts": { "test": "node --test" }\n}\n',
  'price.js': 'export function price(cents) {\n  return (cents / 100).toFixed(2);\n}\n',
  'price.test.js':
    "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { price } from './price.js';\n\ntest('shows two digits', () => {\n  assert.equal(price(1999), '19.99');\n});\n",
};

/** Where all other issues go. */
export const BACKEND: Record<string, string> = { 'README.md': '# Shop backend\n\nOrders and stock.\n' };

/** What Ada writes on `main` and on the release while the agent works. */
export const ROUNDING: Record<string, string> = {
  'README.md': `${WEB['README.md']}Prices are rounded to two digits.\n`,
};

/** A picture of one red pixel: what the ticket should look like. */
export const MOCK_UP = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
