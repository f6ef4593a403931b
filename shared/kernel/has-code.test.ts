import { expect, it } from 'vitest';
import { hasCode } from './has-code.ts';

const gone = Object.assign(new Error('no such file'), { code: 'ENOENT' });

it.each([
  { name: 'the one it has', error: gone, codes: ['ENOENT'], expected: true },
  { name: 'one of several', error: gone, codes: ['ENOTDIR', 'ENOENT'], expected: true },
  { name: 'another one', error: gone, codes: ['EPERM'], expected: false },
  { name: 'none at all', error: new Error('ENOENT'), codes: ['ENOENT'], expected: false },
  { name: 'what is no error', error: { code: 'ENOENT' }, codes: ['ENOENT'], expected: false },
])('asks an error for $name', ({ error, codes, expected }) => {
  expect(hasCode(error, ...codes)).toBe(expected);
});
