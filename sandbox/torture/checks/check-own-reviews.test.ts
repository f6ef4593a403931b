import { expect, it } from 'vitest';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { buildFindingsTask } from '../../../shared/domain/tasks/build-task.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { anAgentNote, aTorturedMergeRequest, someFacts } from '../../../test/builders/torture.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkOwnReviews } from './check-own-reviews.ts';

const BEA = { id: 2, username: 'bea', name: 'Bea', bot: false };
const HEAD = 'a'.repeat(40);
const place = { projectId: 7, mergeRequestIid: 3, headSha: HEAD };
const own = (overrides: object = {}) =>
  aTorturedMergeRequest({
    project: { id: 7, path: 'group/mend' },
    sourceBranch: 'agent/MEND-1',
    author: { username: 'agent-a', bot: true },
    reviewers: [BEA],
    ...overrides,
  });
const delivery = (runId = 'run-1', createdAt = 10) =>
  aRun({
    runId,
    createdAt,
    state: 'done',
    task: aCodingTask({ issueKey: 'MEND-1', jiraProject: 'MEND' }),
    result: { what: 'merge-request', mergeRequestIid: 3 },
  });
const review = aRun({ runId: 'run-2', state: 'done', updatedAt: 20, task: aReviewTask(place) });
const aRound = (runId: string, createdAt: number, overrides: Partial<Run> = {}) =>
  aRun({ runId, createdAt, state: 'done', task: buildFindingsTask(place), ...overrides });
const aFix = (overrides: object = {}) =>
  anAgentNote({ repo: 'group/mend', purpose: 'own-fix', run: 'run-3', ...overrides });
const spoken = [{ notes: [{ author: BEA, system: false, createdAt: 12 }] }];
const USED = { usage: { modelCalls: 1, inputTokens: 1, outputTokens: 1 } };

interface Case {
  name: string;
  of?: object;
  facts?: Partial<Facts>;
  askedAt?: number | undefined;
  isTakenOff?: boolean;
  expected: string[];
}

it.each<Case>([
  { name: 'asked after the review', expected: [] },
  {
    name: 'asked before the review',
    askedAt: 15,
    expected: ['defect: people were asked to review group/mend!3 before the agent had'],
  },
  { name: 'asked early where a person has spoken', askedAt: 15, of: { discussions: spoken }, expected: [] },
  {
    name: 'asked early where a person has pushed',
    askedAt: 15,
    of: { versions: [{ diffRefs: { headSha: 'b'.repeat(40) }, createdAt: 11 }] },
    expected: [],
  },
  {
    name: 'never asked',
    of: { reviewers: [] },
    askedAt: undefined,
    expected: ['stuck: no person was asked to review group/mend!3'],
  },
  {
    name: 'said to be asked and not asked',
    of: { reviewers: [] },
    expected: ['loss: group/mend!3 has no reviewer although bea was to be asked'],
  },
  { name: 'merged before any of that', of: { state: 'merged', reviewers: [] }, askedAt: undefined, expected: [] },
  { name: 'taken off', of: { reviewers: [] }, isTakenOff: true, expected: [] },
  { name: 'taken off and asked again', isTakenOff: true, expected: ['defect: bea was asked for group/mend!3 again'] },
  {
    name: 'one round for each of two changes',
    facts: { runs: [delivery(), review, delivery('run-4', 40), aRound('run-3', 30), aRound('run-5', 50)] },
    expected: [],
  },
  {
    name: 'a round that gave way before its session, and another',
    facts: { runs: [delivery(), review, aRound('run-3', 30, { state: 'superseded' }), aRound('run-5', 50)] },
    expected: [],
  },
  {
    name: 'two rounds for one change',
    facts: { runs: [delivery(), review, aRound('run-3', 30), aRound('run-5', 50)] },
    expected: ['duplicate: 2 rounds about the findings of group/mend!3 for one change'],
  },
  {
    name: 'a round that failed after its session, and another',
    facts: { runs: [delivery(), review, aRound('run-3', 30, { state: 'failed', facts: USED }), aRound('run-5', 50)] },
    expected: ['duplicate: 2 rounds about the findings of group/mend!3 for one change'],
  },
  { name: 'one answer in each of two threads', facts: { notes: [aFix(), aFix({ discussionId: 'd6' })] }, expected: [] },
  {
    name: 'two answers in one thread',
    facts: { notes: [aFix(), aFix({ noteId: 6 })] },
    expected: ['duplicate: 2 answers of one round: group/mend!3 d5 run-3'],
  },
  { name: 'of a run that failed', facts: { runs: [] }, askedAt: undefined, expected: [] },
])('$name', ({ of, facts, isTakenOff = false, expected, ...given }) => {
  const mergeRequest = own(of);
  const askedAt = 'askedAt' in given ? given.askedAt : 25;
  const found = checkOwnReviews(
    someFacts({
      mergeRequests: [mergeRequest],
      runs: [delivery(), review],
      askedAt: new Map(askedAt === undefined ? [] : [['run-1', askedAt]]),
      ...facts,
    }),
    {
      pushed: [{ repo: 'group/mend', branch: 'agent/MEND-1', sha: 'b'.repeat(40) }],
      takenOff: new Set(isTakenOff ? [mergeRequest] : []),
    },
  );
  expect(found.map(({ kind, what }) => `${kind}: ${what}`)).toEqual(expected);
});
