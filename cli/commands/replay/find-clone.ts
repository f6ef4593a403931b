import { sameHost } from '../../../shared/adapters/gitlab/clone-url.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { RunInputs } from '../../../shared/domain/runs/run-inputs.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Tools } from '../../clients/tools.ts';

/**
 * Where the repository of a run is cloned from, and with what.
 * @throws {TaskError} `clone-url-foreign`, `credential-unknown`, `gitlab-*`
 */
export async function findClone(
  { projectId }: Pick<RunInputs, 'projectId'>,
  { task }: Pick<Run, 'task'>,
  tools: Pick<Tools, 'gitlab'>,
): Promise<{ cloneUrl: string; token: string }> {
  const { url, credentials, gitlabFor } = await tools.gitlab();
  const [gitlab, token] = await Promise.all([gitlabFor(task.credentialRef), credentials.get(task.credentialRef)]);
  const { cloneUrl } = await gitlab.getProject(projectId);
  // As in the runner: what GitLab names as its address decides where the token goes.
  if (!sameHost(cloneUrl, url)) throw new TaskError('clone-url-foreign');
  return { cloneUrl, token: token.reveal() };
}
