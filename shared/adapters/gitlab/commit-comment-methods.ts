import type { CommitComment, GitLab } from '../../domain/ports/gitlab.ts';
import type { Log } from '../../kernel/log.ts';
import { CommitCommentResponse, parseList } from './api-schemas.ts';
import type { Requester } from './requester.ts';

const PAGE_SIZE = 100;

/**
 * The part of `GitLab` that comments on commits. By hand: the library asks for the line of a comment, which one on the
 * whole commit has not (https://docs.gitlab.com/api/commits/#post-comment-to-commit).
 */
export function createCommitCommentMethods(
  request: Requester,
  log: Log,
): Pick<GitLab, 'listCommitComments' | 'addCommitComment'> {
  return {
    async listCommitComments(projectId, sha) {
      const found: CommitComment[] = [];
      for (let page = 1; ; page += 1) {
        const query = { per_page: PAGE_SIZE, page };
        const { body } = await request({ method: 'GET', path: pathOf(projectId, sha), query });
        found.push(...parseList(CommitCommentResponse, body, { what: 'comments of a commit', log }));
        if (!Array.isArray(body) || body.length < PAGE_SIZE) break;
      }
      return found.sort((a, b) => a.createdAt - b.createdAt);
    },
    async addCommitComment(projectId, sha, body) {
      await request({ method: 'POST', path: pathOf(projectId, sha), body: { note: body } });
    },
  };
}

function pathOf(projectId: number, sha: string): string {
  return `projects/${projectId}/repository/commits/${encodeURIComponent(sha)}/comments`;
}
