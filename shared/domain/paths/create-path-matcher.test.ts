import { expect, it } from 'vitest';
import { countCompiled } from '../../../test/doubles/count-compiled.ts';
import { createPathMatcher } from './create-path-matcher.ts';

// A map that an earlier version rendered may hold these.
it.each(['/', './', '//', '.'])('means the whole repository by %s', (pattern) => {
  expect(createPathMatcher(['infra/', pattern])('src/a.ts')).toBe(pattern);
});

it.each([
  { pattern: 'backend/**', others: [] },
  { pattern: 'backend/', others: ['libs/backend/x.py'] },
  { pattern: 'backend', others: ['libs/backend/x.py'] },
  { pattern: '/backend', others: [] },
  { pattern: '/backend/**', others: [] },
  { pattern: './backend/', others: [] },
  { pattern: 'backend/*', others: [] },
  { pattern: '*.py', others: ['libs/backend/x.py', 'web/x.py'] },
  { pattern: 'Backend/App', others: [] },
])('reads $pattern as people mean it', ({ pattern, others }) => {
  const find = createPathMatcher([pattern]);
  const paths = ['backend/app/main.py', 'libs/backend/x.py', 'web/x.py', 'backends/x.ts'];
  expect(paths.filter((path) => find(path) === pattern)).toEqual(['backend/app/main.py', ...others]);
});

it('takes a name that reads as a pattern for the name too', () => {
  expect(createPathMatcher(['apps/[id]'])('apps/[id]/page.tsx')).toBe('apps/[id]');
});

it('compiles its patterns for the first path, once', () => {
  const compiled = countCompiled();
  const find = createPathMatcher(['*.lock', 'go.sum']);
  expect(compiled()).toBe(0);

  find('go.sum');
  const first = compiled();
  find('yarn.lock');

  expect(first).toBeGreaterThan(0);
  expect(compiled()).toBe(first);
});
