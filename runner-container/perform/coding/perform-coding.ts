import { judgeCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { QueuedWait } from '../../../shared/domain/messages/format-ticket-note.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { type Allowance, toAllowedFields } from '../../../shared/domain/runs/allowed-event.ts';
import { toDescribedField } from '../../../shared/domain/runs/described-event.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { toOwedReviewersField } from '../../../shared/domain/runs/reviewers-event.ts';
import { findForeignMarker } from '../../../shared/domain/tasks/issue-marker.ts';
import { once } from '../../../shared/kernel/once.ts';
import { hasCommit } from '../../git/checkout-commit.ts';
import { type Commit, listCommits } from '../../git/list-commits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { checkCommit, toCheckedFields } from '../delivery/check-commit.ts';
import { withOneBudget } from '../limits/with-one-budget.ts';
import { withinLimits } from '../limits/within-limits.ts';
import { bothOrFirstFailure } from '../run/both-or-first-failure.ts';
import type { RunContext } from '../run/run-context.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import type { DeliveredChange } from './change.ts';
import { chooseStep, recordStep } from './choose-step.ts';
import { type ActiveCoding, type CodingRun, readCodingRun } from './coding-run.ts';
import { decideAllow } from './decide-allow.ts';
import { deliverKept } from './deliver-kept.ts';
import { findEndedChange } from './find-ended-change.ts';
import { listOwnMergeRequests } from './list-own-merge-requests.ts';
import { makeChange } from './make-change.ts';
import { mendsOwnFindings, openMergeRequest } from './open-merge-request.ts';
import { type OpenBranch, openWorkBranch } from './open-work-branch.ts';
import { performInShadow } from './perform-shadow.ts';
import { planFirst, type WorkStep } from './plan-first.ts';
import { type HouseConventions, readConventions } from './read-conventions.ts';
import { removeKeptBranch } from './remove-kept-branch.ts';
import { renewDescription } from './renew-description.ts';
import { reportAllowRefused } from './report-allow.ts';
import { announceWork, reportNothing, reportQueued, reportResult, reportSuperseded } from './report-coding.ts';
import { reportApprovalRefused } from './report-plan.ts';
import { showProgress } from './show-progress.ts';
import { startAnew } from './start-anew.ts';
import { takeIssueAttachments } from './take-issue-attachments.ts';
import { withIssueMarker } from './with-issue-marker.ts';

/**
 * Implements an issue: ticket in progress, clone, agent, gate, commit, push, draft merge request, ticket in review.
 * Every step finds what an earlier attempt has done already, so a run may be killed anywhere and performed again. It
 * waits while another deployment works on the issue, or limits of the binding or the deployment are reached. A binding
 * in shadow is worked on by `performInShadow`.
 */
export async function performCoding(active: ActiveCoding, signal: AbortSignal): Promise<Outcome> {
  const found = await readCodingRun(active, signal);
  if (typeof found === 'string') return reportSuperseded(active, found, signal);

  if (found.binding.mode !== 'live') return performInShadow(found, signal);

  const decision = await decideAllow(found, signal);
  if ('refusal' in decision) return reportAllowRefused(found, decision.refusal, signal);
  if ('superseded' in decision) return reportSuperseded(active, decision.superseded, signal);
  const coding: CodingRun = { ...found, ...decision };

  const step = await chooseStep(coding, signal);
  if (step.kind === 'superseded') return reportSuperseded(active, 'request-answered', signal);
  if (step.kind === 'refused') return reportApprovalRefused(coding, step.reason, signal);

  const { issue, binding, deps } = coding;
  const { run } = coding.context;
  const { agentId } = deps.settings;
  const elsewhere = findForeignMarker(issue.marker, agentId, deps.clock.now());
  if (elsewhere) return { kind: 'wait', reason: 'claimed-elsewhere', until: elsewhere.expiresAt };

  const notifyQueued = (wait: QueuedWait) => reportQueued(coding, wait, signal);
  return withinLimits({ run, binding, notifyQueued }, deps, signal, (limited) =>
    withIssueMarker({ issueKey: issue.key, runId: run.runId }, { ...deps, agentId }, signal, () =>
      implement({ ...coding, deps: { ...deps, ...limited } }, step, signal),
    ),
  );
}

async function implement(given: CodingRun, step: WorkStep, signal: AbortSignal): Promise<Outcome> {
  const coding = step.kind === 'plan' ? withOneBudget(given) : given;
  const { binding, branch, context, deps } = coding;
  if (coding.allowance) await recordAllowance(coding.context, coding.allowance);
  await recordStep(coding, step);
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  return withRunWorkspace(deps, async (workspace, releaseWorkspace) => {
    // The clone is what takes time; the ticket is moved meanwhile.
    const [found, announced] = await bothOrFirstFailure(
      (cloning) => openWorkBranch(coding, { workspace, isForEditing: step.kind === 'code' }, cloning),
      () => announceWork(coding, { plans: step.kind === 'plan' }, signal),
      signal,
    );
    const [newest] = await listOwnMergeRequests(coding, gitlab);
    const ended = await findEndedChange(found, newest, context, signal);
    if (ended && newest)
      return reportResult(coding, { ...(await describeCommit(ended, coding)), mergeRequest: newest }, signal);

    const open = await startAnew(coding, found, newest, signal);
    context.note({ baseSha: open.work.headSha });
    await context.stage('cloned', { branch, reused: open.work.reused });

    const attachments = once(() => takeIssueAttachments(coding, workspace, signal));
    const tools = { workspace, gitlab, newest, attachments };
    const planned = await planFirst(coding, open, { step, ...tools }, signal);
    if ('ended' in planned) return planned.ended;
    if ('nothing' in planned) return reportNothing(coding, planned.nothing, signal);
    const change = open.ownCommit
      ? await recoverChange(planned.coding, open, { commit: open.ownCommit, workspace }, signal)
      : ((await deliverKept(planned.coding, open, workspace, signal)) ??
        (await makeChange(showProgress(planned.coding, announced, signal), open, tools, signal)));
    if (change.kind === 'nothing') return reportNothing(planned.coding, change, signal);
    await removeKeptBranch(planned.coding, open.repository, signal);

    const conventions = await readConventions(planned.coding, { ...open, sha: change.sha }, signal);
    releaseWorkspace();
    return reportChange(planned.coding, { ...change, conventions }, gitlab, signal);
  });
}

/** Keeps who let which file pass which rule, for people who ask later. */
async function recordAllowance(context: RunContext, allowance: Allowance): Promise<void> {
  const { by, maintainer, files } = allowance;
  context.note({
    allowed: { by, maintainer, files: files.slice(0, MAX_FACTS).map(({ path, rule }) => ({ path, rule })) },
  });
  await context.stage('allowed', toAllowedFields(allowance));
}

/** A row of the ledger holds them beside all else; the event has more. */
const MAX_FACTS = 50;

/** What is pushed becomes a merge request, and the ticket says so. */
async function reportChange(
  coding: CodingRun,
  { conventions, ...delivered }: DeliveredChange & { conventions: HouseConventions },
  gitlab: GitLab,
  signal: AbortSignal,
): Promise<Outcome> {
  const { plan, context, deps } = coding;
  signal.throwIfAborted();
  await context.stage('pushed', { sha: delivered.sha });
  const change = plan ? { ...delivered, plan: plan.text } : delivered;
  const content = { ...change, conventions, runId: context.run.runId, ...(plan ? { carriedPlan: plan } : {}) };
  const opened = await openMergeRequest(coding, content, { ...deps, gitlab });
  const { mergeRequest, created } = opened;
  const described = await renewDescription(coding, content, opened, { gitlab });
  await context.stage('merge-request-open', {
    iid: mergeRequest.iid,
    created,
    ...(described ? toDescribedField(described) : {}),
    ...(opened.owedReviewers ? toOwedReviewersField(opened.owedReviewers) : {}),
  });
  if (mendsOwnFindings(coding.binding)) {
    const { projectId, iid } = mergeRequest;
    await deps.outbox.enqueue({ kind: 'own-review-due', projectId, iid });
  }
  return reportResult(coding, { ...change, mergeRequest }, signal);
}

/** An earlier attempt has pushed: its commit says what it did, and passes the gate like any other. */
async function recoverChange(
  coding: CodingRun,
  { repository, work }: OpenBranch,
  { commit, workspace }: { commit: Commit; workspace: Workspace },
  signal: AbortSignal,
): Promise<DeliveredChange> {
  const { context, deps, binding } = coding;
  const allowed = coding.allowance?.files;
  const request = { deps, repository, workspace, binding, targetSha: work.targetSha, allowed };
  // A merge was judged by what the agent made of it, which is not known any more; the target branch's part is not ours.
  const isMerge = await hasCommit(repository, `${commit.sha}^2`, signal);
  const from = isMerge ? commit.sha : `${commit.sha}^`;
  const checked = await checkCommit(request, { from, to: commit.sha }, signal);
  await context.stage('checked', toCheckedFields(checked));
  const commits = await listCommits(repository, work.baseSha, commit.sha, signal);
  return { ...(await describeCommit(commit, coding)), checks: checked.checks, rework: commits.length > 1 };
}

async function describeCommit(
  { sha, subject, body }: Pick<Commit, 'sha' | 'subject' | 'body'>,
  { ownRequest, criteria, context }: Pick<CodingRun, 'ownRequest' | 'criteria' | 'context'>,
): Promise<DeliveredChange> {
  const answers = criteria.listed.length > 0 ? await context.listCriteriaAnswers(criteria) : [];
  const judged = judgeCriteria(criteria, answers);
  return {
    seenRequest: ownRequest,
    kind: 'delivered',
    sha,
    summary: body || subject,
    checks: [],
    usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
    rework: false,
    ...(judged ? { criteria: judged } : {}),
  };
}
