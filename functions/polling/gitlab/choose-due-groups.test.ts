import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { chooseDueGroups } from './choose-due-groups.ts';
import type { PollGroup } from './poll-groups.ts';

const NOW = 100 * MINUTE;

/** Groups that were polled so many seconds ago, and how many of them are polled now. */
function choose(ages: (number | undefined)[], { lists = 1, activeAgo }: { lists?: number; activeAgo?: number } = {}) {
  const groups = ages.map(
    (_, index): PollGroup => ({
      name: `gitlab~default~${index}`,
      credentialRef: 'default',
      groupPath: String(index),
      bindings: new Map(),
      held: false,
    }),
  );
  const ageOf = (group: PollGroup) => ages[Number(group.groupPath)];
  const chosen = chooseDueGroups(groups, {
    now: NOW,
    listsOf: () => lists,
    polledAt: (group) => {
      const age = ageOf(group);
      return age === undefined ? undefined : NOW - age * SECOND;
    },
    activeAt: ({ groupPath }) => (groupPath === '0' && activeAgo !== undefined ? NOW - activeAgo : undefined),
  });
  return chosen.map(({ groupPath }) => Number(groupPath));
}

const of = (count: number, age?: number) => Array.from({ length: count }, () => age);

it.each([
  { name: 'all of them where that is little', ages: of(300, 1), chosen: 300 },
  { name: 'half of them where it is much', ages: of(400, 60), chosen: 200 },
  { name: 'those whose turn is over, and no others', ages: [...of(200, 60), ...of(200, 120)], chosen: 200 },
  { name: 'those whose turn is over, however many', ages: [...of(100, 60), ...of(300, 90)], chosen: 300 },
  { name: 'those that were never polled', ages: [...of(100, 60), ...of(300)], chosen: 300 },
])('polls $name', ({ ages, chosen }) => {
  expect(choose(ages)).toHaveLength(chosen);
});

it('begins with the groups that were polled longest ago', () => {
  const chosen = choose([...of(200, 50), ...of(200, 60)]);
  expect(Math.min(...chosen)).toBe(200);
});

it('polls a group in which something happened lately at each time', () => {
  const ages = [...of(200, 50), ...of(200, 60)];
  expect(choose(ages, { activeAgo: 14 * MINUTE })).toContain(0);
  expect(choose(ages, { activeAgo: 15 * MINUTE })).not.toContain(0);
});

it('counts what a group costs: one that needs more than half waits for its turn', () => {
  expect(choose([60], { lists: 1000 })).toEqual([]);
  expect(choose([120], { lists: 1000 })).toEqual([0]);
});
