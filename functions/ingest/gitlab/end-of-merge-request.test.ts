import { expect, it } from 'vitest';

import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMergeRequestEnd } from './end-of-merge-request.ts';

const PROJECT = 7;

/** Ends a merge request of the project; `projects` is what the registry knows, by Jira project. */
function arrange(projects: Record<string, number>, first: Parameters<typeof aBinding>[0] = {}) {
  const { outbox } = createMemoryStorage();
  const bindings = createBindings([
    // One project that was transferred, named by its old and its new path.
    aBinding({ ...first, jira_project: 'A', repo: 'old/x' }),
    aBinding({ jira_project: 'B', repo: 'new/x' }),
    aBinding({ jira_project: 'C', repo: 'new/y' }),
  ]);
  const status = () =>
    bindings.list.map(({ jiraProject = '', repo, targetBranch, credentialRef }) => {
      const projectId = projects[jiraProject];
      const known = { jiraProject, repo, targetBranch, credentialRef };
      return projectId === undefined
        ? { ...known, state: 'pending' as const }
        : { ...known, state: 'ready' as const, projectId };
    });
  const mapping = { current: async () => ({ bindings, registry: { status } as never, generation: 0 }) };
  const onEnded = createMergeRequestEnd({ mapping, outbox });
  const end = (sourceBranch: string) =>
    onEnded({ projectId: PROJECT, mergeRequestIid: 3, ending: 'merged', seenBy: 'webhook', sourceBranch });
  return { outbox, end };
}

it.each([
  { name: 'of a binding with the other spelling of its path', branch: 'agent/B-7', projects: { A: 7, B: 7, C: 8 } },
  { name: 'of a binding that was not looked up yet', branch: 'agent/C-7', projects: { A: 7, B: 7 } },
])('puts the end of a merge request $name into the outbox', async ({ branch, projects }) => {
  const { outbox, end } = arrange(projects);
  expect(await end(branch)).toEqual({ runId: 'mr~7~3', duplicate: false });
  expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([
    { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' },
  ]);
});

it('has the line about requested changes end, where the map wants one', async () => {
  const tell = { merge_request: { tell_requested_changes: true } };
  const told = arrange({ A: 7 }, tell);
  await told.end('agent/A-7');
  expect((await told.outbox.listOpen()).map(({ entry }) => entry)).toContainEqual({
    kind: 'requested-changes',
    projectId: 7,
    iid: 3,
    ending: 'merged',
  });
  const inShadow = arrange({ A: 7 }, { ...tell, mode: 'shadow' });
  await inShadow.end('agent/A-7');
  expect(await inShadow.outbox.listOpen()).toHaveLength(1);
});

it('says of a second report that it is the same, and keeps one', async () => {
  const { outbox, end } = arrange({ A: 7 });
  await end('agent/A-7');
  expect(await end('agent/A-7')).toEqual({ runId: 'mr~7~3', duplicate: true });
  expect(await outbox.listOpen()).toHaveLength(1);
});

it.each([
  { name: 'of a binding with another project', branch: 'agent/C-7', projects: { A: 7, B: 7, C: 8 } },
  { name: 'that names no ticket', branch: 'feature', projects: {} },
  { name: 'of a person that names one', branch: 'feature/A-7', projects: { A: 7 } },
])('leaves out a branch $name', async ({ branch, projects }) => {
  const { outbox, end } = arrange(projects);
  expect(await end(branch)).toEqual({ skipped: 'not-our-branch' });
  expect(await outbox.listOpen()).toEqual([]);
});
