import { expect, it } from 'vitest';

import { isLeftOver } from './is-left-over.ts';

it.each([
  ['node_modules/', true],
  ['packages/app/node_modules/left-pad/index.js', true],
  ['src/__pycache__/a.cpython-313.pyc', true],
  ['.DS_Store', true],
  ['src/.main.c.swp', true],
  ['core.1234', true],
  ['dist/', false],
  ['src/core.ts', false],
  ['docs/node_modules.md', false],
])('%s is left behind by a tool: %s', (path, leftOver) => expect(isLeftOver(path)).toBe(leftOver));
