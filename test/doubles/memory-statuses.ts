import type { CommitStatus, GitLab } from '../../shared/domain/ports/gitlab.ts';
import { TaskError } from '../../shared/kernel/errors.ts';

/** GitLab's commit statuses, with its rule that a status is changed until it is over and never to the state it has. */
export function createMemoryStatuses() {
  const all: { projectId: number; sha: string; status: CommitStatus & { ref: string } }[] = [];
  const calls: string[] = [];
  let refusal: Error | undefined;
  const newest = (projectId: number, sha: string, name: string) =>
    all.findLast((entry) => entry.projectId === projectId && entry.sha === sha && entry.status.name === name);
  const gitlab: Pick<GitLab, 'findCommitStatus' | 'setCommitStatus'> = {
    async findCommitStatus(projectId, sha, name) {
      calls.push(`find ${sha.slice(0, 1)}`);
      return newest(projectId, sha, name)?.status;
    },
    async setCommitStatus(projectId, sha, status) {
      calls.push(`set ${sha.slice(0, 1)} ${status.state}`);
      if (refusal) throw refusal;
      const open = newest(projectId, sha, status.name);
      if (!open || !['pending', 'running'].includes(open.status.state)) all.push({ projectId, sha, status });
      else if (open.status.state === status.state) throw new TaskError('gitlab-refused');
      else open.status = status;
    },
  };
  return {
    gitlab,
    calls,
    /** Every status of the commit, oldest first. */
    of: (sha: string) => all.filter((entry) => entry.sha === sha).map(({ status }) => status),
    /** What setting one ends with from now on. */
    refuse(error: Error | undefined) {
      refusal = error;
    },
  };
}
