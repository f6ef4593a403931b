import { expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { buildBackPortTask, buildTargetMergeTask } from '../../domain/tasks/build-task.ts';
import { createBackPortResolver } from './create-back-port-resolver.ts';
import type { BackPortProgress } from './open-back-ports.ts';

const MERGED = { projectId: 7, iid: 3, headSha: 'a'.repeat(40) };
const BINDING = { credentialRef: 'default', resolveBackPorts: true as const };
const BRANCH = 'release/1.0';
const TASK = buildBackPortTask({ projectId: 7, mergeRequestIid: 3, headSha: MERGED.headSha, branch: BRANCH });
const OTHER = { ...TASK, id: `${TASK.id}.1` };

function createFixture(
  runs: Run[],
  unreadable = 0,
  binding: { credentialRef: string; resolveBackPorts?: true } = BINDING,
) {
  const admitted: Task[] = [];
  const resolver = createBackPortResolver(
    { mergeRequest: MERGED, binding },
    {
      ledger: {
        async listRecent(subject, _limit, options) {
          expect(subject).toBe('mr~7~3');
          for (let index = 0; index < unreadable; index += 1) options?.onUnreadable?.('run-x', 0);
          return runs;
        },
      },
      admitTask: async (task) => void admitted.push(task),
    },
  );
  return { resolver, admitted };
}

it.each<{ name: string; runs: Run[]; unreadable?: number; expected: BackPortProgress }>([
  { name: 'no run', runs: [], expected: { what: 'none' } },
  { name: 'a run for another branch', runs: [aRun({ task: OTHER, state: 'running' })], expected: { what: 'none' } },
  { name: 'a run that waits', runs: [aRun({ task: TASK, state: 'parked' })], expected: { what: 'under-way' } },
  {
    name: 'a run that a person has sent again',
    runs: [aRun({ task: TASK, state: 'queued' }), aRun({ task: TASK, state: 'failed' })],
    expected: { what: 'under-way' },
  },
  {
    name: 'a run that failed',
    runs: [aRun({ task: TASK, state: 'failed', code: 'push-rejected', detail: 'You are *not* allowed\nto push' })],
    expected: {
      what: 'left',
      why: expect.stringMatching(/^the run failed\. .*refused.* You are \\\*not\\\* allowed to push$/),
    },
  },
  {
    name: 'a run that was cancelled',
    runs: [aRun({ task: TASK, state: 'cancelled' })],
    expected: { what: 'left', why: 'the run was cancelled.' },
  },
  {
    name: 'a run that the map did not let begin',
    runs: [aRun({ task: TASK, state: 'superseded', detail: 'back-ports-off' })],
    expected: { what: 'left', why: 'the project map has the agent resolve no such conflicts any more.' },
  },
  {
    name: 'a run that has left it, with much to say',
    runs: [aRun({ task: TASK, state: 'done', result: { what: 'back-port-left', summary: 'x'.repeat(900) } })],
    expected: { what: 'left', why: `${'x'.repeat(499)}…` },
  },
  {
    name: 'a run that found the change there',
    runs: [aRun({ task: TASK, state: 'done', result: { what: 'back-port-there-already' } })],
    expected: { what: 'there-already' },
  },
  {
    name: 'a run that cannot be read',
    runs: [],
    unreadable: 1,
    expected: { what: 'left', why: 'the record of its run cannot be read.' },
  },
])('knows a conflict by its run: $name', async ({ runs, unreadable = 0, expected }) => {
  expect(await createFixture(runs, unreadable).resolver.find(BRANCH)).toEqual(expected);
});

it('begins the same task however often it is asked', async () => {
  const { resolver, admitted } = createFixture([]);
  await resolver.begin(BRANCH);
  await resolver.begin(BRANCH);
  expect(admitted).toEqual([TASK, TASK]);
});

it('begins nothing where the binding leaves conflicts to people, and still knows what was begun before', async () => {
  const off = { credentialRef: 'default' };
  const { resolver, admitted } = createFixture([aRun({ task: TASK, state: 'running' })], 0, off);
  expect(await resolver.begin(BRANCH)).toBe(false);
  expect(admitted).toEqual([]);
  expect(await resolver.find(BRANCH)).toEqual({ what: 'under-way' });
  expect(await createFixture([], 1, off).resolver.find(BRANCH)).toEqual({ what: 'none' });
});

it('lists the branches it has begun with once, however they ended', async () => {
  const runs = [
    aRun({ task: TASK, state: 'queued' }),
    aRun({ task: TASK, state: 'failed' }),
    aRun({ task: buildTargetMergeTask({ projectId: 7, mergeRequestIid: 3, headSha: 'a', targetSha: 'b' }) }),
  ];
  expect(await createFixture(runs).resolver.listBegun()).toEqual([BRANCH]);
});
