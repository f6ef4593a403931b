import { expect, it } from 'vitest';
import type { GitLab, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { only } from '../../../test/doubles/only.ts';
import { aDiscussion, aMergeRequest, aNote } from '../../../test/fixtures/discussions.ts';
import type { CodingRun } from './coding-run.ts';
import { gatherContext } from './gather-context.ts';

/** The open threads that a rework is given, by the words in each. */
async function openThreads(threads: Note[][]): Promise<string[][] | undefined> {
  const jira = only<Jira>({
    getMyself: async () => ({ accountId: 'cmap', displayName: 'cmap' }),
    listComments: async () => [],
  });
  const run = {
    issue: anIssue(),
    project: { projectId: 7 },
    context: { run: {} },
    deps: { jira, listEarlierRuns: async () => [] },
  } as unknown as CodingRun; // what else is used fails
  const gitlab = only<GitLab>({ listDiscussions: async () => threads.map((notes) => aDiscussion(notes)) });
  const history = { newest: aMergeRequest(), reused: true };
  const { rework } = await gatherContext(run, history, gitlab, new AbortController().signal);
  return rework?.openThreads.map(({ comments }) => comments.map(({ body }) => body));
}

it('gives a rework no note that only members may read, and no thread of such notes', async () => {
  const secret = (body: string) => aNote({ body, internal: true });
  const threads = [
    [aNote({ body: 'Use a set.' }), secret('ACME needs it.'), aNote({ body: 'Please.' })],
    [secret('ACME is affected.'), secret('Do not say so.')],
    [aNote({ body: 'Settled.', resolved: true }), secret('Not settled.')],
  ];
  expect(await openThreads(threads)).toEqual([['Use a set.', 'Please.']]);
});
