import { expect, it } from 'vitest';
import type { GitLab, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { anIssue, anIssueComment } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
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

it('gives a session that plans again what people said of the plan apart, and takes a plan for no earlier work', async () => {
  const jira = only<Jira>({
    getMyself: async () => ({ accountId: 'cmap', displayName: 'cmap' }),
    listComments: async () => [
      anIssueComment({ id: '1', body: 'Before.', createdAt: 1, updatedAt: 1 }),
      anIssueComment({ id: '2', body: 'Use a map.', createdAt: 20, updatedAt: 20 }),
    ],
  });
  const planned = aRun({ state: 'done', result: { what: 'plan' }, createdAt: 10 });
  const run = {
    issue: anIssue(),
    context: { run: {} },
    deps: { jira, listEarlierRuns: async () => [planned] },
  } as unknown as CodingRun; // what else is used fails
  const gather = (answeredPlan?: Run) =>
    gatherContext(
      run,
      { newest: undefined, reused: false, ...(answeredPlan ? { answeredPlan } : {}) },
      only<GitLab>({}),
      new AbortController().signal,
    );
  const bodies = (comments: { body: string }[]) => comments.map(({ body }) => body);
  const again = await gather(planned);
  expect([bodies(again.comments), bodies(again.replies), again.rework]).toEqual([
    ['Before.'],
    ['Use a map.'],
    undefined,
  ]);
  const first = await gather();
  expect([bodies(first.comments), first.replies, first.rework]).toEqual([['Before.', 'Use a map.'], [], undefined]);
});
