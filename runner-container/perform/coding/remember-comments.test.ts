import { expect, it } from 'vitest';
import type { IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { listHumanComments } from '../../../shared/services/notifications/report-comment.ts';
import { reportOnIssue } from '../../../shared/services/notifications/report-on-issue.ts';
import { anIssueComment } from '../../../test/builders/jira.ts';
import { only } from '../../../test/doubles/only.ts';
import { rememberComments } from './remember-comments.ts';

const SELF = { accountId: 'cmap', displayName: 'cmap' };

/** A ticket with one comment of a person, and the calls for its comments. */
function createFixture() {
  const comments: IssueComment[] = [anIssueComment({ id: '1', body: 'Please.' })];
  const calls: string[] = [];
  const asked = only<Jira>({
    getMyself: async () => SELF,
    async listComments() {
      calls.push('list');
      return comments.map((comment) => ({ ...comment }));
    },
    async addComment(_key: string, body: string) {
      calls.push('add');
      const comment = anIssueComment({ id: String(comments.length + 1), body, author: SELF });
      comments.push(comment);
      return comment;
    },
    async updateComment(_key: string, id: string, body: string) {
      calls.push('update');
      const comment = comments.find((each) => each.id === id);
      if (!comment) throw new TaskError('jira-not-found');
      comment.body = body;
    },
  });
  const jira = rememberComments(asked);
  const report = (markdown: string) => {
    const about = { issueKey: 'PROJ-1', runId: 'run-1', markdown };
    return reportOnIssue(about, { jira, agentId: 'cmap' });
  };
  return { asked, jira, comments, calls, report };
}

it('a run lists the comments of its ticket once: for its progress, its prompt and its result', async () => {
  const { jira, comments, calls, report } = createFixture();
  await report('Working.');
  const human = await listHumanComments(jira, 'PROJ-1', SELF);
  await report('Done.');
  await report('Done.');
  expect(human.map(({ body }) => body)).toEqual(['Please.']);
  expect(calls).toEqual(['list', 'add', 'update']);
  expect(comments.map(({ body }) => body.split('\n')[0])).toEqual(['Please.', 'Done.']);
});

it('a report that a person deleted meanwhile is written again, and the list is read anew', async () => {
  const { comments, calls, report } = createFixture();
  await report('Working.');
  comments.pop();
  await report('Done.');
  expect(calls).toEqual(['list', 'add', 'update', 'add']);
  await report('Done.');
  expect(calls).toEqual(['list', 'add', 'update', 'add', 'list']);
});

it('a comment whose answer was lost is looked for and not written twice', async () => {
  const { asked, comments, report, calls } = createFixture();
  const jira = asked;
  const { addComment } = jira;
  const lost = rememberComments({
    ...jira,
    async addComment(...args: Parameters<Jira['addComment']>) {
      await addComment(...args);
      throw new TaskError('jira-unavailable');
    },
  });
  await reportOnIssue({ issueKey: 'PROJ-1', runId: 'run-1', markdown: 'Working.' }, { jira: lost, agentId: 'cmap' });
  expect(calls).toEqual(['list', 'add', 'list']);
  expect(comments).toHaveLength(2);
  await report('Working.');
  expect(comments).toHaveLength(2);
});

it('what a caller does with its list changes no other one', async () => {
  const { jira } = createFixture();
  (await jira.listComments('PROJ-1')).pop();
  expect(await jira.listComments('PROJ-1')).toHaveLength(1);
});
