import { describe, expect, it } from 'vitest';

import { planActions } from './plan-actions.ts';

const LANES = [
  {
    actions: [
      { name: 'often', weight: 9 },
      { name: 'seldom', weight: 1 },
    ],
    everyMs: 100,
  },
  { actions: [{ name: 'other', weight: 1 }], everyMs: 1000 },
];
const show = (seed: number, durationMs = 60_000) =>
  planActions(seed, durationMs, LANES).map(({ atMs, action, random }) => [atMs, action.name, random.next()]);

describe('the plan of a seed', () => {
  it('is the same each time, with the same decisions', () => expect(show(7)).toEqual(show(7)));

  it('is another one for another seed', () => expect(show(7)).not.toEqual(show(8)));

  it('is in order, within the time, at the pace of its lanes and by weight', () => {
    const plan = show(7);
    const times = plan.map(([atMs]) => Number(atMs));
    const count = (name: string) => plan.filter(([, other]) => other === name).length;
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(Math.max(...times)).toBeLessThan(60_000);
    expect(count('often') + count('seldom')).toBeGreaterThan(540);
    expect(count('often') + count('seldom')).toBeLessThan(660);
    expect(count('often')).toBeGreaterThan(5 * count('seldom'));
    expect(count('seldom')).toBeGreaterThan(0);
    expect(count('other')).toBeGreaterThan(50);
  });

  it('begins with each action of a lane once, however seldom it is, in an order of the seed', () => {
    const actions = Array.from({ length: 20 }, (_, index) => ({
      name: `action ${index}`,
      weight: index === 0 ? 1e6 : 1e-6,
    }));
    const begin = (seed: number) =>
      planActions(seed, 60_000, [{ actions, everyMs: 100 }])
        .filter(({ isFirst }) => isFirst)
        .map(({ action }) => action.name);
    expect(begin(7).toSorted()).toEqual(actions.map(({ name }) => name).toSorted());
    expect(begin(7)).toEqual(begin(7));
    expect(begin(7)).not.toEqual(begin(8));
    const plan = planActions(7, 60_000, [{ actions, everyMs: 100 }]);
    expect(plan.slice(0, 20).every(({ isFirst }) => isFirst)).toBe(true);
    expect(plan.slice(20).every(({ action }) => action.name === 'action 0')).toBe(true);
  });

  it('of no time is empty', () => expect(show(7, 0)).toEqual([]));
});
