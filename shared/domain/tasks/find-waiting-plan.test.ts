import { expect, it } from 'vitest';

import { aRun } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import type { Run } from '../runs/run.ts';
import { findNewestDone, findWaitingPlan } from './find-waiting-plan.ts';

const done = (what: string, overrides: Partial<Run> = {}) => aRun({ state: 'done', result: { what }, ...overrides });
const plan = done('plan', { runId: 'run-plan' });

it.each<{ name: string; newer: Run[] }>([
  { name: 'nothing newer', newer: [] },
  { name: 'a run that failed', newer: [aRun({ state: 'failed' })] },
  { name: 'a run that had nothing to do', newer: [aRun({ state: 'superseded' })] },
  { name: 'a run at work', newer: [aRun({ state: 'running' })] },
  { name: 'a review', newer: [done('reviewed', { task: aReviewTask() })] },
])('lets a plan wait after $name', ({ newer }) => {
  expect(findWaitingPlan([...newer, plan, done('merge-request')])).toBe(plan);
});

it.each(['merge-request', 'question', 'no-changes'])('lets no plan wait once a run has ended with %s', (what) => {
  expect(findWaitingPlan([done(what), plan])).toBeUndefined();
});

it('knows the newest of two plans only', () => {
  const newer = done('plan', { runId: 'run-newer' });
  expect(findWaitingPlan([newer, plan])).toBe(newer);
  expect(findNewestDone([])).toBeUndefined();
});
