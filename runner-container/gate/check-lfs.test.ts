import { expect, it } from 'vitest';

import { checkLfs } from './check-lfs.ts';

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
const file = (text: string | undefined, path = 'logo.psd') => ({
  path,
  ...(text !== undefined && { blob: Buffer.from(text) }),
});

it.each([
  { name: 'its own bytes', text: '8BPS...', rules: ['lfs-file'] },
  { name: 'a pointer', text: POINTER, rules: [] },
  { name: 'nothing in it', text: '', rules: [] },
  { name: 'more than a pointer', text: `${POINTER}8BPS`, rules: ['lfs-file'] },
  { name: 'a byte order mark before a pointer', text: `\ufeff${POINTER}`, rules: ['lfs-file'] },
  { name: 'a NUL in a pointer', text: POINTER.replace('oid', '\0oid'), rules: ['lfs-file'] },
  { name: 'more than a pointer may have', text: undefined, rules: ['lfs-file'] },
])('a file with $name', ({ text, rules }) => {
  const violations = checkLfs([file(text)]);
  expect(violations.map(({ rule }) => rule)).toEqual(rules);
});

it('names each file, and what it should hold', () => {
  const files = [file('8BPS...'), file(POINTER, 'icon.psd'), file('8BPS...', 'photo.psd')];
  const message = 'Belongs to Git LFS and holds its own bytes instead of a pointer.';
  expect(checkLfs(files)).toEqual([
    { rule: 'lfs-file', path: 'logo.psd', message },
    { rule: 'lfs-file', path: 'photo.psd', message },
  ]);
});
