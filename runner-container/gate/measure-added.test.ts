import { expect, it } from 'vitest';

import { formatBytes } from './measure-added.ts';

it.each([
  [512, '512 kB'],
  [1023, '1023 kB'],
  [1024, '1 MB'],
  [1536, '1536 kB'],
  [10 * 1024, '10 MB'],
])('names a limit of %i kB as it was set: %s', (kb, text) => expect(formatBytes(kb * 1024)).toBe(text));
