import { expect, it } from 'vitest';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMergeRequestEnd } from './end-of-merge-request.ts';

const PROJECT = 7;
// One project that was transferred, named by its old and its new path.
const OLD = resolveBinding({ jira_project: 'A', repo: 'old/x' });
const NEW = resolveBinding({ jira_project: 'B', repo: 'new/x' });
const OTHER = resolveBinding({ jira_project: 'C', repo: 'new/y' });

/** Ends a merge request of the project; `projects` is what the registry knows, by Jira project. */
async function end(sourceBranch: string, projects: Record<string, number>) {
  const { outbox } = createMemoryStorage();
  const bindings = createBindings([OLD, NEW, OTHER]);
  const status = () =>
    bindings.list.map(({ jiraProject, repo, targetBranch, credentialRef }) => {
      const projectId = projects[jiraProject];
      const known = { jiraProject, repo, targetBranch, credentialRef };
      return projectId === undefined
        ? { ...known, state: 'pending' as const }
        : { ...known, state: 'ready' as const, projectId };
    });
  const mapping = { current: async () => ({ bindings, registry: { status } as never, generation: 0 }) };
  const about = { projectId: PROJECT, mergeRequestIid: 3, ending: 'merged', seenBy: 'webhook' } as const;
  return createMergeRequestEnd({ mapping, outbox })({ ...about, sourceBranch });
}

it.each([
  { name: 'of a binding with the other spelling of its path', branch: 'agent/B-7', projects: { A: 7, B: 7, C: 8 } },
  { name: 'of a binding that was not looked up yet', branch: 'agent/C-7', projects: { A: 7, B: 7 } },
])('puts the end of a merge request $name into the outbox', async ({ branch, projects }) => {
  expect(await end(branch, projects)).toEqual({ runId: 'mr~7~3', duplicate: false });
});

it.each([
  { name: 'of a binding with another project', branch: 'agent/C-7', projects: { A: 7, B: 7, C: 8 } },
  { name: 'that names no ticket', branch: 'feature', projects: {} },
])('leaves out a branch $name', async ({ branch, projects }) => {
  expect(await end(branch, projects)).toEqual({ skipped: 'not-our-branch' });
});
