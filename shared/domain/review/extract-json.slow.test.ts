import { expect, it } from 'vitest';

import { extractJson } from './extract-json.ts';

it('looks no longer than a text is worth, so that none keeps it busy', () => {
  // Each open bracket costs all that follows.
  expect(extractJson(`${'{ '.repeat(200)}[1]`)).toHaveLength(1);
  expect(extractJson(`${'{ '.repeat(100_000)}[1]`)).toEqual([]);
});
