import fc from 'fast-check';
import { expect, it } from 'vitest';

import { buildKeyRange, buildTableKey, newestFirst, oldestFirst, readNewestFirst, shortKeyPart } from './table-key.ts';

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
  expect(() => buildKeyRange(long)).toThrow(new RangeError('These key parts are too long to list by'));
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
  const refusal = new RangeError('A time must be whole milliseconds since 1970');
  for (const at of [-1, 0.5, Number.NaN, 2 ** 53]) {
    expect(() => oldestFirst(at)).toThrow(refusal);
    expect(() => newestFirst(at)).toThrow(refusal);
  }
  expect(oldestFirst(0)).toBe('0000000000000000');
  expect(newestFirst(Number.MAX_SAFE_INTEGER)).toBe('0000000000000000');
});

it.each([
  { part: newestFirst(0), at: 0 },
  { part: newestFirst(1_767_600_000_123), at: 1_767_600_000_123 },
  { part: 'open', at: 0 },
  { part: '9007199254740992', at: 0 },
  { part: '-1', at: 0 },
])('the part $part is of the time $at', ({ part, at }) => {
  expect(readNewestFirst(part)).toBe(at);
});

it('keeps a part of 512 characters and shortens one that needs more', () => {
  expect(shortKeyPart('x'.repeat(512))).toBe('x'.repeat(512));
  expect(shortKeyPart('x'.repeat(513))).toMatch(/^[0-9a-f]{64}$/);
  expect(shortKeyPart('/'.repeat(171))).toMatch(/^[0-9a-f]{64}$/);
  expect(buildTableKey('x'.repeat(1024))).toBe('x'.repeat(1024));
});
