import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { offerSkills } from '../../../shared/domain/prompts/offer-skills.ts';
import { buildPipelineInstructions } from '../../../shared/domain/prompts/pipeline-instructions.ts';
import { buildPipelinePrompt } from '../../../shared/domain/prompts/pipeline-prompt.ts';
import { PIPELINE_RESULT_TOOL, type PipelineResult } from '../../../shared/domain/prompts/pipeline-result.ts';
import { checkoutWorkBranch, type WorkBranch } from '../../git/checkout-work-branch.ts';
import { diffRange } from '../../git/diff-range.ts';
import type { Repository } from '../../git/git.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { cloneTarget } from '../checkout/checkout-merge-request.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { deliverCommit } from '../delivery/deliver-commit.ts';
import { readVariables } from '../delivery/read-variables.ts';
import { sessionBase } from '../limits/session-base.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import { findIssueKey } from '../run/find-issue-key.ts';
import { holdToPaths } from '../run/hold-to-paths.ts';
import { maskBranches } from '../run/mask-branches.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { type AssertWanted, findActOfPeople, type GaveWay, orGiveWay } from './give-way.ts';
import { protectPipelines } from './protect-pipelines.ts';
import type { Failure } from './read-failure.ts';
import type { UpdateRun } from './update-run.ts';

/** What a session with a failed pipeline has done; without a commit it found nothing to change. */
export interface Repaired {
  summary: string;
  commitSha?: string;
}

interface Given {
  failure: Failure;
  isMergedResult: boolean;
}

/**
 * One session with a failed pipeline, and its change pushed on top of the source branch, unless people have pushed
 * there, merged or closed by then. Besides what the binding protects, what decides which pipelines run stays protected:
 * a log could ask for it.
 * @throws {AgentFailure}; {Refusal} `change-refused`, `validation-failed`; {TaskError} of git, `gitlab-*`.
 */
export async function runRepairSession(
  asked: UpdateRun,
  given: Given,
  signal: AbortSignal,
): Promise<Repaired | GaveWay> {
  const run = await holdToPaths(asked);
  const { mergeRequest, context, deps, task } = run;
  const binding = protectPipelines(run.binding);
  return withRunWorkspace(deps, async (workspace) => {
    const { repository } = await cloneTarget(run, { workspace, isForEditing: true }, signal);
    const work = await checkoutWorkBranch(repository, { branch: mergeRequest.sourceBranch }, signal);
    if (!work.reused || work.headSha !== task.headSha) return 'newer-head';
    context.note({ baseSha: work.headSha });
    await context.stage('cloned', { head: work.headSha });
    await readVariables(binding, deps);
    const tree = { repository, work, workspace };
    const { summary, commitSubject } = await runAgent({ ...run, binding }, tree, given, signal);
    const message = { runId: context.run.runId, issueKey: findIssueKey(run), body: summary };
    const toCommit = { binding, ...message, summary: commitSubject || 'Repair the pipeline' };
    const committed = await commitWork(repository, toCommit, deps, signal);
    if (!committed.sha) return { summary };
    const deliver = (assertWanted: AssertWanted) => {
      const request = {
        context,
        deps,
        repository,
        workspace,
        binding,
        targetSha: work.targetSha,
        branch: mergeRequest.sourceBranch,
        state: { base: work.headSha, objects: new Set<string>() },
        assertWanted,
        repair: (refusal: Error) => Promise.reject(refusal),
      };
      return deliverCommit(request, signal);
    };
    const delivery = await orGiveWay(() => findActOfPeople(run), deliver);
    if (typeof delivery === 'string') return delivery;
    if (delivery.kind === 'nothing') return { summary };
    await context.stage('pushed', { sha: delivery.sha });
    return { summary, commitSha: delivery.sha };
  });
}

interface Tree {
  repository: Repository;
  work: WorkBranch;
  workspace: Workspace;
}

async function runAgent(
  { binding, context, deps, mergeRequest }: UpdateRun,
  { repository, work, workspace }: Tree,
  { failure, isMergedResult }: Given,
  signal: AbortSignal,
): Promise<PipelineResult> {
  const diffFile = path.join(workspace.context, 'merge-request.diff');
  await writeFile(diffFile, (await diffRange(repository, { from: work.baseSha, to: work.headSha }, signal)).text);
  const files = await listInstructionFiles(repository, work.targetSha, signal);
  await context.stage('agent-started', { pipeline: true });
  const { repositoryInstructions, ...offered } = offerSkills(chooseInstructions(files, deps), binding);
  const { result, usage, transcript } = await deps.runAgent(
    {
      access: 'edit',
      instructions: buildPipelineInstructions({ repositoryInstructions, teamInstructions: binding.instructions }),
      ...offered,
      prompt: buildPipelinePrompt({
        ...maskBranches(mergeRequest, deps.maskWritten),
        jobs: failure.jobs,
        otherJobs: failure.otherJobs,
        tests: failure.tests,
        isMergedResult,
        diffFile,
        paths: binding.paths,
      }),
      resultTool: PIPELINE_RESULT_TOOL,
      ...sessionBase('coding', { binding, context, deps }, workspace),
    },
    signal,
  );
  await deps.saveTranscript(context.run, transcript);
  await context.stage('agent-finished', { ...usage });
  return result;
}
