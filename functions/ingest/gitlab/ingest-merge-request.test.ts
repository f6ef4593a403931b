import { describe, expect, it } from 'vitest';

import type { Discussion, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { aDiscussion, aMergeRequest, aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { EndedMergeRequest, EndedResult } from './ended-merge-request.ts';
import { type IngestDeps, ingestMergeRequest } from './ingest-merge-request.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const HEAD = 'a'.repeat(40);
const self = theAgentUser();
const binding = aReviewedBinding();

interface Given {
  mergeRequest?: Partial<MergeRequest>;
  discussions?: Discussion[];
  /** Ids of tasks that have a run already. */
  known?: string[];
  /** What became of its end, or why it could not be kept. */
  ended?: EndedResult | TaskError;
  traceparent?: string;
}

/** A merge request and its discussions, both new unless said otherwise. */
async function ingest({ mergeRequest = {}, discussions = [], known = [], ended, traceparent }: Given) {
  const { skipLog } = createMemoryStorage();
  const tasks: Task[] = [];
  const again: boolean[] = [];
  const endings: EndedMergeRequest[] = [];
  const onMergeRequestEnded = async (end: EndedMergeRequest) => {
    endings.push(end);
    if (ended instanceof TaskError) throw ended;
    return ended ?? { skipped: 'not-our-branch' };
  };
  const deps: IngestDeps = {
    async admit(task, options) {
      tasks.push(task);
      again.push((await options?.isOver?.(aRun({ createdAt: NOW - 1, detail: 'draft' }))) ?? false);
      return { kind: known.includes(task.id) ? 'duplicate' : 'admitted', runId: `run-of-${task.id}` };
    },
    skipLog,
    ...(ended ? { onMergeRequestEnded } : {}),
    traceparent: () => traceparent,
    clock: { now: () => NOW },
  };
  const polled = {
    mergeRequest: aMergeRequest({ createdAt: NOW, updatedAt: NOW, headSha: HEAD, ...mergeRequest }),
    binding,
    self,
    gitlab: { listDiscussions: async () => discussions },
    after: NOW,
  };
  const counts = await ingestMergeRequest(polled, deps);
  const skips = (await skipLog.list('mr~7~3')).map(({ reason }) => reason);
  return { counts, ids: tasks.map(({ id }) => id), tasks, again, endings, skips };
}

const ask = ({ createdAt = NOW, ...values }: Partial<Note> = {}) =>
  aNote({ body: '/copilot add a test', createdAt, updatedAt: createdAt, ...values });

it('admits the review and the answer to each new note of every discussion, and counts what became of them', async () => {
  const discussions = [
    aDiscussion({ id: 'd1', notes: [ask({ id: 1, createdAt: NOW - 1 }), ask({ id: 2 })] }),
    aDiscussion({ id: 'd2', notes: [ask({ id: 3 }), ask({ id: 4, internal: true }), ask({ id: 5, system: true })] }),
  ];
  const { counts, ids, tasks } = await ingest({ discussions, known: ['reply~7~3~2'] });
  expect(ids).toEqual([`review~7~3~${HEAD}`, 'reply~7~3~2', 'reply~7~3~3']);
  expect(tasks).toMatchObject([{}, { discussionId: 'd1' }, { discussionId: 'd2' }]);
  expect(counts).toEqual({ admitted: 2, duplicates: 1, skipped: 1, ended: 0 });
});

it('reads a note that was corrected since', async () => {
  const discussions = [aDiscussion({ id: 'd1', notes: [ask({ id: 1, createdAt: NOW - 1, updatedAt: NOW })] })];
  expect((await ingest({ discussions, mergeRequest: { draft: true } })).ids).toEqual(['reply~7~3~1']);
});

it.each<{ name: string; mergeRequest: Partial<MergeRequest>; skips: string[] }>([
  { name: 'did not move since then', mergeRequest: { updatedAt: NOW - 1 }, skips: [] },
  { name: 'has no commit yet', mergeRequest: { headSha: '' }, skips: [] },
  { name: 'is a draft', mergeRequest: { draft: true }, skips: ['draft'] },
  { name: 'is locked while it is merged', mergeRequest: { state: 'locked' }, skips: ['closed'] },
])('does not review one that $name, and says why where that explains something', async ({ mergeRequest, skips }) => {
  const result = await ingest({ mergeRequest });
  expect(result.counts).toEqual({ admitted: 0, duplicates: 0, skipped: 1, ended: 0 });
  expect([result.ids, result.skips]).toEqual([[], skips]);
});

it.each([
  { name: 'counts as ended', ended: { runId: 'mr~7~3', duplicate: false }, counts: { ended: 1, skipped: 0 } },
  { name: 'counts as ended when it is kept without a run', ended: { noted: 'x' }, counts: { ended: 1, skipped: 0 } },
  { name: 'is skipped when it is not ours', ended: { skipped: 'not-our-branch' }, counts: { ended: 0, skipped: 1 } },
])('an end $name', async ({ ended, counts }) => {
  for (const state of ['merged', 'closed'] as const) {
    const result = await ingest({ mergeRequest: { state, sourceBranch: 'agent/PROJ-12' }, ended });
    expect(result.counts).toEqual({ admitted: 0, duplicates: 0, ...counts });
    expect(result.endings).toEqual([
      { projectId: 7, mergeRequestIid: 3, ending: state, sourceBranch: 'agent/PROJ-12', seenBy: 'poll' },
    ]);
  }
});

it('an end that cannot be kept fails, so that it is seen again', async () => {
  const ended = new TaskError('storage-unavailable');
  await expect(ingest({ mergeRequest: { state: 'merged' }, ended })).rejects.toBe(ended);
});

it.each<{ name: string; given: Given }>([
  { name: 'that is history', given: { ended: { noted: 'x' }, mergeRequest: { state: 'merged', updatedAt: NOW - 1 } } },
  { name: 'where no Jira is configured', given: { mergeRequest: { state: 'closed' } } },
])('an end $name is nothing, and its notes are not read', async ({ given }) => {
  const discussions = [aDiscussion({ notes: [ask()] })];
  const { counts, ids, endings } = await ingest({ ...given, discussions });
  expect(counts).toEqual({ admitted: 0, duplicates: 0, skipped: 0, ended: 0 });
  expect([ids, endings]).toEqual([[], []]);
});

describe('the cap of answers', () => {
  const answer = (id: number, createdAt: number, purpose = 'answer') =>
    aNote({ id, author: self, createdAt, body: appendMarker('Yes.', { purpose, answers: id - 1 }) });
  const answers = (count: number, createdAt: number) =>
    Array.from({ length: count }, (_, index) => answer(100 + index, createdAt));
  const draft = { draft: true };

  it.each([
    { name: 'nine in the thread', before: answers(9, 0), elsewhere: [], ids: ['reply~7~3~900'], skips: ['draft'] },
    {
      name: 'ten in the thread, for the note about that',
      before: answers(10, 0),
      elsewhere: [],
      ids: ['reply~7~3~900'],
      skips: ['draft'],
    },
    {
      name: 'ten in the thread and the note about that',
      before: [...answers(10, 0), answer(200, 0, 'cap-reached')],
      elsewhere: [],
      ids: [],
      skips: ['cap-reached', 'draft'],
    },
    {
      name: 'that note and twenty within the last hour elsewhere',
      before: [answer(200, 0, 'cap-reached')],
      elsewhere: answers(20, NOW - HOUR + MINUTE),
      ids: [],
      skips: ['cap-reached', 'draft'],
    },
    {
      name: 'that note and twenty an hour ago elsewhere',
      before: [answer(200, 0, 'cap-reached')],
      elsewhere: answers(20, NOW - HOUR),
      ids: ['reply~7~3~900'],
      skips: ['draft'],
    },
  ])('after $name', async ({ before, elsewhere, ids, skips }) => {
    const discussions = [
      aDiscussion({ id: 'here', notes: [...before, ask({ id: 900 })] }),
      aDiscussion({ id: 'elsewhere', notes: elsewhere }),
    ];
    const result = await ingest({ mergeRequest: draft, discussions });
    expect(result.ids).toEqual(ids);
    expect(result.skips.toSorted()).toEqual(skips);
  });
});

it('has a superseded review done again by what the merge request and its notes show, and no answer', async () => {
  const discussions = [aDiscussion({ notes: [ask({ id: 2 })] })];
  expect((await ingest({ discussions })).again).toEqual([true, false]);
});

it('hands the trace of the poll to each task, and none where there is none', async () => {
  const discussions = [aDiscussion({ notes: [ask({ id: 2 })] })];
  const { tasks } = await ingest({ discussions, traceparent: 'trace' });
  expect(tasks.map((task) => task.traceparent)).toEqual(['trace', 'trace']);
  for (const task of (await ingest({ discussions })).tasks) expect(task).not.toHaveProperty('traceparent');
});
