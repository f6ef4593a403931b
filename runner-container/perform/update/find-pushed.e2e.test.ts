import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildTargetMergeTask } from '../../../shared/domain/tasks/build-task.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { createRemovals } from '../../workspace/removals.ts';
import { findPushed } from './find-pushed.ts';

const BRANCH = 'agent/PROJ-1';
let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

/** Whether a run finds its push on a branch with this head. */
async function find(headSha: string, pushed: string[]) {
  const task = buildTargetMergeTask({ projectId: 7, mergeRequestIid: 3, headSha: 'a', targetSha: 'b' });
  const context = aRunContext(task);
  for (const sha of pushed) await context.stage('pushing', { sha });
  const run = {
    task,
    context,
    binding: aBinding(),
    project: { cloneUrl: remote.remote.cloneUrl },
    mergeRequest: aMergeRequest({ sourceBranch: BRANCH, targetBranch: 'main', headSha }),
    deps: {
      git: makeGit(remote.directory),
      credentialFor: async () => undefined,
      clock: systemClock,
      removals: createRemovals({ log: silentLog }),
      settings: { workspaceRoot: mkdtempSync(path.join(remote.directory, 'workspaces-')) },
    },
  } as unknown as Parameters<typeof findPushed>[0]; // nothing else is looked at
  return findPushed(run, new AbortController().signal);
}

it('finds a push that a person has pushed on', async () => {
  const ours = remote.push(BRANCH, { 'a.js': 'a\n' });
  const theirs = remote.push(BRANCH, { 'b.js': 'b\n' });
  expect(await find(theirs, [ours])).toBe(ours);
  expect(await find(ours, [ours])).toBe(ours);
});

it('finds none that never arrived, or that is on the branch no more', async () => {
  const head = remote.push(BRANCH, { 'a.js': 'a\n' });
  expect(await find(head, ['c'.repeat(40)])).toBeUndefined();
  expect(await find(head, [])).toBeUndefined();
});
