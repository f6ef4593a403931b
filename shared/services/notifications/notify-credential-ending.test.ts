import { expect, it } from 'vitest';
import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import type { IssueComment } from '../../domain/ports/jira.ts';
import { notifyCredentialEnding } from './notify-credential-ending.ts';
import type { ReportingJira } from './report-comment.ts';

it('writes one comment for each of the days and for the end, however often it is done', async () => {
  const comments: IssueComment[] = [];
  const jira: ReportingJira = {
    getMyself: async () => theAgent(),
    listComments: async () => comments,
    async addComment(_key, body) {
      const comment = anIssueComment({ id: `${comments.length + 1}`, author: theAgent(), body });
      comments.push(comment);
      return comment;
    },
    updateComment: () => Promise.reject(new Error('a notice is never edited')),
  };
  const entry = { kind: 'credential-notice', issueKey: 'OPS-1', credentialRef: 'team_a' } as const;
  for (const days of [14, 14, 7, 1, 1, -1])
    await notifyCredentialEnding({ ...entry, days, expiresAt: '2026-01-21' }, { jira, agentId: 'cmap' });
  await notifyCredentialEnding({ ...entry, days: -1, acceptedAt: 5 }, { jira, agentId: 'cmap' });
  expect(comments.map(({ body }) => body.split('\n')[0])).toEqual([
    '**The GitLab credential team_a of the agent ends in 14 days, on 2026-01-21.**',
    '**The GitLab credential team_a of the agent ends in 7 days, on 2026-01-21.**',
    '**The GitLab credential team_a of the agent ends in 1 day, on 2026-01-21.**',
    '**The GitLab credential team_a of the agent has ended on 2026-01-21.**',
    '**The GitLab credential team_a of the agent is refused by GitLab: it has ended or was revoked.**',
  ]);
});
