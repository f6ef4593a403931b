import { expect, it } from 'vitest';
import { listMissed } from './list-missed.ts';

const files = (...names: string[]) => names.map((newPath) => ({ newPath }));

it('names each file once, with the first reason, and says where pieces of it were read', () => {
  const parts = [
    { files: files('a.ts', 'big.ts') },
    { files: files('big.ts'), why: 'no-result' as const },
    { files: files('big.ts', 'c.ts'), why: 'budget' as const },
  ];
  expect(listMissed(parts, files('c.ts', 'yarn.lock'))).toEqual([
    { path: 'big.ts', why: 'no-result', isInPart: true },
    { path: 'c.ts', why: 'budget' },
    { path: 'yarn.lock', why: 'parts' },
  ]);
});

it('is empty where all was read', () => {
  expect(listMissed([{ files: files('a.ts') }, { files: files('b.ts') }], [])).toEqual([]);
});
