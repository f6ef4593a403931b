import { describe, expect, it } from 'vitest';

import { compareAndSet, LOST } from './compare-and-set.ts';

function recordPauses() {
  const pauses: number[] = [];
  return {
    pauses,
    clock: {
      async sleep(ms: number) {
        pauses.push(ms);
      },
    },
  };
}

/** Loses so often, then succeeds. */
function losing(times: number) {
  let tries = 0;
  return async () => {
    tries += 1;
    return tries > times ? tries : LOST;
  };
}

describe('compare and set', () => {
  it('takes the first attempt that is not lost: the second at once, the others after growing pauses', async () => {
    const { clock, pauses } = recordPauses();
    expect(await compareAndSet(losing(3), { clock, what: 'a row', random: () => 0 })).toBe(4);
    expect(pauses).toEqual([20, 40]);
  });

  it('an attempt may decide on nothing', async () => {
    const { clock } = recordPauses();
    expect(await compareAndSet(async () => undefined, { clock, what: 'a row' })).toBeUndefined();
  });

  it('two writers that collided pause differently', async () => {
    const first = recordPauses();
    const second = recordPauses();
    await compareAndSet(losing(2), { ...first, what: 'a row', random: () => 0 });
    await compareAndSet(losing(2), { ...second, what: 'a row', random: () => 0.9 });
    expect(first.pauses).not.toEqual(second.pauses);
  });

  it('gives up after twenty attempts and names the row', async () => {
    const { clock, pauses } = recordPauses();
    const attempt = compareAndSet(losing(20), { clock, what: 'a scope row' });
    await expect(attempt).rejects.toMatchObject({
      code: 'storage-unavailable',
      detail: 'a scope row changed faster than it could be written',
    });
    expect(pauses).toHaveLength(18);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1000);
  });

  it('what an attempt throws is not tried again', async () => {
    const { clock, pauses } = recordPauses();
    const attempt = compareAndSet(
      async () => {
        throw new RangeError('too large');
      },
      { clock, what: 'a row' },
    );
    await expect(attempt).rejects.toThrow(RangeError);
    expect(pauses).toEqual([]);
  });
});
