import { expect, it } from 'vitest';

import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import type { IssueComment } from '../../domain/ports/jira.ts';
import { AskRefusal } from '../../domain/runs/ask-refusal.ts';
import { notifyRefused } from './notify-refused.ts';
import type { ReportingJira } from './report-comment.ts';

it('keeps one comment on the ticket, with a sentence of its own for each reason', async () => {
  const comments: IssueComment[] = [];
  const jira: ReportingJira = {
    getMyself: async () => theAgent(),
    listComments: async () => comments,
    async addComment(_key, body) {
      const comment = anIssueComment({ id: `${comments.length + 1}`, author: theAgent(), body });
      comments.push(comment);
      return comment;
    },
    async updateComment(_key, id, body) {
      const comment = comments.find((candidate) => candidate.id === id);
      if (comment) comment.body = body;
    },
  };
  const bodies = new Set<string>();
  for (const reason of AskRefusal.options) {
    const entry = { kind: 'refused', issueKey: 'PROJ-12', reason } as const;
    expect(await notifyRefused(entry, { jira, agentId: 'cmap' })).toBe('complete');
    await notifyRefused(entry, { jira, agentId: 'cmap' });
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toMatch(/^\*\*The agent .*\*\*/);
    bodies.add(comments[0]?.body ?? '');
  }
  expect(bodies.size).toBe(AskRefusal.options.length);
});
