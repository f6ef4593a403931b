import type { QueuedWait } from '../../../shared/domain/messages/format-ticket-note.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { findRequest } from '../../../shared/domain/tasks/find-request.ts';
import { findForeignMarker } from '../../../shared/domain/tasks/issue-marker.ts';
import { type Commit, listCommits } from '../../git/list-commits.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import { type Workspace, withWorkspace } from '../../workspace/workspace.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { withinLimits } from '../limits/within-limits.ts';
import { bothOrFirstFailure } from '../run/both-or-first-failure.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { DeliveredChange, NoChange } from './change.ts';
import { type CodingOrder, readCodingOrder } from './coding-order.ts';
import { deliverChange } from './deliver-change.ts';
import { describeChecks } from './describe-checks.ts';
import { findEndedChange } from './find-ended-change.ts';
import { gatherContext } from './gather-context.ts';
import { openMergeRequest } from './open-merge-request.ts';
import { type OpenBranch, openWorkBranch } from './open-work-branch.ts';
import { announceWork, reportNothing, reportQueued, reportResult, reportSuperseded } from './report-coding.ts';
import { type CodingSession, runCodingAgent } from './run-coding-agent.ts';
import { startAnew } from './start-anew.ts';
import { withIssueMarker } from './with-issue-marker.ts';

/**
 * Implements an issue: ticket in progress, clone, agent, gate, commit, push, draft merge request, ticket in review. Every step
 * finds what an earlier attempt has done already, so a run may be killed anywhere and performed again. It waits its turn while
 * another deployment works on the issue, or limits of the binding or the deployment are reached.
 */
export async function performCoding(
  task: CodingTask,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const order = await readCodingOrder(task, context, deps, signal);
  if (typeof order === 'string') return reportSuperseded(order, task, context, deps, signal);

  const { agentId } = deps.settings;
  const elsewhere = findForeignMarker(order.issue.claim, agentId, deps.clock.now());
  if (elsewhere) return { kind: 'wait', reason: 'claimed-elsewhere', until: elsewhere.expiresAt };

  const { run } = context;
  const notifyQueued = (wait: QueuedWait) => reportQueued(order, wait, context, deps, signal);
  return withinLimits({ run, binding: order.binding, notifyQueued }, deps, signal, (limited) =>
    withIssueMarker({ issueKey: order.issue.key, runId: run.runId }, { ...deps, agentId }, signal, () =>
      implement(order, context, { ...deps, ...limited }, signal),
    ),
  );
}

async function implement(
  order: CodingOrder,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const gitlab = await deps.gitlabFor(order.binding.credentialRef);
  const workspaceDeps = { root: deps.settings.workspaceRoot, clock: deps.clock, pid: process.pid };
  return withWorkspace(workspaceDeps, async (workspace, releaseWorkspace) => {
    // The clone is what takes time; the ticket is moved meanwhile.
    const found = await bothOrFirstFailure(
      (cloning) => openWorkBranch(order, context.run.runId, workspace, deps, cloning),
      () => announceWork(order, context, deps, signal),
      signal,
    );
    const [newest] = await gitlab.listMergeRequestsBySourceBranch(order.project.projectId, order.branch);
    const ended = await findEndedChange(found, newest, context.run, signal);
    if (ended && newest)
      return reportResult(order, { ...describeCommit(ended, order), mergeRequest: newest }, context, deps, signal);

    const open = await startAnew(order, found, newest, deps, signal);
    await context.stage('cloned', { branch: order.branch, reused: open.work.reused });

    const change = open.ownCommit
      ? await recoverChange(order, open, open.ownCommit, signal)
      : await makeChange(order, open, workspace, { context, deps, gitlab, newest }, signal);
    if (change.kind === 'nothing') return reportNothing(order, change, context, deps, signal);

    releaseWorkspace();
    await context.stage('pushed', { sha: change.sha });
    const content = { ...change, runId: context.run.runId };
    const { mergeRequest, created } = await openMergeRequest(order, content, { gitlab, log: deps.log });
    await context.stage('merge-request-open', { iid: mergeRequest.iid, created });
    return reportResult(order, { ...change, mergeRequest }, context, deps, signal);
  });
}

interface Tools {
  context: RunContext;
  deps: RunnerDeps;
  gitlab: GitLab;
  /** The newest merge request of the branch. */
  newest: MergeRequest | undefined;
}

async function makeChange(
  order: CodingOrder,
  open: OpenBranch,
  workspace: Workspace,
  { context, deps, gitlab, newest }: Tools,
  signal: AbortSignal,
): Promise<DeliveredChange | NoChange> {
  const { repository, work: branch } = open;
  const history = { run: context.run, newest, reused: branch.reused };
  const [{ comments, rework }, instructionFiles] = await Promise.all([
    gatherContext(order, history, { gitlab, deps }, signal),
    listInstructionFiles(repository, branch.targetSha, signal),
  ]);
  const conversation = { comments, ...(rework ? { rework } : {}) };
  const session: CodingSession = { order, open, workspace, instructionFiles, conversation };

  await context.stage('agent-started');
  const { result, usage } = await runCodingAgent(session, context, deps, signal);
  await context.stage('agent-finished', { ...usage });

  const { issue, binding } = order;
  const subject = `${issue.key}: ${issue.summary}`;
  const work = { binding, runId: context.run.runId, subject, body: result.summary };
  const sha = await commitWork(repository, work, deps, signal);
  if (!sha) {
    const { summary, question } = result;
    return { kind: 'nothing', summary, usage, ...(question === undefined ? {} : { question }) };
  }
  const delivery = await deliverChange(session, open.work.headSha, context, deps, signal);
  return {
    kind: 'delivered',
    sha: delivery.sha,
    checks: [...describeChecks(result), ...delivery.checks],
    usage,
    rework: open.work.reused,
    seenRequest: findRequest(order.issue, order.binding.trigger).revision,
    ...describeResult(result),
  };
}

function describeResult({ summary, plan }: CodingResult): { summary: string; plan?: string } {
  return { summary, ...(plan ? { plan: plan.map((step, index) => `${index + 1}. ${step}`).join('\n') } : {}) };
}

/** An earlier attempt has pushed: its commit says what it did. */
async function recoverChange(
  order: CodingOrder,
  { repository, work }: OpenBranch,
  sha: string,
  signal: AbortSignal,
): Promise<DeliveredChange> {
  const commits = await listCommits(repository, work.baseSha, sha, signal);
  const commit = commits.find((candidate) => candidate.sha === sha) ?? { sha, subject: '', body: '' };
  return { ...describeCommit(commit, order), rework: commits.length > 1 };
}

function describeCommit(
  { sha, subject, body }: Pick<Commit, 'sha' | 'subject' | 'body'>,
  { ownRequest }: CodingOrder,
): DeliveredChange {
  return {
    seenRequest: ownRequest,
    kind: 'delivered',
    sha,
    summary: body || subject,
    checks: [],
    usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
    rework: false,
  };
}
