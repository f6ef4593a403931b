import { expect, it } from 'vitest';

import { HOUR, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aJiraUser, anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aCodingTask, anEchoTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { unrouted } from '../../../test/doubles/unrouted.ts';
import { commentsAfter, type IngestCommentsDeps, ingestComments, minutesSince } from './ingest-comments.ts';

const now = Date.UTC(2026, 0, 5, 12);

it.each([
  { name: 'is nothing at the first poll ever', lastSuccessAt: undefined, after: undefined },
  { name: 'overlaps the last poll by two minutes', lastSuccessAt: now - MINUTE, after: now - 3 * MINUTE },
  { name: 'reaches back over a night', lastSuccessAt: now - 23 * HOUR, after: now - 23 * HOUR - 2 * MINUTE },
  { name: 'reaches back a day at most', lastSuccessAt: now - 72 * HOUR, after: now - 24 * HOUR },
])('what counts as new $name', ({ lastSuccessAt, after }) => {
  expect(commentsAfter(lastSuccessAt, now)).toBe(after);
});

it.each([
  { after: now - 3 * MINUTE, minutes: 4 },
  { after: now - 3 * MINUTE - 1, minutes: 5 },
  { after: now, minutes: 1 },
  { after: now + 5 * SECOND, minutes: 1 },
  { after: now + HOUR, minutes: 1 },
])('asks Jira for whole minutes and one to spare: $minutes', ({ after, minutes }) => {
  expect(minutesSince(after, now)).toBe(minutes);
});

const ORDER = '/copilot round half up';

/** PROJ-12 with its earlier runs, and the comments of which some are new since `now`. */
async function arrange({ runs = ['coding'] }: { runs?: ('coding' | 'echo' | 'unreadable')[] } = {}) {
  const clock = createManualClock(now);
  const storage = createMemoryStorage({ clock });
  for (const [index, kind] of runs.entries()) {
    const runId = `run-${index}`;
    const task = kind === 'echo' ? anEchoTask({ scope: 'issue~PROJ-12' }) : aCodingTask();
    await storage.ledger.create({ runId, dedupKey: runId, task });
    if (kind === 'unreadable') await corruptRun(storage.parts.rows.runs, runId);
  }
  const asked: string[] = [];
  const admitted: string[] = [];
  const comments = [
    anIssueComment({ id: '1', body: ORDER, createdAt: now - 2, updatedAt: now - 1 }),
    anIssueComment({ id: '2', body: ORDER, createdAt: now - 2, updatedAt: now }),
    anIssueComment({ id: '3', body: ORDER, createdAt: now, updatedAt: 0 }),
    anIssueComment({ id: '4', body: 'Nice!', createdAt: now, updatedAt: now }),
    anIssueComment({ id: '5', body: ORDER, createdAt: now + 1, updatedAt: now + 1 }),
  ];
  const deps: IngestCommentsDeps = {
    ...storage,
    jira: {
      async listComments(key) {
        asked.push(key);
        return comments;
      },
    },
    getMyself: async () => theAgent(),
    async admit({ id }) {
      admitted.push(id);
      return { kind: admitted.length === 1 ? 'duplicate' : 'admitted', runId: `run-of-${id}` };
    },
    checkAsker: async () => undefined,
    routeIssue: unrouted,
    mentionWords: ['/copilot'],
    traceparent: () => undefined,
    clock,
  };
  const issue = anIssue({ status: { id: '3', name: 'In Review', category: 'indeterminate' }, movedBy: aJiraUser() });
  const ingest = () => ingestComments(issue, { binding: aBinding(), after: now }, deps);
  return { asked, admitted, ingest };
}

it('admits what was written or edited since then, and counts what became of each', async () => {
  const { admitted, ingest } = await arrange();
  expect(await ingest()).toEqual({ admitted: 2, duplicates: 1, skipped: 1 });
  expect(admitted).toEqual(['coding~PROJ-12~c2', 'coding~PROJ-12~c3', 'coding~PROJ-12~c5']);
});

it.each<{ name: string; runs: ('coding' | 'echo' | 'unreadable')[]; asks: boolean }>([
  { name: 'has had no run', runs: [], asks: false },
  { name: 'has had a run of another kind alone', runs: ['echo'], asks: false },
  { name: 'has had a coding run among others', runs: ['coding', 'echo'], asks: true },
  { name: 'has had a run that cannot be read', runs: ['echo', 'unreadable'], asks: true },
])('asks Jira for the comments of an issue that $name: $asks', async ({ runs, asks }) => {
  const { asked, ingest } = await arrange({ runs });
  const counts = await ingest();
  expect(asked).toEqual(asks ? ['PROJ-12'] : []);
  expect(counts.admitted).toBe(asks ? 2 : 0);
});
