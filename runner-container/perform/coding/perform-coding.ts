import type { GitLab } from '../../../shared/gitlab/gitlab.ts';
import type { CodingResult } from '../../../shared/prompts/coding-result.ts';
import type { Outcome, Usage } from '../../../shared/tasks/outcome.ts';
import type { CodingTask } from '../../../shared/tasks/task.ts';
import { listCommits } from '../../git/list-commits.ts';
import type { RunContext } from '../../run-context.ts';
import { type Workspace, withWorkspace } from '../../workspace.ts';
import type { RunnerDeps } from '../runner-deps.ts';
import { type CodingOrder, readCodingOrder } from './coding-order.ts';
import { commitChange } from './commit-change.ts';
import { deliverCommit } from './deliver-commit.ts';
import { describeChecks } from './describe-checks.ts';
import { gatherContext } from './gather-context.ts';
import { openMergeRequest } from './open-merge-request.ts';
import { type OpenBranch, openWorkBranch } from './open-work-branch.ts';
import { announceWork, reportNothing, reportResult } from './report-coding.ts';
import { type CodingSession, runCodingAgent } from './run-coding-agent.ts';

/**
 * Implements an issue: ticket in progress, clone, agent, gate, commit, push, draft merge request, ticket in review. Every step
 * finds what an earlier attempt has done already, so a run may be killed anywhere and performed again.
 */
export async function performCoding(
  task: CodingTask,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const order = await readCodingOrder(task, context, deps, signal);
  if (!order) return { kind: 'superseded', reason: 'issue-moved-on' };

  const gitlab = await deps.gitlabFor(order.binding.credentialRef);
  await announceWork(order, context, deps, signal);
  const workspaceDeps = { root: deps.settings.workspaceRoot, clock: deps.clock, pid: process.pid };
  return withWorkspace(workspaceDeps, async (workspace) => {
    const open = await openWorkBranch(order, context.run.runId, workspace, deps, signal);
    await context.stage('cloned', { branch: order.branch, reused: open.work.reused });

    const change = open.ownCommit
      ? await recoverChange(open, open.ownCommit, signal)
      : await makeChange(order, open, workspace, { context, deps, gitlab }, signal);
    if (change.kind === 'nothing') return reportNothing(order, change, context, deps, signal);

    await context.stage('pushed', { sha: change.sha });
    const content = { ...change, runId: context.run.runId };
    const { mergeRequest, created } = await openMergeRequest(order, content, gitlab);
    await context.stage('merge-request-open', { iid: mergeRequest.iid, created });
    return reportResult(order, { ...change, mergeRequest }, context, deps, signal);
  });
}

/** What a run did to the branch. */
export interface DeliveredChange {
  kind: 'delivered';
  sha: string;
  summary: string;
  plan?: string;
  checks: string[];
  usage: Usage;
  rework: boolean;
}

/** The agent left everything as it was. */
export interface NoChange {
  kind: 'nothing';
  summary: string;
  question?: string;
  usage: Usage;
}

interface Tools {
  context: RunContext;
  deps: RunnerDeps;
  gitlab: GitLab;
}

async function makeChange(
  order: CodingOrder,
  open: OpenBranch,
  workspace: Workspace,
  { context, deps, gitlab }: Tools,
  signal: AbortSignal,
): Promise<DeliveredChange | NoChange> {
  const { comments, rework } = await gatherContext(order, context.run, { gitlab, deps }, signal);
  const conversation = { comments, ...(rework ? { rework } : {}) };
  const session: CodingSession = { order, open, workspace, conversation };

  await context.stage('agent-started');
  const { result, usage } = await runCodingAgent(session, context, deps, signal);
  await context.stage('agent-finished', { ...usage });

  const commit = { order, result, runId: context.run.runId };
  const sha = await commitChange(open.repository, commit, deps, signal);
  if (!sha) {
    const { summary, question } = result;
    return { kind: 'nothing', summary, usage, ...(question === undefined ? {} : { question }) };
  }
  const delivery = await deliverCommit(session, open.work.headSha, context, deps, signal);
  return {
    kind: 'delivered',
    sha: delivery.sha,
    checks: [...describeChecks(result), ...delivery.checks],
    usage,
    rework: open.work.reused,
    ...describeResult(result),
  };
}

function describeResult({ summary, plan }: CodingResult): { summary: string; plan?: string } {
  return { summary, ...(plan ? { plan: plan.map((step, index) => `${index + 1}. ${step}`).join('\n') } : {}) };
}

/** An earlier attempt has pushed: its commit says what it did. */
async function recoverChange(
  { repository, work }: OpenBranch,
  sha: string,
  signal: AbortSignal,
): Promise<DeliveredChange> {
  const commits = await listCommits(repository, work.baseSha, sha, signal);
  const commit = commits.find((candidate) => candidate.sha === sha);
  return {
    kind: 'delivered',
    sha,
    summary: commit?.body || commit?.subject || '',
    checks: [],
    usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
    rework: commits.length > 1,
  };
}
