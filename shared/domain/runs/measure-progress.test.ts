import { expect, it } from 'vitest';
import { aCodingTask, anEchoTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { measureProgress } from './measure-progress.ts';
import type { Run } from './run.ts';

const task = aCodingTask();
const events = (...names: string[]) => names.map((name) => ({ name }));

it.each<{ is: string; run: Pick<Run, 'state' | 'task'>; names: string[]; progress: unknown }>([
  { is: 'waits', run: { state: 'queued', task }, names: ['planned'], progress: { progress: 0, next: 'cloned' } },
  {
    is: 'is at work',
    run: { state: 'running', task },
    names: ['running', 'cloned', 'agent-started'],
    progress: { progress: 0.25, next: 'agent-finished' },
  },
  {
    is: 'repairs what was refused',
    run: { state: 'running', task },
    names: ['running', 'cloned', 'agent-started', 'agent-finished', 'repair'],
    progress: { progress: 0.375, next: 'checked' },
  },
  {
    is: 'begins again',
    run: { state: 'running', task },
    names: ['running', 'cloned', 'agent-started', 'running', 'cloned'],
    progress: { progress: 0.125, next: 'agent-started' },
  },
  {
    is: 'failed half way',
    run: { state: 'failed', task },
    names: ['running', 'cloned', 'agent-started', 'agent-finished', 'checked', 'failed'],
    progress: { progress: 0.5 },
  },
  { is: 'is done', run: { state: 'done', task }, names: ['running', 'done'], progress: { progress: 1 } },
  {
    is: 'reviews',
    run: { state: 'running', task: aReviewTask() },
    names: ['running', 'cloned'],
    progress: { progress: 0.25, next: 'agent-started' },
  },
  { is: 'echoes', run: { state: 'running', task: anEchoTask() }, names: ['running'], progress: undefined },
])('says how far a run is that $is', ({ run, names, progress }) => {
  expect(measureProgress(run, events(...names))).toEqual(progress);
});
