import { describeFailure } from '../../../shared/domain/messages/describe-failure.ts';
import type { ResolvedBackPort } from '../../../shared/domain/messages/format-back-ports.ts';
import { describeUnresolved } from '../../../shared/domain/messages/format-target-merge.ts';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import {
  describeBackPort,
  listMergedCommits,
  nameBackPortBranch,
} from '../../../shared/services/notifications/open-back-ports.ts';
import { checkoutWorkBranch, findRemoteBranch } from '../../git/checkout-work-branch.ts';
import { fetchCommit } from '../../git/fetch-commits.ts';
import type { Repository } from '../../git/git.ts';
import { findCommit } from '../../git/list-commits.ts';
import { resolveObject } from '../../git/resolve-commits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { cloneTarget } from '../checkout/checkout-merge-request.ts';
import { Refusal } from '../delivery/refusal.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { deliverMerge } from '../merge/deliver-merge.ts';
import { mergeTargetBranch, type TargetMergeRequest } from '../merge/merge-target-branch.ts';
import { runMergeAgent } from '../merge/run-merge-agent.ts';
import { holdToPaths } from '../run/hold-to-paths.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { pickPlace, type UpdateRun } from './update-run.ts';

/** A back-port that is to be made, with the ticket it is for. */
interface BackPortRun extends UpdateRun {
  issue: Issue;
  /** Of the release. */
  branch: string;
  sourceBranch: string;
}

/**
 * Takes a merged change over to a release branch with which it conflicts: git applies it, the agent resolves what is
 * left, once, and what passes gate and `validate` becomes a draft. What is not resolved is left to people; the ticket
 * says what became of it. A merge request that is there is the end of it, and a branch that this run has pushed gets
 * one, so it may be killed anywhere.
 */
export async function takeOver(given: UpdateRun, branch: string, signal: AbortSignal): Promise<Outcome> {
  const found = await readBackPort(given, branch, signal);
  if (typeof found === 'string') return { kind: 'superseded', reason: found };
  const { gitlab, mergeRequest, sourceBranch } = found;
  const known = await gitlab.listMergeRequestsBySourceBranch(mergeRequest.projectId, sourceBranch);
  const same = known.find(({ targetBranch }) => targetBranch === branch);
  if (same) return opened(found, same, '');
  return withinMergeRequestLimits(found, signal, (limited) => resolveConflicts(limited, signal));
}

/** Why there is nothing to do, or what it is about. */
async function readBackPort(
  given: UpdateRun,
  branch: string,
  signal: AbortSignal,
): Promise<BackPortRun | 'back-ports-off' | 'not-merged' | 'issue-gone'> {
  const ticket = findTicketOfBranch(given.mergeRequest.sourceBranch, given.bindings);
  if (!ticket?.binding.resolveBackPorts) return 'back-ports-off';
  if (given.mergeRequest.state !== 'merged') return 'not-merged';
  const issue = await given.deps.jira?.findIssue(ticket.issueKey, signal);
  if (issue?.key !== ticket.issueKey) return 'issue-gone';
  const run = await holdToPaths({ ...given, binding: ticket.binding });
  const { mergeRequest, binding } = run;
  return { ...run, issue, branch, sourceBranch: nameBackPortBranch({ mergeRequest, issue, binding }, branch) };
}

async function resolveConflicts(run: BackPortRun, signal: AbortSignal): Promise<Outcome> {
  const { deps, context, mergeRequest, branch } = run;
  return withRunWorkspace(deps, async (workspace) => {
    const toRelease = { ...run, mergeRequest: { ...mergeRequest, targetBranch: branch } };
    const { repository, targetSha } = await cloneTarget(toRelease, { workspace, isForEditing: true }, signal);
    context.note({ baseSha: targetSha });
    await context.stage('cloned', { head: targetSha });
    const there = await findRemoteBranch(repository.git, repository.remote, run.sourceBranch, signal);
    if (there !== undefined) return goOnWith(run, { repository, sha: there }, signal);
    try {
      return await pickAndPush(run, { repository, targetSha, workspace }, signal);
    } catch (error) {
      // What the agent made of it may not be pushed. Nothing is, and a person has the command to do it by hand.
      if (error instanceof Refusal && !signal.aborted) return leave(run, describeRefusal(error));
      throw error;
    }
  });
}

/**
 * An earlier attempt has pushed and may not have lived to open the merge request, and people may have pushed on top of
 * it since. A branch without a commit of ours is people's and stays as it is.
 */
async function goOnWith(
  run: BackPortRun,
  { repository, sha }: { repository: Repository; sha: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const isOurs = await hasPushed(run, { repository, sha }, signal);
  const theirs = `There is a branch ${run.sourceBranch} that the agent has not made.`;
  return isOurs ? open(run, { summary: '', checks: [] }) : leave(run, theirs);
}

async function hasPushed(
  { context, sourceBranch: branch }: BackPortRun,
  { repository, sha }: { repository: Repository; sha: string },
  signal: AbortSignal,
): Promise<boolean> {
  const shas = await context.listPushed();
  if (shas.size === 0 || shas.has(sha)) return shas.has(sha);
  const { reused, baseSha } = await checkoutWorkBranch(repository, { branch, found: { sha } }, signal);
  return reused && (await findCommit(repository, { shas, from: baseSha }, signal)) !== undefined;
}

interface ReleaseClone {
  repository: Repository;
  targetSha: string;
  workspace: Workspace;
}

async function pickAndPush(run: BackPortRun, clone: ReleaseClone, signal: AbortSignal): Promise<Outcome> {
  const { binding, context, deps, issue, mergeRequest, branch, sourceBranch } = run;
  const { repository, workspace } = clone;
  const session = {
    binding,
    context,
    deps,
    repository,
    workspace,
    sourceBranch,
    targetBranch: branch,
    isBackPort: true,
  };
  const request: TargetMergeRequest = {
    context,
    deps,
    binding,
    ...clone,
    branch: sourceBranch,
    targetBranch: branch,
    describe: { runId: context.run.runId, issueKey: issue.key },
    pick: { ...(await fetchChange(run, repository, signal)), summary: `Take !${mergeRequest.iid} over to ${branch}` },
    resolve: (conflict) => runMergeAgent(session, conflict, signal),
  };
  const picked = await mergeTargetBranch(request, signal);
  if (picked.kind === 'up-to-date') return end(run, { what: 'back-port-there-already' });
  if (picked.kind === 'unresolved') return leave(run, describeUnresolved(picked));
  const checks = await deliverMerge(request, picked, signal);
  await context.stage('pushed', { sha: picked.sha });
  return open(run, { files: picked.resolved, summary: picked.summary, checks });
}

/** The two ends of the change, in the clone, and the commits that people read of it. */
async function fetchChange(
  { gitlab, mergeRequest }: BackPortRun,
  repository: Repository,
  signal: AbortSignal,
): Promise<{ base: string; sha: string; from: string[] }> {
  const { commits } = await listMergedCommits(mergeRequest, gitlab);
  const [first, last] = [commits[0], commits.at(-1)];
  if (first === undefined || last === undefined) throw new TaskError('commits-not-sent');
  await fetchCommit(repository, last, { depth: commits.length + 50 }, signal);
  // Of several commits it is where the merge request began: one of them may be a merge of the target branch.
  const began = commits.length > 1 ? mergeRequest.diffRefs?.baseSha : undefined;
  if (began !== undefined) await fetchCommit(repository, began, { depth: 1 }, signal);
  return { base: began ?? (await resolveObject(repository, `${first}^1`, signal)), sha: last, from: commits };
}

async function open(run: BackPortRun, resolved: ResolvedBackPort): Promise<Outcome> {
  const { gitlab, mergeRequest, binding, issue, branch, sourceBranch, deps, context } = run;
  const described = describeBackPort({ mergeRequest, issue, binding }, { sourceBranch, branch, resolved });
  const description = deps.maskWritten(described.description ?? '');
  const draft = await gitlab.createMergeRequest(mergeRequest.projectId, { ...described, description });
  await context.stage('merge-request-open', { iid: draft.iid });
  return opened(run, draft, resolved.summary);
}

function opened({ sourceBranch: branch }: BackPortRun, { iid, webUrl }: MergeRequest, said: string): Outcome {
  const summary = said === '' ? {} : { summary: said.slice(0, 500) };
  const about = { branch, mergeRequestIid: iid, mergeRequestUrl: webUrl };
  return { kind: 'done', result: { what: 'back-port-opened', ...about, ...summary } };
}

/** Long enough for what people need to know; the record of the run and its log have the rest. */
const MAX_WHY = 600;

/** Nothing is pushed, and people are told `why`: the comment on the ticket quotes it. */
function leave(run: BackPortRun, why: string): Outcome {
  return end(run, { what: 'back-port-left', summary: fitText(oneLine(run.deps.maskWritten(why)), MAX_WHY) });
}

function describeRefusal({ code, detail = '' }: Refusal): string {
  const described = describeFailure({ code, detail });
  return [described.sentence, described.detail ?? ''].join(' ').trim();
}

function end(run: BackPortRun, result: Pick<RunResult, 'what' | 'summary'>): Outcome {
  return { kind: 'done', result: { ...pickPlace(run), branch: run.sourceBranch, ...result } };
}
