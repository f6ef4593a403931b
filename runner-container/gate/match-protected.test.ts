import { expect, it } from 'vitest';

import { createProtectedMatcher } from './match-protected.ts';

// A map that an earlier version rendered may hold these.
it.each(['/', './', '//', '.'])('protects the whole repository by %s', (pattern) => {
  expect(createProtectedMatcher(['infra/', pattern])('src/a.ts')).toBe(pattern);
});
