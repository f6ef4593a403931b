import { fromCriteriaEvents } from '../../../shared/domain/criteria/criteria-event.ts';
import { judgeCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import { formatAllowed } from '../../../shared/domain/messages/format-refused-work.ts';
import { findRefusedWork, type KeptRefused, parseKeptRefused } from '../../../shared/domain/runs/refused-work.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { findRequest } from '../../../shared/domain/tasks/find-request.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { applyPatch } from '../../git/apply-patch.ts';
import { REMOTE_BRANCH_REF, type WorkBranch } from '../../git/checkout-work-branch.ts';
import type { Repository } from '../../git/git.ts';
import { resetWorkTree } from '../../git/reset-work-tree.ts';
import { removeRef, writeRef } from '../../git/write-ref.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { buildMessage, type WorkToCommit } from '../delivery/commit-work.ts';
import { deliverCommit } from '../delivery/deliver-commit.ts';
import type { WorkRequest } from '../delivery/deliver-work.ts';
import { Refusal } from '../delivery/refusal.ts';
import type { DeliveredChange, NoChange } from './change.ts';
import type { CodingRun } from './coding-run.ts';
import { keepRefused } from './keep-refused.ts';
import type { OpenBranch } from './open-work-branch.ts';

/**
 * Delivers work that was refused and that a maintainer lets pass, without another session: what people have read is
 * what is delivered. `undefined` where it was not kept whole, is not what was recorded, does not fit the branch as it
 * is by now or is refused for something else; then the branch is as it was.
 * @throws {TaskError} what `deliverCommit` does, but for what the gate and `validate` refuse; a conflict with where the
 * work is kept once more.
 */
export async function deliverKept(
  coding: CodingRun,
  open: OpenBranch,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<DeliveredChange | NoChange | undefined> {
  const { allowance, others, deps, context } = coding;
  const run = others.find(({ runId }) => runId === allowance?.run);
  if (!allowance || !run) return undefined;
  const events = await deps.listRunEvents(run.runId);
  const kept = await readKept(run, events, coding);
  const commit = kept && (await apply(coding, open, kept, signal));
  if (!kept || commit === undefined) return undefined;
  context.log.info('kept work taken up', { from: run.runId });
  const delivered = await deliver(coding, open, { kept, commit, workspace }, signal);
  if (!delivered) return undefined;
  const { summary } = kept;
  if (delivered.kind === 'nothing') return { kind: 'nothing', summary, leftOut: [delivered.why], usage: NO_USAGE };
  const judged = judgeCriteria(coding.criteria, fromCriteriaEvents(events, coding.criteria));
  return {
    kind: 'delivered',
    sha: delivered.sha,
    summary,
    ...(kept.plan === undefined ? {} : { plan: kept.plan }),
    checks: [...kept.checks, ...delivered.checks, ...formatAllowed(allowance)],
    usage: NO_USAGE,
    rework: open.work.reused,
    seenRequest: findRequest(coding.issue, coding.binding.trigger).revision,
    ...(judged ? { criteria: judged } : {}),
  };
}

const NO_USAGE = { modelCalls: 0, inputTokens: 0, outputTokens: 0 };

/** By the digest in the record of the run: what lies beside transcripts is no proof of what people read. */
async function readKept(run: Run, events: readonly RunEvent[], { deps }: CodingRun): Promise<KeptRefused | undefined> {
  const digest = findRefusedWork(events)?.digest;
  const text = digest === undefined ? undefined : await deps.files?.findNewest(run, 'refused.json');
  const kept = text === undefined ? undefined : parseKeptRefused(text);
  return kept && sha256(kept.patch) === digest ? kept : undefined;
}

function toCommit({ allowance, binding, context, issue }: CodingRun, { summary }: KeptRefused): WorkToCommit {
  return {
    allowed: allowance?.files,
    binding,
    runId: context.run.runId,
    issueKey: issue.key,
    issueType: issue.details?.type,
    summary: issue.summary,
    body: summary,
  };
}

async function apply(
  coding: CodingRun,
  { repository }: OpenBranch,
  kept: KeptRefused,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { deps } = coding;
  const { author } = deps.settings;
  const message = buildMessage(toCommit(coding, kept), deps);
  return applyPatch(repository, { patch: kept.patch, author, ...message }, signal);
}

async function deliver(
  coding: CodingRun,
  { repository, work }: OpenBranch,
  { kept, commit, workspace }: { kept: KeptRefused; commit: string; workspace: Workspace },
  signal: AbortSignal,
) {
  const { allowance, binding, branch, context, deps } = coding;
  const request: WorkRequest = {
    context,
    deps,
    repository,
    workspace,
    binding,
    branch,
    targetSha: work.targetSha,
    allowed: allowance?.files,
    state: { base: work.headSha, objects: new Set<string>(), commit },
    describe: () => toCommit(coding, kept),
    repair: (refusal) => Promise.reject(refusal),
  };
  try {
    return await deliverCommit(request, signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // A conflict is with commits that the clone stands on by now: another attempt of the ticket begins on them.
    if (error.code === 'rebase-conflict') {
      const result = { summary: kept.summary, tests: [] };
      throw await keepRefused({ coding, request, result, keptBefore: kept }, error, signal);
    }
    context.log.info('kept work refused again', { code: error.code });
    await restore(repository, work, signal);
    return undefined;
  }
}

/**
 * As the branch was opened, also in what is known of GitLab: the session stands on that, so its delivery has to see
 * again what people pushed meanwhile.
 */
async function restore(repository: Repository, { headSha, reused }: WorkBranch, signal: AbortSignal): Promise<void> {
  await resetWorkTree(repository, { sha: headSha }, signal);
  if (reused) await writeRef(repository, REMOTE_BRANCH_REF, headSha);
  else await removeRef(repository, REMOTE_BRANCH_REF);
}
