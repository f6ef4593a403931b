import { expect, it } from 'vitest';

import { createPathFence } from './create-path-fence.ts';

it.each([undefined, []])('has all of a repository in it without globs', (patterns) => {
  expect(createPathFence(patterns)('any/where.txt')).toBe(true);
});

it.each([
  { pattern: 'services/shop/**', inside: ['services/shop/a.ts', 'services/shop/deep/.env', 'services/shop'] },
  { pattern: 'services/shop', inside: ['services/shop/a.ts', 'services/shop/deep/.env', 'services/shop'] },
  { pattern: '/services/shop/', inside: ['services/shop/a.ts', 'services/shop/deep/.env', 'services/shop'] },
  { pattern: './services/*/a.ts', inside: ['services/shop/a.ts', 'services/shopping/a.ts', 'services/other/a.ts'] },
  { pattern: '*.md', inside: ['README.md', 'services/other/x.md'] },
  { pattern: 'apps/[id]', inside: ['apps/[id]/page.tsx'] },
  { pattern: '**', inside: 'all' },
  // The map refuses these.
  { pattern: '/', inside: [] },
  { pattern: '.', inside: [] },
])('reads $pattern as the map does', ({ pattern, inside }) => {
  const paths = [
    'services/shop/a.ts',
    'services/shop/deep/.env',
    'services/shop',
    'services/shopping/a.ts',
    'services/other/a.ts',
    'services/other/x.md',
    'README.md',
    'apps/[id]/page.tsx',
    'services',
  ];
  const isInside = createPathFence([pattern]);
  expect(paths.filter(isInside).sort()).toEqual([...(inside === 'all' ? paths : inside)].sort());
});

it.each([
  'Services/shop/a.ts',
  'services/SHOP/a.ts',
  'services/shop/../other/a.ts',
  'services/shop/./a.ts',
  'services/shop//a.ts',
  '../services/shop/a.ts',
  'services/ｓhop/a.ts',
  'services/sh\u200cop/a.ts',
  'services\\shop\\a.ts',
  'x/services/shop/a.ts',
])('leaves out what only looks like a path inside: %s', (path) => {
  expect(createPathFence(['services/shop/**'])(path)).toBe(false);
});
