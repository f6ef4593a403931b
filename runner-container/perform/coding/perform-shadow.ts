import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { hasBegunBefore } from '../../../shared/domain/runs/run.ts';
import { once } from '../../../shared/kernel/once.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { withOneBudget } from '../limits/with-one-budget.ts';
import { withinLimits } from '../limits/within-limits.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { withholdGitLab } from '../shadow/withhold-gitlab.ts';
import { withholdJira } from '../shadow/withhold-jira.ts';
import type { DeliveredChange, NoChange } from './change.ts';
import { chooseStep, recordStep } from './choose-step.ts';
import type { CodingRun } from './coding-run.ts';
import { listOwnMergeRequests } from './list-own-merge-requests.ts';
import { makeChange } from './make-change.ts';
import { type OpenBranch, openWorkBranch } from './open-work-branch.ts';
import { type PlanTools, planFirst, type WorkStep } from './plan-first.ts';
import { findKeptShadow, keepShadow, reportShadow } from './report-shadow.ts';
import { startAnew } from './start-anew.ts';
import { takeIssueAttachments } from './take-issue-attachments.ts';

/**
 * Implements an issue to be judged: clone, agent, gate and `validate` as ever, and then a patch in place of a push. It
 * shows no marker on the issue and waits for none, because it is in the way of no other deployment. The run has a Jira
 * and a GitLab that change nothing; only its report goes to the ticket, where the binding wants it there. What was
 * kept by an earlier attempt is reported without another session.
 */
export async function performInShadow(given: CodingRun, signal: AbortSignal): Promise<Outcome> {
  const { binding, context } = given;
  if (binding.mode !== 'live') context.note({ mode: binding.mode });
  const kept = hasBegunBefore(context.run) ? await findKeptShadow(given) : undefined;
  if (kept) return reportShadow(given, kept, signal);

  const coding = withhold(given);
  const step = await chooseStep(coding, signal);
  if (step.kind === 'superseded') return { kind: 'superseded', reason: 'request-answered' };
  if (step.kind === 'refused') return { kind: 'superseded', reason: step.reason };
  const { deps } = coding;
  const limited = { run: context.run, binding, notifyQueued: async () => {} };
  return withinLimits(limited, deps, signal, async (limits) => {
    const made = await work({ ...coding, deps: { ...deps, ...limits } }, step, signal);
    return reportShadow(given, made, signal);
  });
}

function withhold(coding: CodingRun): CodingRun {
  const { deps, context } = coding;
  const { jira, gitlabFor } = deps;
  return {
    ...coding,
    deps: {
      ...deps,
      jira: withholdJira(jira, context.log),
      gitlabFor: async (ref) => withholdGitLab(await gitlabFor(ref), () => {}),
    },
  };
}

async function work(given: CodingRun, step: WorkStep, signal: AbortSignal) {
  const coding = step.kind === 'plan' ? withOneBudget(given) : given;
  const { binding, deps } = coding;
  await recordStep(coding, step);
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  return withRunWorkspace(deps, async (workspace) => {
    const [newest] = await listOwnMergeRequests(coding, gitlab);
    const open = await openBranch(coding, { workspace, newest, isForEditing: step.kind === 'code' }, signal);
    const attachments = once(() => takeIssueAttachments(coding, workspace, signal));
    const tools = { step, workspace, gitlab, newest, attachments };
    const { coding: planned, change } = await makePlannedChange(coding, open, tools, signal);
    return keepShadow(planned, change, open, signal);
  });
}

async function openBranch(
  coding: CodingRun,
  {
    workspace,
    newest,
    isForEditing,
  }: { workspace: Workspace; newest: MergeRequest | undefined; isForEditing: boolean },
  signal: AbortSignal,
): Promise<OpenBranch> {
  const { branch, context } = coding;
  const found = await openWorkBranch(coding, { workspace, isForEditing }, signal);
  // What an attempt that was not in shadow has pushed is what this one builds on.
  const open = await startAnew(coding, { ...found, ownCommit: undefined }, newest, signal);
  context.note({ baseSha: open.work.headSha });
  await context.stage('cloned', { branch, reused: open.work.reused });
  return open;
}

async function makePlannedChange(
  coding: CodingRun,
  open: OpenBranch,
  tools: PlanTools,
  signal: AbortSignal,
): Promise<{ coding: CodingRun; change: DeliveredChange | NoChange }> {
  const planned = await planFirst(coding, open, tools, signal);
  if ('ended' in planned) throw new Error('No plan waits in shadow');
  if ('nothing' in planned) return { coding, change: planned.nothing };
  return { coding: planned.coding, change: await makeChange(planned.coding, open, tools, signal) };
}
