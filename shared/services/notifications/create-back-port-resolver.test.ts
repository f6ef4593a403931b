import { expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { buildBackPortTask } from '../../domain/tasks/build-task.ts';
import { createBackPortResolver } from './create-back-port-resolver.ts';

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

it.each<{ name: string; runs: Run[]; unreadable?: number; expected: string }>([
  { name: 'no run', runs: [], expected: 'none' },
  { name: 'a run for another branch', runs: [aRun({ task: OTHER, state: 'running' })], expected: 'none' },
  { name: 'a run that waits', runs: [aRun({ task: TASK, state: 'parked' })], expected: 'under-way' },
  {
    name: 'a run that a person has sent again',
    runs: [aRun({ task: TASK, state: 'queued' }), aRun({ task: TASK, state: 'failed' })],
    expected: 'under-way',
  },
  { name: 'a run that failed', runs: [aRun({ task: TASK, state: 'failed' })], expected: 'left' },
  { name: 'a run that was cancelled', runs: [aRun({ task: TASK, state: 'cancelled' })], expected: 'left' },
  { name: 'a run that cannot be read', runs: [], unreadable: 1, expected: 'left' },
])('knows a conflict by its run: $name', async ({ runs, unreadable = 0, expected }) => {
  expect(await createFixture(runs, unreadable).resolver.find(BRANCH)).toBe(expected);
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
  expect(await resolver.find(BRANCH)).toBe('under-way');
  expect(await createFixture([], 1, off).resolver.find(BRANCH)).toBe('none');
});
