import type { GitLab } from '../../domain/ports/gitlab.ts';
import type { Log } from '../../kernel/log.ts';
import { CommitStatusResponse, parseList } from './api-schemas.ts';
import type { Requester } from './requester.ts';

/** The part of `GitLab` that says how a commit stands (https://docs.gitlab.com/api/commits/). */
export function createCommitStatusMethods(
  request: Requester,
  log: Log,
): Pick<GitLab, 'findCommitStatus' | 'setCommitStatus'> {
  return {
    async findCommitStatus(projectId, sha, name) {
      const path = `projects/${projectId}/repository/commits/${encodeURIComponent(sha)}/statuses`;
      // The latest of each name and pipeline: a page holds them all.
      const { body } = await request({ method: 'GET', path, query: { name, per_page: 100 } });
      const found = parseList(CommitStatusResponse, body, { what: 'statuses of a commit', log });
      const newest = found.filter((status) => status.name === name).toSorted((left, right) => right.id - left.id)[0];
      if (newest?.state === undefined) return undefined;
      const { id: _, state, ...rest } = newest;
      return { ...rest, state };
    },
    async setCommitStatus(projectId, sha, { targetUrl, ...status }) {
      const path = `projects/${projectId}/statuses/${encodeURIComponent(sha)}`;
      await request({
        method: 'POST',
        path,
        body: { ...status, ...(targetUrl === undefined ? {} : { target_url: targetUrl }) },
      });
    },
  };
}
