import { expect, it } from 'vitest';

import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import type { IssueComment } from '../../domain/ports/jira.ts';
import { AskRefusal } from '../../domain/runs/ask-refusal.ts';
import { notifyRefused } from './notify-refused.ts';
import type { ReportingJira } from './report-comment.ts';

/** A ticket and its comments. */
function createFixture() {
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
  return { comments, jira };
}

it('keeps one comment on the ticket, with a sentence of its own for each reason', async () => {
  const { comments, jira } = createFixture();
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

it('keeps another one about answers to what was tried in shadow, which speaks of no request', async () => {
  const { comments, jira } = createFixture();
  const entry = { kind: 'refused', issueKey: 'PROJ-12', reason: 'asker-not-named' } as const;
  for (const about of [{}, { about: 'rating' }, {}, { about: 'rating' }] as const)
    await notifyRefused({ ...entry, ...about }, { jira, agentId: 'cmap' });
  expect(comments.map(({ body }) => body.split('\n')[0])).toEqual([
    expect.stringContaining('takes requests in this project only from members'),
    expect.stringContaining('counts answers about what it tried only from members'),
  ]);
  for (const reason of AskRefusal.options) {
    await notifyRefused({ ...entry, reason, about: 'rating' }, { jira, agentId: 'cmap' });
    expect(comments[1]?.body).not.toMatch(/request|work/);
  }
});
