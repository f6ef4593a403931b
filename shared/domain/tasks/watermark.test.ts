import { describe, expect, it } from 'vitest';

import { HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';
import { advanceWatermark, isUnchanged, listAfter, parseWatermark, startWatermark, workAfter } from './watermark.ts';

const now = Date.UTC(2026, 0, 5, 9);

describe('a watermark', () => {
  it('makes nothing work that happened before the first poll', () => {
    const first = startWatermark(now);
    expect(workAfter(first)).toBe(now);
    expect(workAfter(advanceWatermark(first, { startedAt: now + MINUTE, held: false }))).toBe(now);
    expect(workAfter(advanceWatermark(first, { startedAt: now + 3 * MINUTE, held: false }))).toBe(now + MINUTE);
  });

  it('lists what a note may have left where it was', () => {
    expect(workAfter(now)).toBe(now - 2 * MINUTE);
    expect(listAfter(now)).toBe(now - 3 * MINUTE);
  });

  it('never goes back, and is held for an hour at most', () => {
    expect(advanceWatermark(now, { startedAt: now - HOUR, held: false })).toBe(now);
    expect(advanceWatermark(now, { startedAt: now + MINUTE, held: true })).toBe(now);
    expect(advanceWatermark(now, { startedAt: now + 3 * HOUR, held: true })).toBe(now + 2 * HOUR);
  });

  it.each([
    ['1767603600000', 1767603600000],
    ['100000000000', 100000000000],
    ['999999999999999', 999999999999999],
    ['99999999999', undefined],
    ['1000000000000000', undefined],
    ['', undefined],
    ['x1767603600000', undefined],
    ['NaN', undefined],
    ['-1767603600000', undefined],
    ['1767603600000; drop', undefined],
  ])('is read from %j as %s', (text, expected) => {
    expect(parseWatermark(text)).toBe(expected);
  });
});

describe('a merge request that came back', () => {
  it.each([
    { name: 'was never read', seen: undefined, unchanged: false },
    { name: 'has moved', seen: { updatedAt: now - 1, readAt: now + HOUR }, unchanged: false },
    {
      name: 'was read when a note need not move it',
      seen: { updatedAt: now, readAt: now + 59 * SECOND },
      unchanged: false,
    },
    {
      name: 'was read when our clock may be ahead',
      seen: { updatedAt: now, readAt: now + 89 * SECOND },
      unchanged: false,
    },
    { name: 'was read late enough', seen: { updatedAt: now, readAt: now + 90 * SECOND }, unchanged: true },
  ])('$name: unchanged is $unchanged', ({ seen, unchanged }) => {
    expect(isUnchanged({ updatedAt: now }, seen)).toBe(unchanged);
  });
});
