import { expect, it } from 'vitest';
import { countCompiled } from '../../../test/doubles/count-compiled.ts';
import { matchesAny } from './matches-any.ts';

it('compiles a list of globs once, however many branches are held against it', () => {
  const globs = ['release/*', 'hotfix-*'];
  const compiled = countCompiled();
  expect(matchesAny('release/2.x', globs)).toBe(true);
  const first = compiled();
  expect([matchesAny('hotfix-1', globs), matchesAny('main', globs)]).toEqual([true, false]);

  expect(first).toBeGreaterThan(0);
  expect(compiled()).toBe(first);
});

it('matches nothing by an empty list', () => {
  expect(matchesAny('main', [])).toBe(false);
});
