import type { HttpHandler } from '@azure/functions';
import {
  type MergeRequestEvent,
  type NoteEvent,
  type PipelineEvent,
  parseGitLabEvent,
} from '../../../shared/adapters/gitlab/events.ts';
import { verifyGitLabWebhook } from '../../../shared/adapters/gitlab/verify-webhook.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import type { Metrics } from '../../../shared/domain/ports/metrics.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { SkipLog } from '../../../shared/domain/ports/skip-log.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { ReviewTask, Task } from '../../../shared/domain/runs/task.ts';
import { planReview, reviewCauseOf } from '../../../shared/domain/tasks/plan-review.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import type { Admission, AdmitOptions } from '../../../shared/services/runs/admit-task.ts';
import type { DeliveryResult } from '../../http/delivery.ts';
import { createRecentDeliveries, deliveryKey } from '../../http/recent-deliveries.ts';
import { createWebhookHandler, type RequestLimits } from '../../http/webhook-handler.ts';
import { admitTargetMerge } from '../../ingest/gitlab/admit-target-merge.ts';
import type { OnMergeRequestEnded } from '../../ingest/gitlab/ended-merge-request.ts';
import { findBinding } from '../../ingest/gitlab/find-binding.ts';
import { recordSkip } from '../../ingest/gitlab/record-skip.ts';
import { isReviewWantedAgain, planSeenReview } from '../../ingest/gitlab/review-again.ts';
import { watchRequestedChanges } from '../../ingest/gitlab/watch-requested-changes.ts';
import { traceOf } from '../../ingest/trace-of.ts';
import { toMergeRequest } from './event-to-domain.ts';
import { findSelf } from './find-self.ts';
import { handlePipeline } from './handle-pipeline.ts';
import { planNoteEvent } from './plan-note-event.ts';

export interface GitLabWebhookDeps {
  /** Preferred where a delivery carries a signature. */
  signingToken?: Secret | undefined;
  secretToken?: Secret | undefined;
  mapping: Pick<LiveMapping, 'current'>;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<
    Pick<
      GitLab,
      | 'getCurrentUser'
      | 'findDiscussion'
      | 'listDiscussions'
      | 'getMergeRequest'
      | 'findBranch'
      | 'findMergeRequest'
      | 'findOpenMergeRequest'
    >
  >;
  admit: (task: Task, options?: Pick<AdmitOptions, 'isOver'>) => Promise<Admission>;
  skipLog: Pick<SkipLog, 'record'>;
  /** Absent: tickets do not follow the end of their merge request. */
  onMergeRequestEnded?: OnMergeRequestEnded;
  /** Absent: no ticket says that changes are asked for. */
  outbox?: Pick<Outbox, 'enqueue'>;
  traceparent: () => string | undefined;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  limits?: RequestLimits;
}

/**
 * `POST webhooks/gitlab`: 202 once the event is durable, 200 with the reason when there is nothing to do. What is
 * admitted here is a pointer: the runner reads the merge request itself. On the way to a 202 nothing is asked of GitLab
 * but who we are, where that is not remembered; a note gets a reaction besides, when it is durable.
 */
export function createGitLabWebhook(deps: GitLabWebhookDeps): HttpHandler {
  const { signingToken, secretToken, clock } = deps;
  const recent = createRecentDeliveries(clock);
  return createWebhookHandler({
    ...deps,
    source: 'gitlab',
    verify({ headers, rawBody }) {
      const result = verifyGitLabWebhook({ headers, rawBody, signingToken, secretToken, clock });
      if (result.verified) return result;
      return result.reason === 'nothing-configured' ? { verified: false, reason: 'not-configured' } : result;
    },
    async handle({ headers, rawBody, text }) {
      const key = deliveryKey(headers, rawBody);
      const known = recent.find(key);
      if (known !== undefined) return { runId: known, duplicate: true };
      const result = await handleEvent(text, deps);
      if ('runId' in result) recent.remember(key, result.runId);
      return result;
    },
  });
}

async function handleEvent(body: string, deps: GitLabWebhookDeps): Promise<DeliveryResult> {
  const event = parseGitLabEvent(body);
  if (event.kind === 'ignored') {
    if (event.reason === 'malformed') deps.log.warn('webhook malformed', { source: 'gitlab', fields: event.fields });
    return { skipped: event.reason };
  }
  const binding = await findBinding(await deps.mapping.current(), event);
  if (!binding) return { skipped: 'unbound-project' };
  if (event.kind === 'pipeline') return handlePipelineEvent(event, binding, deps);
  return event.kind === 'note' ? handleNote(event, binding, deps) : handleMergeRequest(event, binding, deps);
}

async function handleMergeRequest(
  event: MergeRequestEvent,
  binding: Binding,
  deps: GitLabWebhookDeps,
): Promise<DeliveryResult> {
  if (deps.onMergeRequestEnded && (event.action === 'merge' || event.action === 'close')) {
    return deps.onMergeRequestEnded({
      projectId: event.projectId,
      mergeRequestIid: event.mergeRequestIid,
      ending: event.action === 'merge' ? 'merged' : 'closed',
      sourceBranch: event.sourceBranch,
      seenBy: 'webhook',
    });
  }
  const cause = reviewCauseOf({ action: event.action, oldrev: event.oldHeadSha, becameReady: event.becameReady });
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  const self = await findSelf(gitlab, event.actor);
  if (event.authorId === self.id) await watchRequestedChanges(event, binding, deps);
  const plan = planReview(toMergeRequest(event), cause, binding, { self, ...traceOf(deps) });
  const merge = await admitMerge(event, { binding, gitlab, self }, deps);
  if (plan.action === 'skip') return merge ?? skip(event, plan.reason, deps);
  const isOver = (ended: Run) => isWantedAgain(ended, plan.task, { binding, gitlab, self, now: deps.clock.now() });
  return admit(plan.task, deps, { isOver });
}

/**
 * The merge of the target branch, where GitLab says that it conflicts. What fails of it is left to the poll, so that
 * the review of the same delivery is not.
 */
async function admitMerge(
  event: MergeRequestEvent,
  { binding, gitlab, self }: { binding: Binding; gitlab: Pick<GitLab, 'findBranch'>; self: GitLabUser },
  deps: GitLabWebhookDeps,
): Promise<DeliveryResult | undefined> {
  if (binding.mergeTarget === 'off' || !event.hasConflicts || event.targetBranch === undefined) return undefined;
  const { sourceProjectId, targetBranch } = event;
  const mergeRequest = { ...toMergeRequest(event), sourceProjectId, targetBranch, hasConflicts: true as const };
  const { bindings } = await deps.mapping.current();
  try {
    const admission = await admitTargetMerge(mergeRequest, { binding, bindings: bindings.list, self, gitlab }, deps);
    return admission && { runId: admission.runId, duplicate: admission.kind === 'duplicate' };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    deps.log.warn('merge of the target branch not admitted', { mergeRequestIid: event.mergeRequestIid, error });
    return undefined;
  }
}

/**
 * A delivery may be an old one that comes again, and does not say when it was true; so what has to be known before a
 * second run is started is read from GitLab. Ordinary deliveries never come here.
 */
async function isWantedAgain(
  ended: Run,
  task: ReviewTask,
  { gitlab, ...rules }: { binding: Binding; gitlab: ReviewReader; self: GitLabUser; now: number },
): Promise<boolean> {
  const { projectId, mergeRequestIid } = task;
  const [mergeRequest, discussions] = await Promise.all([
    gitlab.getMergeRequest(projectId, mergeRequestIid),
    gitlab.listDiscussions(projectId, mergeRequestIid),
  ]);
  const seen = { mergeRequest, discussions };
  const plan = planSeenReview(seen, rules.binding, { self: rules.self });
  return plan.action === 'enqueue' && plan.task.id === task.id && isReviewWantedAgain(ended, task, seen, rules);
}

type ReviewReader = Pick<GitLab, 'getMergeRequest' | 'listDiscussions'>;

async function handlePipelineEvent(
  event: PipelineEvent,
  binding: Binding,
  deps: GitLabWebhookDeps,
): Promise<DeliveryResult> {
  const { bindings } = await deps.mapping.current();
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  const result = await handlePipeline(event, { binding, bindings: bindings.list, gitlab }, deps);
  return 'skipped' in result ? result : { runId: result.runId, duplicate: result.kind === 'duplicate' };
}

async function handleNote(event: NoteEvent, binding: Binding, deps: GitLabWebhookDeps): Promise<DeliveryResult> {
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  const self = await findSelf(gitlab, event.actor);
  if (event.authorId !== self.id) await watchRequestedChanges(event, binding, deps);
  const traceparent = deps.traceparent();
  const plan = await planNoteEvent(event, binding, { gitlab, self, now: deps.clock.now(), traceparent });
  return plan.action === 'skip' ? skip(event, plan.reason, deps) : admit(plan.task, deps);
}

async function skip(
  event: MergeRequestEvent | NoteEvent,
  reason: string,
  { skipLog }: Pick<GitLabWebhookDeps, 'skipLog'>,
): Promise<DeliveryResult> {
  await recordSkip(event, reason, skipLog);
  return { skipped: reason };
}

async function admit(
  task: Task,
  deps: Pick<GitLabWebhookDeps, 'admit'>,
  options: Pick<AdmitOptions, 'isOver'> = {},
): Promise<DeliveryResult> {
  const { kind, runId } = await deps.admit(task, options);
  return { runId, duplicate: kind === 'duplicate' };
}
