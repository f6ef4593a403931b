import { describe, expect, it } from 'vitest';
import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aFindingDiscussion, aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { MergeRequest } from '../../domain/ports/gitlab.ts';
import { toOwedReviewersField } from '../../domain/runs/reviewers-event.ts';
import type { Run, RunEvent } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { buildFindingsTask } from '../../domain/tasks/build-task.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { TaskError } from '../../kernel/errors.ts';
import { type FollowOwnReviewDeps, followOwnReview } from './follow-own-review.ts';

const HEAD = 'a'.repeat(40);
const ENTRY = { kind: 'own-review-due', projectId: 7, iid: 3 } as const;
const delivery = aRun({
  runId: 'delivery',
  task: aCodingTask({ issueKey: 'PROJ-1' }),
  state: 'done',
  createdAt: 1000,
  updatedAt: 2000,
  result: { what: 'merge-request', mergeRequestIid: 3, commitSha: HEAD },
});
const review = aRun({
  task: aReviewTask({ headSha: HEAD }),
  state: 'done',
  createdAt: 3000,
  result: { what: 'reviewed' },
});
const round = aRun({
  task: buildFindingsTask({ projectId: 7, mergeRequestIid: 3, headSha: HEAD }),
  state: 'done',
  createdAt: 4000,
  result: { what: 'findings-left' },
});

interface Given {
  /** How Jira answers to a comment. */
  jira?: ErrorCode;
  ofMergeRequest?: readonly Run[];
  ofTicket?: readonly Run[];
}

/** One look at a merge request whose reviewers were not asked yet. */
async function follow({ jira, ofMergeRequest = [review], ofTicket = [delivery] }: Given) {
  const admitted: Task[] = [];
  const asked: number[][] = [];
  const comments: string[] = [];
  const skips: string[] = [];
  const events: RunEvent[] = [
    { runId: 'delivery', at: 1, name: 'merge-request-open', fields: { iid: 3, ...toOwedReviewersField([2]) } },
  ] as RunEvent[];
  const log = createMemoryLog();
  const mergeRequest = aMergeRequest({ author: AGENT, sourceBranch: 'agent/PROJ-1', headSha: HEAD });
  const answer = () => {
    if (jira !== undefined) throw new TaskError(jira);
  };
  const registry = {
    listOfProject: async () => [
      { state: 'ready' as const, binding: aReviewedBinding({ fixOwnFindings: true }), projectId: 7 },
    ],
    status: () => [],
  };
  const deps = only<FollowOwnReviewDeps>({
    mapping: { current: async () => ({ registry }) } as never,
    jira: {
      getMyself: async () => theAgent(),
      async listComments() {
        answer();
        return comments.map((body) => anIssueComment({ body }));
      },
      async addComment(_key, body) {
        answer();
        comments.push(body);
        return anIssueComment({ body });
      },
      updateComment: async () => answer() as never,
    },
    gitlabFor: async () => ({
      findMergeRequest: async () => mergeRequest,
      getCurrentUser: async () => AGENT,
      listDiscussions: async () => [aFindingDiscussion()],
      async updateMergeRequest(_project, _iid, { reviewerIds = [] }): Promise<MergeRequest> {
        asked.push([...reviewerIds]);
        return mergeRequest;
      },
    }),
    ledger: {
      listRecent: async (scope: string) => [...(scope.startsWith('issue') ? ofTicket : ofMergeRequest)],
      listEvents: async () => events,
      append: async () => {},
    } as never,
    skipLog: { record: async (_scope, reason) => void skips.push(reason) },
    admitTask: async (task) => void admitted.push(task),
    agentId: 'cmap',
    clock: { now: () => 10_000 },
    log,
  });
  const result = await followOwnReview(ENTRY, deps).catch((error: TaskError) => error.code);
  return { result, admitted, asked, comments, skips, lines: log.lines.map(({ event }) => event) };
}

describe('a merge request of the agent on its way to people', () => {
  it('has a round, and its ticket says so', async () => {
    const { result, admitted, comments } = await follow({});
    expect(result).toBe('reschedule');
    expect(admitted).toHaveLength(1);
    expect(comments).toHaveLength(1);
  });

  it.each(['jira-not-found', 'jira-refused', 'jira-unavailable'] as const)(
    'has its round where Jira answers %s to the comment',
    async (jira) => {
      expect(await follow({ jira })).toMatchObject({
        result: 'reschedule',
        admitted: [{ kind: 'update' }],
        comments: [],
        lines: ['own review not on the ticket'],
      });
    },
  );

  it.each([
    { ticket: 'is gone', jira: 'jira-not-found' },
    { ticket: 'takes no comment', jira: 'jira-refused' },
  ] as const)('comes to its reviewers where the ticket $ticket', async ({ jira }) => {
    const ended = await follow({ jira, ofMergeRequest: [round, review] });
    expect(ended).toMatchObject({ result: 'done', asked: [[2]], skips: ['own-review-left'] });
  });

  it('where its round gave way, comes to its reviewers in the same way', async () => {
    const gaveWay = { ...review, state: 'failed' as const };
    const ended = await follow({ jira: 'jira-not-found', ofMergeRequest: [gaveWay] });
    expect(ended).toMatchObject({ result: 'done', asked: [[2]], skips: ['own-review-not-reviewed'] });
  });

  it('comes to its reviewers where the run that opened it has failed since', async () => {
    const { result: _, ...unknown } = delivery;
    const ended = await follow({ ofTicket: [{ ...unknown, state: 'failed' }] });
    expect(ended).toMatchObject({ result: 'done', asked: [[2]], skips: ['own-review-work-unknown'] });
  });

  it('is told of later where Jira is away, after its reviewers were asked', async () => {
    const ended = await follow({ jira: 'jira-unavailable', ofMergeRequest: [round, review] });
    expect(ended).toMatchObject({ result: 'jira-unavailable', asked: [[2]] });
  });
});
