import path from 'node:path';
import { expect, it } from 'vitest';
import { measureInstall } from '../scripts/trim-install.ts';

const MOST_BYTES = 600_000_000;

it('takes less than 600 MB of a disk', () => {
  expect(measureInstall(path.resolve(import.meta.dirname, '../node_modules'))).toBeLessThan(MOST_BYTES);
});
