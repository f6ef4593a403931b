import { describe, expect, it } from 'vitest';
import { type PartItem, planParts } from './plan-parts.ts';

const LIMITS = { maxCharacters: 100, maxFiles: 4, maxParts: 3 };

const item = (newPath: string, characters = 30): PartItem => ({ newPath, characters });

function planned(items: readonly PartItem[], limits = LIMITS) {
  const { parts, beyond } = planParts(items, limits);
  const name = ({ newPath }: PartItem) => newPath;
  return { parts: parts.map((part) => part.map(name)), beyond: beyond.map(name) };
}

describe('planParts', () => {
  it('reads all at once where it fits, in the order it came', () => {
    expect(planned([item('z.ts'), item('package-lock.json'), item('a.ts')])).toEqual({
      parts: [['z.ts', 'package-lock.json', 'a.ts']],
      beyond: [],
    });
  });

  it('keeps a directory together where it fits, by size and by number', () => {
    const files = ['b/2.ts', 'a/1.ts', 'b/1.ts', 'a/2.ts', 'b/3.ts'].map((path) => item(path));
    expect(planned(files).parts).toEqual([
      ['a/1.ts', 'a/2.ts'],
      ['b/1.ts', 'b/2.ts', 'b/3.ts'],
    ]);
    const small = ['a/1', 'b/1', 'b/2', 'b/3', 'b/4'].map((path) => item(path, 1));
    expect(planned(small).parts).toEqual([['a/1'], ['b/1', 'b/2', 'b/3', 'b/4']]);
  });

  it('divides a directory that is too large by those in it', () => {
    const files = ['src/a/1', 'src/a/2', 'src/b/1', 'src/b/2', 'src/0'].map((path) => item(path, 40));
    expect(planned(files).parts).toEqual([['src/0'], ['src/a/1', 'src/a/2'], ['src/b/1', 'src/b/2']]);
  });

  it('reads what tools wrote last and drops it first', () => {
    const files = ['dist/app.js', 'a.ts', 'vendor/x.go', 'b.ts', 'yarn.lock', 'c.ts'].map((path) => item(path, 60));
    expect(planned(files)).toEqual({
      parts: [['a.ts'], ['b.ts'], ['c.ts']],
      beyond: ['dist/app.js', 'vendor/x.go', 'yarn.lock'],
    });
  });

  it('plans the same whatever order git lists files in', () => {
    const files = Array.from({ length: 11 }, (_, index) => item(`d${index % 3}/${index}.ts`));
    const limits = { ...LIMITS, maxParts: 20 };
    expect(planned(files.toReversed(), limits)).toEqual(planned(files, limits));
  });

  it('divides pieces of one file, and a path that is a directory elsewhere', () => {
    const files = [item('big.txt', 90), item('big.txt', 90), item('big.txt', 20), item('big.txt/inner', 90)];
    expect(planned(files, { ...LIMITS, maxParts: 9 }).parts).toEqual([
      ['big.txt'],
      ['big.txt'],
      ['big.txt'],
      ['big.txt/inner'],
    ]);
  });

  it('has room for ten thousand files', () => {
    const files = Array.from({ length: 10_000 }, (_, index) => item(`d${index % 100}/f${index}.ts`, 1));
    const { parts, beyond } = planParts(files, { maxCharacters: 1000, maxFiles: 80, maxParts: 16 });
    expect(parts).toHaveLength(16);
    expect(parts.flat().length + beyond.length).toBe(10_000);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(80);
  });
});
