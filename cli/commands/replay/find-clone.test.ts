import { expect, it } from 'vitest';
import type { GitLab, Project } from '../../../shared/domain/ports/gitlab.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import type { GitLabTools } from '../../clients/tools.ts';
import { findClone } from './find-clone.ts';

function findAt(cloneUrl: string) {
  const gitlab = only<GitLab>({ getProject: async () => only<Project>({ cloneUrl }) });
  const credentials = only<GitLabTools['credentials']>({ get: async () => new Secret('glpat-of-a-test') });
  const tools = { url: 'https://gitlab.example', credentials, gitlabFor: async () => gitlab };
  return findClone({ projectId: 7 }, { task: aCodingTask() }, { gitlab: async () => tools });
}

it('is the repository and the token of its binding', async () => {
  const cloneUrl = 'https://gitlab.example/group/app.git';
  expect(await findAt(cloneUrl)).toEqual({ cloneUrl, token: 'glpat-of-a-test' });
});

it.each(['https://elsewhere.example/group/app.git', 'http://gitlab.example/group/app.git', 'file:///etc'])(
  'gives no token for %s, which is not on the GitLab of the deployment',
  async (cloneUrl) => {
    await expect(findAt(cloneUrl)).rejects.toMatchObject({ code: 'clone-url-foreign' });
  },
);
