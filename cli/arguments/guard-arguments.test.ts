import { describe, expect, it } from 'vitest';

import { guard, unguard } from './guard-arguments.ts';

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
