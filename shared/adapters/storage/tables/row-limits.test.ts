import { expect, it } from 'vitest';
import { assertWritable } from './row-limits.ts';
import type { Change } from './rows.ts';

const puts = (count: number) =>
  Array.from({ length: count }, (_, n): Change => ({ kind: 'put', key: `k${n}`, fields: {} }));

it.each<{ name: string; changes: Change[] }>([
  { name: 'a hundred changes', changes: puts(100) },
  {
    name: 'the longest key and text',
    changes: [{ kind: 'put', key: 'k'.repeat(1024), fields: { t: 'x'.repeat(32_768) } }],
  },
  { name: 'every character of a key', changes: [{ kind: 'put', key: 'aZ09._~:!-', fields: {} }] },
  { name: 'a lone conditional remove', changes: [{ kind: 'remove', key: 'k', version: 'v' }] },
  { name: 'removes of several', changes: [{ kind: 'remove', key: 'k' }, ...puts(1)] },
])('$name can be written', ({ changes }) => {
  expect(() => assertWritable(changes)).not.toThrow();
});

it.each<{ changes: Change[]; message: string }>([
  { changes: [], message: 'A write has 1 to 100 changes' },
  { changes: puts(101), message: 'A write has 1 to 100 changes' },
  { changes: [...puts(1), ...puts(1)], message: 'A write names each key once' },
  { changes: [{ kind: 'remove', key: 'a/b' }], message: 'Not a table key: "a/b"' },
  { changes: [{ kind: 'remove', key: '' }], message: 'Not a table key: ""' },
  {
    changes: [{ kind: 'remove', key: 'k', version: 'v' }, ...puts(1)],
    message: 'A conditional remove stands alone',
  },
  {
    changes: [{ kind: 'put', key: 'k', fields: { long: 'x'.repeat(32_769) } }],
    message: 'The field long has 32769 characters; a table property holds 32768',
  },
  { changes: [{ kind: 'put', key: 'k', fields: { n: Number.NaN } }], message: 'The field n is not a finite number' },
])('a write is refused in words: $message', ({ changes, message }) => {
  expect(() => assertWritable(changes)).toThrow(new RangeError(message));
});
