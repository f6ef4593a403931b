/** A stream of numbers that a seed repeats. */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number between both ends, ends included. */
  between(from: number, to: number): number;
  /** One of these, `undefined` only when there are none. */
  pick<T>(items: readonly T[]): T | undefined;
  chance(probability: number): boolean;
  /** A stream of its own, which does not depend on how much of this one is used later. */
  fork(): Random;
}

/**
 * Mulberry32, by Tommy Ettinger, in the public domain: 32 bits of state are plenty for a plan of some hundred actions.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => items[Math.floor(next() * items.length)],
    chance: (probability) => next() < probability,
    fork: () => createRandom(Math.floor(next() * 2 ** 32)),
  };
  return random;
}
