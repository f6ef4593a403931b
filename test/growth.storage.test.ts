import { expect, it } from 'vitest';
import { measureGrowth } from '../scripts/growth/measure-growth.ts';
import { useAzurite } from './azurite.ts';

const lane = useAzurite();

/**
 * In requests to storage. What people read has one for the paths of repositories. `purge` is one step, which deletes
 * 200 runs and 200 skips.
 */
const COSTS: Record<string, number> = {
  sweep: 9,
  'poll of GitLab': 5,
  'poll of Jira': 4,
  health: 8,
  admit: 3,
  review: 4,
  'cmap explain': 11,
  'cmap activity': 45,
  'cmap run ls': 27,
  'page of runs': 52,
  purge: 1217,
};

it('what work costs grows neither with the runs there were nor with the bindings', async () => {
  const sizes = { runs: [300, 900], bindings: [10, 100] };
  const growths = await measureGrowth(sizes, { emulator: lane.azurite, report: () => {} });
  const counted = growths.map(({ work, grownIn, usages }) => ({
    work,
    grownIn,
    operations: usages.map(({ operations }) => operations),
  }));
  const expected = (['runs', 'bindings'] as const).flatMap((grownIn) =>
    Object.entries(COSTS).map(([work, cost]) => ({ work, grownIn, operations: [cost, cost] })),
  );
  expect(counted).toEqual(expected);
  const rowsOf = (name: string, of: 'runs' | 'bindings') =>
    growths.find(({ work, grownIn }) => work === name && grownIn === of)?.usages.map(({ rows }) => rows);
  // The others read a page of an index, which has up to 1,000 rows.
  for (const name of ['sweep', 'poll of GitLab', 'admit', 'review', 'cmap activity']) {
    const [few, many] = rowsOf(name, 'runs') ?? [];
    expect(many, name).toBe(few);
  }
});
