import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { generateFiles } from './write-generated.ts';

it.each(Object.entries(await generateFiles()))('%s is current; `npm run schema` writes it', (file, text) => {
  expect(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).toBe(text);
});
