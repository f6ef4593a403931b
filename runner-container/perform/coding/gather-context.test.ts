import { describe, expect, it } from 'vitest';
import type { GitLab, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { anIssue, anIssueComment } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { only } from '../../../test/doubles/only.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { aDiscussion, aMergeRequest, aNote } from '../../../test/fixtures/discussions.ts';
import { createListEarlierRuns } from '../run/create-list-earlier-runs.ts';
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

it('gives a rework all that the runs before it have reported, newest first, and whole where that was kept', async () => {
  const jira = only<Jira>({
    getMyself: async () => ({ accountId: 'cmap', displayName: 'cmap' }),
    listComments: async () => [],
  });
  const cut = `${'x'.repeat(2999)}…`;
  const done = (number: number, summary: string) =>
    aRun({ runId: `run-${number}`, state: 'done', createdAt: number, result: { what: 'merge-request', summary } });
  const all = Array.from({ length: 30 }, (_, index) =>
    done(30 - index, index === 0 || index === 29 ? cut : `Account ${30 - index}`),
  );
  const plan = aRun({ runId: 'run-plan', state: 'done', createdAt: 5, result: { what: 'plan', summary: 'A plan.' } });
  const limits: (number | undefined)[] = [];
  const run = {
    issue: anIssue(),
    context: { run: {} },
    deps: {
      jira,
      async listEarlierRuns(_run: unknown, limit?: number) {
        limits.push(limit);
        return [...all.slice(0, 25), plan, ...all.slice(25)].slice(0, limit ?? 20);
      },
      files: { findNewest: async ({ runId }: Run) => `All of ${runId}.` },
    },
  } as unknown as CodingRun; // what else is used fails
  const history = { newest: undefined, reused: false };
  const { rework } = await gatherContext(run, history, only<GitLab>({}), new AbortController().signal);
  expect(rework?.previousSummary).toBe('All of run-30.');
  const texts = rework?.earlierAccounts?.map(({ text }) => text) ?? [];
  expect(texts).toHaveLength(29);
  expect([texts[0], texts.at(-2), texts.at(-1)]).toEqual(['Account 29', 'Account 2', 'All of run-1.']);
  expect(limits).toEqual([undefined, 202]);
  expect(rework?.hasOlderAccounts).toBeUndefined();
});

describe('a ticket with very many runs', () => {
  it.each([
    { others: 200, hasOlder: undefined },
    { others: 201, hasOlder: true },
  ])('with $others others, says that older ones were not looked for: $hasOlder', async ({ others, hasOlder }) => {
    const clock = createSteppedClock();
    const { ledger } = createMemoryStorage({ clock });
    for (let number = 0; number <= others; number += 1) {
      clock.time += 1000;
      const runId = `run-${number}`;
      const made = await ledger.create({ runId, dedupKey: runId, task: aCodingTask({ id: runId }) });
      const running = number < others && made && (await ledger.update(made, { state: 'running', attempt: 1 }));
      const result = { what: 'merge-request', summary: `Account ${number}` };
      if (running) await ledger.update(running, { state: 'done', result });
    }
    const self = { runId: `run-${others}`, task: aCodingTask() };
    const jira = only<Jira>({
      getMyself: async () => ({ accountId: 'cmap', displayName: 'cmap' }),
      listComments: async () => [],
    });
    const deps = { jira, listEarlierRuns: createListEarlierRuns(ledger) };
    const run = { issue: anIssue(), context: { run: self }, deps } as unknown as CodingRun; // what else is used fails
    const history = { newest: undefined, reused: false };
    const { rework } = await gatherContext(run, history, only<GitLab>({}), new AbortController().signal);
    expect(rework?.previousSummary).toBe(`Account ${others - 1}`);
    expect(rework?.earlierAccounts?.at(-1)?.text).toBe(`Account ${others - 200}`);
    expect(rework?.hasOlderAccounts).toBe(hasOlder);
  });
});
