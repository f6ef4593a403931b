import { describe, expect, it } from 'vitest';

import { guard, joinCommandWords, unguard } from './guard-arguments.ts';

describe('guard and unguard', () => {
  it.each([['007'], ['1e3'], ['0x10'], [''], ['-5'], ['--issue=007'], ['--issue'], ['word'], ['12a']])(
    'give back %j',
    (argument) => {
      const [guarded] = guard([argument]);
      const value = guarded?.startsWith('--issue=') ? `--issue=${String(unguard(guarded.slice(8)))}` : unguard(guarded);

      expect(value).toBe(argument);
    },
  );

  it('leave nothing a parser could take for a number', () => {
    expect(guard(['007', '--issue=1e3']).map((argument) => Number(argument.replace('--issue=', '')))).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('reach into lists and leave other values alone', () => {
    expect(unguard([...guard(['1', 'a']), true])).toEqual(['1', 'a', true]);
  });
});

describe('joinCommandWords', () => {
  const names = ['queue ls', 'queue drop', 'show'];

  it.each([
    [
      ['queue', 'ls', '--json'],
      ['queue ls', '--json'],
    ],
    [
      ['--json', 'queue', 'drop', 'x'],
      ['--json', 'queue drop', 'x'],
    ],
    [
      ['show', 'queue', 'ls'],
      ['show', 'queue', 'ls'],
    ],
    [
      ['queue', 'what'],
      ['queue', 'what'],
    ],
    [[], []],
  ])('turns %j into %j', (argv, expected) => {
    expect(joinCommandWords(argv, names)).toEqual(expected);
  });
});
