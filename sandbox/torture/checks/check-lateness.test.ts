import { expect, it } from 'vitest';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import { checkLateness } from './check-lateness.ts';

interface Waiting {
  begunAt: number;
  projects?: string[];
  at?: number;
  /** When its own team was not in the map. */
  absent?: { from: number; to: number }[];
}

/**
 * A ticket of PROJ handed over at 1000 whose run begins at `begunAt`, while `projects` were in trouble from 500 to
 * 2000.
 */
function check({ begunAt, projects = ['OPS'], at = 1000, absent = [] }: Waiting) {
  const run = { runId: 'run-1', task: aCodingTask({ id: 'coding~PROJ-12~7' }), state: 'done' as const, attempt: 1 };
  const environment = {
    jira: { issue: () => ({ blockedBy: [] }) },
    storage: { ledger: { listEvents: async () => [{ runId: 'run-1', name: 'running', at: begunAt }] } },
  };
  const teamTroubles = [{ projects, from: 500, to: 2000 }, ...absent.map((span) => ({ projects: ['PROJ'], ...span }))];
  const torture = { environment, teamTroubles };
  return checkLateness(
    {
      entries: [{ issueKey: 'PROJ-12', revision: '7', at, withdrawn: false }],
      runs: [{ ...run, notified: true, createdAt: at, updatedAt: begunAt }],
    },
    torture as unknown as TortureEnvironment, // only what the check looks at
    60_000,
  );
}

it.each([
  { name: 'begun in time', values: { begunAt: 61_000 }, longestMs: 60_000, kinds: [] },
  { name: 'begun too late', values: { begunAt: 61_001 }, longestMs: 60_001, kinds: ['late'] },
  { name: 'of the team in trouble', values: { begunAt: 99_000, projects: ['PROJ'] }, longestMs: 0, kinds: [] },
  { name: 'handed over after the trouble', values: { begunAt: 99_000, at: 2001 }, longestMs: 0, kinds: [] },
  {
    name: 'whose team was taken out of the map',
    values: { begunAt: 99_000, absent: [{ from: 0, to: 90_000 }] },
    longestMs: 0,
    kinds: [],
  },
  {
    name: 'whose team was back in the map before',
    values: { begunAt: 99_000, absent: [{ from: 0, to: 999 }] },
    longestMs: 98_000,
    kinds: ['late'],
  },
])('a ticket $name', async ({ values, longestMs, kinds }) => {
  const lateness = await check(values);
  expect(lateness.longestMs).toBe(longestMs);
  expect(lateness.violations.map(({ kind }) => kind)).toEqual(kinds);
});
