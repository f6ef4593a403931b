import { expect, it } from 'vitest';

import type { Run } from '../../../shared/domain/runs/run.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { isAnsweredElsewhere } from './is-answered-elsewhere.ts';

const ours = (overrides: Partial<Run> = {}) =>
  aRun({ runId: 'run-b', attempt: 2, createdAt: 100, updatedAt: 200, ...overrides });

const cases: { name: string; other: Partial<Run>; answered: boolean }[] = [
  { name: 'an older run of the request that waits', other: { createdAt: 50, state: 'parked' }, answered: true },
  { name: 'a younger one that waits for us', other: { createdAt: 150, state: 'queued' }, answered: false },
  { name: 'one of the same moment, by its id', other: { runId: 'run-a', state: 'queued' }, answered: true },
  { name: 'one of the same moment, the other way round', other: { runId: 'run-c', state: 'queued' }, answered: false },
  { name: 'one that did the work while we waited', other: { createdAt: 150, state: 'done' }, answered: true },
  {
    name: 'one that was done before we were made',
    other: { createdAt: 1, updatedAt: 90, state: 'done' },
    answered: false,
  },
  { name: 'one that failed', other: { createdAt: 50, state: 'failed' }, answered: false },
  { name: 'one that had nothing to do', other: { createdAt: 50, state: 'superseded' }, answered: false },
  {
    name: 'a run of another request',
    other: { createdAt: 50, state: 'parked', task: aCodingTask({ id: 'coding~PROJ-12~c7' }) },
    answered: false,
  },
  { name: 'itself', other: { runId: 'run-b', createdAt: 50 }, answered: false },
];

it.each(cases)('$name: $answered', ({ other, answered }) => {
  expect(isAnsweredElsewhere(ours(), [ours({ runId: 'run-x', ...other })])).toBe(answered);
});
