import { expect, it } from 'vitest';
import type { MergeRequest } from '../../shared/domain/ports/gitlab.ts';
import type { MessageLease } from '../../shared/domain/ports/task-queue.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { aDiscussion, aMergeRequest, aMergeRequestHook, aNote, aNoteHook } from '../../test/builders/gitlab.ts';
import { createIngress, type IngressOptions } from '../../test/builders/ingress.ts';
import { anIssue, anIssueComment } from '../../test/builders/jira.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { aReviewedBinding } from '../../test/fixtures/discussions.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const inReview = { id: '3', name: 'In Review', category: 'indeterminate' } as const;

type Ingress = ReturnType<typeof createIngress>;

const moved = async ({ jiraWebhook, outside }: Ingress) => {
  outside.issues.set('PROJ-12', anIssue());
  await jiraWebhook({ webhookEvent: 'jira:issue_updated', issue: { key: 'PROJ-12' } });
};

const commented = async ({ jiraWebhook, outside, storage }: Ingress) => {
  await storage.ledger.create({ runId: 'run-0', dedupKey: 'x', task: aCodingTask({ id: 'coding~PROJ-12~1' }) });
  outside.issues.set('PROJ-12', anIssue({ status: inReview }));
  outside.comments.set('PROJ-12', [anIssueComment({ id: '10400', body: '@cmap round half up' })]);
  await jiraWebhook({ webhookEvent: 'comment_created', issue: { key: 'PROJ-12' }, comment: { id: '10400' } });
};

const polled = async ({ poll, outside, clock }: Ingress, note?: string) => {
  await poll();
  await clock.advance(MINUTE);
  const at = clock.now();
  outside.mergeRequests = [aMergeRequest({ createdAt: at, updatedAt: at, draft: note !== undefined })];
  if (note)
    outside.discussions.set('7!3', [aDiscussion({ notes: [aNote({ body: note, createdAt: at, updatedAt: at })] })]);
  await poll();
};

/** A poll over a merge request of the agent; `change` says what is wrong with it. */
const found = async (ingress: Ingress, change: (ours: MergeRequest) => void) => {
  const { poll, outside, clock } = ingress;
  await poll();
  await clock.advance(10 * MINUTE);
  const ours = aMergeRequest({ author: outside.self, sourceBranch: 'agent/PROJ-1', createdAt: 0, updatedAt: 0 });
  outside.mergeRequests = [ours];
  outside.branches.set('main', 'b'.repeat(40));
  change(ours);
  await poll();
};

it.each<{ name: string; kind: string; send: (ingress: Ingress) => Promise<unknown> }>([
  { name: 'a moved issue', kind: 'coding', send: moved },
  { name: 'a comment on an issue', kind: 'coding', send: commented },
  { name: 'a merge request', kind: 'review', send: ({ gitlabWebhook }) => gitlabWebhook(aMergeRequestHook()) },
  { name: 'a note', kind: 'reply', send: ({ gitlabWebhook }) => gitlabWebhook(aNoteHook()) },
  {
    name: 'a note that asks for a review',
    kind: 'review',
    send: ({ gitlabWebhook }) =>
      gitlabWebhook(
        aNoteHook({ note: '/copilot review' }, { merge_request: { iid: 3, last_commit: { id: 'a'.repeat(40) } } }),
      ),
  },
  { name: 'a merge request that a poll finds', kind: 'review', send: polled },
  {
    name: 'a conflict that a poll finds',
    kind: 'update',
    send: (ingress) => found(ingress, (ours) => Object.assign(ours, { hasConflicts: true })),
  },
  {
    name: 'a failed pipeline that a poll finds',
    kind: 'update',
    send: (ingress) =>
      found(ingress, ({ headSha, sourceBranch: ref }) => {
        ingress.outside.failedPipelines = [{ id: 812, sha: headSha, ref, status: 'failed', source: 'push' }];
      }),
  },
  { name: 'a note that a poll finds', kind: 'reply', send: (ingress) => polled(ingress, '/copilot add a test') },
])('the trace of $name goes with its task over the queue', async ({ kind, send }) => {
  expect(await leaseAfter(send, { traceparent: TRACE })).toMatchObject({ task: { kind, traceparent: TRACE } });
  expect((await leaseAfter(send, {})).task).not.toHaveProperty('traceparent');
});

async function leaseAfter(send: (ingress: Ingress) => Promise<unknown>, options: IngressOptions) {
  const binding = { ...aReviewedBinding(), mergeTarget: 'on', repairPipelines: 'on' } as const;
  const ingress = createIngress({ bindings: [{ binding, projectId: 7 }], ...options });
  await send(ingress);
  const lease = await ingress.storage.queue.lease({ visibilityTimeoutSeconds: 60 });
  expect(lease?.kind).toBe('task');
  return lease as MessageLease; // asserted above
}
