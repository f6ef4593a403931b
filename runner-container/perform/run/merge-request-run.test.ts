import { expect, it } from 'vitest';

import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { AGENT, aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { findIssueKey } from './find-issue-key.ts';
import { readMergeRequestRun } from './merge-request-run.ts';
import type { RunnerDeps } from './runner-deps.ts';

const project = (projectId: number) => ({ projectId, cloneUrl: '', webUrl: '' });
const bound = (jiraProject: string, repo: string, branchPrefix = 'agent/') => ({
  ...aReviewedBinding(),
  jiraProject,
  repo,
  branchPrefix,
});
const speaker = { state: 'ready', binding: bound('PROJ', 'group/app'), project: project(7) };
const entries = [
  speaker,
  { state: 'ready', binding: bound('OPS', 'group/old-name', 'ops/'), project: project(7) },
  { state: 'quarantined', binding: bound('SEC', 'Group/App') },
];

it.each([
  { sourceBranch: 'agent/PROJ-1', key: 'PROJ-1' },
  { sourceBranch: 'ops/OPS-12', key: 'OPS-12' },
  { sourceBranch: 'agent/OPS-12', key: undefined },
  { sourceBranch: 'agent/WEB-1', key: undefined },
])('knows every binding of the repository, and so the ticket of $sourceBranch', async ({ sourceBranch, key }) => {
  const labels = ['api', 'needs review'];
  const getMergeRequest = async () => aMergeRequest({ sourceBranch, labels });
  const gitlab = { getCurrentUser: async () => AGENT, getMergeRequest };
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => speaker, listOfProject: async () => entries } }),
    gitlabFor: async () => gitlab,
  } as unknown as RunnerDeps; // nothing else is read
  const task = aReviewTask();
  const run = await readMergeRequestRun({ task, context: aRunContext(task), deps });
  expect(run.binding.jiraProject).toBe('PROJ');
  expect(run.bindings.map(({ jiraProject }) => jiraProject)).toEqual(['PROJ', 'OPS', 'SEC']);
  expect(findIssueKey(run)).toBe(key);
  expect(run.context.listFacts()).toEqual({ labels });
});

it('is begun by runners of the image its binding names now, and by no others', async () => {
  const ofImage = { ...speaker, binding: { ...speaker.binding, image: 'python' } };
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => ofImage, listOfProject: async () => [ofImage] } }),
    gitlabFor: async () => ({ getCurrentUser: async () => AGENT, getMergeRequest: async () => aMergeRequest() }),
  } as unknown as RunnerDeps; // nothing else is read
  const task = aReviewTask();
  const read = (images: RunnerDeps['images']) =>
    readMergeRequestRun({ task, context: aRunContext(task), deps: { ...deps, ...(images ? { images } : {}) } });
  const all = { names: ['python'] };
  await expect(read({ all })).rejects.toMatchObject({ name: 'OtherImage', image: 'python' });
  expect((await read({ own: 'python', all })).binding.image).toBe('python');
});
