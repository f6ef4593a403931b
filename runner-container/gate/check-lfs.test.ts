import { expect, it } from 'vitest';

import { checkLfs } from './check-lfs.ts';

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
const file = (text: string, path = 'logo.psd') => ({ path, text, addedLines: new Set([1]) });

it.each([
  { name: 'its own bytes', text: '8BPS...', lfs: true, rules: ['lfs-file'] },
  { name: 'a pointer', text: POINTER, lfs: true, rules: [] },
  { name: 'nothing in it', text: '', lfs: true, rules: [] },
  { name: 'more than a pointer', text: `${POINTER}8BPS`, lfs: true, rules: ['lfs-file'] },
  { name: 'its own bytes, outside of Git LFS', text: '8BPS...', lfs: false, rules: [] },
])('a file with $name', ({ text, lfs, rules }) => {
  const violations = checkLfs([file(text)], new Set(lfs ? ['logo.psd'] : []));
  expect(violations.map(({ rule }) => rule)).toEqual(rules);
});

it('names each file, and what it should hold', () => {
  const files = [file('8BPS...'), file(POINTER, 'icon.psd'), file('8BPS...', 'photo.psd')];
  const message = 'Belongs to Git LFS and holds its own bytes instead of a pointer.';
  expect(checkLfs(files, new Set(['logo.psd', 'icon.psd', 'photo.psd']))).toEqual([
    { rule: 'lfs-file', path: 'logo.psd', message },
    { rule: 'lfs-file', path: 'photo.psd', message },
  ]);
});
