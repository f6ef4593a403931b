import { expect, it } from 'vitest';
import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import type { IssueComment } from '../../domain/ports/jira.ts';
import type { UnroutedEntry } from '../../domain/runs/outbox-entry.ts';
import { HOUR } from '../../kernel/clock.ts';
import { notifyUnrouted } from './notify-unrouted.ts';
import type { ReportingJira } from './report-comment.ts';

function createFixture({ startedAt }: { startedAt?: number } = {}) {
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
  const ledger = { listRecent: async () => (startedAt === undefined ? [] : [aRun({ createdAt: startedAt })]) };
  const notify = (entry: Partial<UnroutedEntry>) =>
    notifyUnrouted(
      { kind: 'unrouted', issueKey: 'PROJ-12', jiraProject: 'PROJ', by: 'change', routes: [], ...entry },
      { jira, ledger, agentId: 'cmap', clock: { now: () => 5 * HOUR } },
    );
  return { comments, notify };
}

const routes = ['`web`: component `Web`', '`api`: label `api`'];

it('keeps one comment that names the routes and what to do, and edits it when the reason changes', async () => {
  const { comments, notify } = createFixture();
  expect(await notify({ problem: 'no-route', routes })).toBe('complete');
  await notify({ problem: 'no-route', routes });
  expect(comments).toHaveLength(1);
  for (const said of ['fits none of the routes', ...routes, 'begins by itself then'])
    expect(comments[0]?.body).toContain(said);
  await notify({ problem: 'several-routes', routes, by: 'comment' });
  expect(comments).toHaveLength(1);
  for (const said of ['fits several routes', ...routes, 'ask again in a comment'])
    expect(comments[0]?.body).toContain(said);
});

it.each([
  { startedAt: 4.5 * HOUR, said: 'and has started' },
  { startedAt: HOUR, said: 'it left the status that starts work' },
])('edits it to its end: $said', async ({ startedAt, said }) => {
  const { comments, notify } = createFixture({ startedAt });
  expect(await notify({})).toBe('delete');
  expect(comments).toEqual([]);
  await notify({ problem: 'no-route', routes });
  await notify({});
  expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining(said)]);
});
