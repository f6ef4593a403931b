import fc from 'fast-check';
import { expect, it } from 'vitest';

import { buildKeyRange, buildTableKey, newestFirst, oldestFirst, shortKeyPart } from './table-key.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

it.each([
  { parts: ['run', 'run-12ab'], key: 'run:run-12ab' },
  { parts: ['issue~PROJ-12'], key: 'issue~PROJ-12' },
  { parts: ['a/b\\c#d?e'], key: 'a!2fb!5cc!23d!3fe' },
  { parts: ['a:b'], key: 'a!3ab' },
  { parts: ['ä!'], key: '!c3!a4!21' },
  { parts: ['\u0000\u007f'], key: '!00!7f' },
  { parts: [7, 3], key: '7:3' },
])('$parts becomes $key', ({ parts, key }) => {
  expect(buildTableKey(...parts)).toBe(key);
});

it('gives a key the service takes, and different ones for different parts', () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { minLength: 1, maxLength: 3 }),
      fc.array(anyText, { minLength: 1, maxLength: 3 }),
      (a, b) => {
        const [keyA, keyB] = [buildTableKey(...a), buildTableKey(...b)];
        expect(keyA).toMatch(/^[A-Za-z0-9._~:!-]{0,1024}$/);
        // Half characters have no bytes of their own and are written as the replacement character.
        const same =
          JSON.stringify(a.map((part) => part.toWellFormed())) === JSON.stringify(b.map((part) => part.toWellFormed()));
        expect(keyA === keyB).toBe(same);
      },
    ),
  );
});

it('shortens a long key and still tells apart what differs at its end', () => {
  const long = '/'.repeat(2000);
  expect(buildTableKey(`${long}a`)).toHaveLength(1024);
  expect(buildTableKey(`${long}a`)).not.toBe(buildTableKey(`${long}b`));
  expect(() => buildKeyRange(long)).toThrow(RangeError);
  expect(buildKeyRange(shortKeyPart(long)).from).toHaveLength(65);
  expect(shortKeyPart('PROJ-1')).toBe('PROJ-1');
});

it('ranges over whole parts only', () => {
  const { from, before } = buildKeyRange('by', 'PROJ-1');
  const inside = (key: string) => key >= from && key < before;
  expect(inside(buildTableKey('by', 'PROJ-1', 'x'))).toBe(true);
  expect(inside(buildTableKey('by', 'PROJ-12', 'x'))).toBe(false);
  expect(inside(buildTableKey('by', 'PROJ-1'))).toBe(false);
});

it('orders times as text', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.nat(2 ** 31), (a, b) => {
      expect(oldestFirst(a) < oldestFirst(b)).toBe(a < b);
      expect(newestFirst(a) < newestFirst(b)).toBe(a > b);
    }),
  );
  expect(() => oldestFirst(-1)).toThrow(RangeError);
  expect(() => newestFirst(0.5)).toThrow(RangeError);
});
