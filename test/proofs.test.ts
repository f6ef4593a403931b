import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

interface Proof {
  file: string;
  words: string;
}

describe.each([
  ['docs/security.md', 30],
  ['docs/failure.md', 30],
  ['docs/upgrade.md', 20],
])('the tests that %s names', (page, atLeast) => {
  const proofs = readProofs(readFileSync(path.join(root, page), 'utf8'));

  it('are many', () => {
    expect(proofs.length).toBeGreaterThan(atLeast);
  });

  it.each(proofs)('$file "$words"', ({ file, words }) => {
    expect(existsSync(path.join(root, file)), file).toBe(true);
    const source = readFileSync(path.join(root, file), 'utf8').replaceAll(/\\(['`])/g, '$1');
    expect(source).toContain(words);
  });
});

/** `file` "words", "more words": words without a file belong to the file before. */
function readProofs(text: string): Proof[] {
  let file = '';
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`|"([^"]+)"/g)].flatMap(([, named, words]) => {
    if (named) file = named;
    return [{ file, words: words?.replaceAll(/\s+/g, ' ') ?? '' }];
  });
}
