import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { MergeAttempt } from '../../../shared/domain/messages/format-target-merge.ts';
import { buildBackPortInstructions } from '../../../shared/domain/prompts/back-port-instructions.ts';
import { buildBackPortPrompt } from '../../../shared/domain/prompts/back-port-prompt.ts';
import { buildMergeInstructions } from '../../../shared/domain/prompts/merge-instructions.ts';
import { buildMergePrompt } from '../../../shared/domain/prompts/merge-prompt.ts';
import { MERGE_RESULT_TOOL } from '../../../shared/domain/prompts/merge-result.ts';
import { offerSkills } from '../../../shared/domain/prompts/offer-skills.ts';
import { describeError } from '../../../shared/kernel/errors.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { diffRange } from '../../git/diff-range.ts';
import type { Repository } from '../../git/git.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import type { TargetConflict } from '../../git/merge-target.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { readVariables } from '../delivery/read-variables.ts';
import { sessionBase } from '../limits/session-base.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import { maskBranches } from '../run/mask-branches.ts';

export interface MergeSession extends Pick<ActiveRun, 'context' | 'deps'> {
  binding: Binding;
  repository: Repository;
  workspace: Workspace;
  sourceBranch: string;
  targetBranch: string;
  /** A change is taken over to a release branch, in place of a merge of the target branch. */
  isBackPort?: boolean;
}

/**
 * One session that resolves a conflict in the work tree. One that ends without a result has resolved nothing, which
 * people are told; its transcript is kept like any other.
 * @throws {AgentFailure} of any other ending; {TaskError} `credential-unknown`, `key-vault-*` of `validate_env`.
 */
export async function runMergeAgent(
  session: MergeSession,
  conflict: TargetConflict,
  signal: AbortSignal,
): Promise<MergeAttempt & { unresolved: readonly string[] }> {
  const { context, deps, binding } = session;
  await readVariables(binding, deps);
  const request = await prepareRequest(session, conflict, signal);
  await context.stage('agent-started', { conflict: true });
  try {
    const { result, usage, transcript } = await deps.runAgent(request, signal);
    await deps.saveTranscript(context.run, transcript);
    await context.stage('agent-finished', { ...usage });
    return result;
  } catch (error) {
    if (!(error instanceof AgentFailure) || !WITHOUT_RESULT.has(error.code)) throw error;
    await deps.saveTranscript(context.run, error.transcript);
    const { sentence: failure } = describeError(error.code);
    return { summary: '', failure, unresolved: conflict.files.map((file) => file.path) };
  }
}

const WITHOUT_RESULT: ReadonlySet<string> = new Set(['agent-no-result', 'agent-timed-out']);

async function prepareRequest(
  { context, deps, binding, repository, workspace, isBackPort = false, ...branches }: MergeSession,
  { files, baseSha, headSha, targetSha }: TargetConflict,
  signal: AbortSignal,
) {
  const writeDiff = async (name: string, to: string) => {
    const file = path.join(workspace.context, name);
    await writeFile(file, (await diffRange(repository, { from: baseSha, to }, signal)).text);
    return file;
  };
  const diffFiles = {
    branch: await writeDiff('source-branch.diff', headSha),
    target: await writeDiff('target-branch.diff', targetSha),
  };
  const instructionFiles = await listInstructionFiles(repository, targetSha, signal);
  const paths = files.map((file) => file.path);
  const chosen = chooseInstructions(instructionFiles, deps, paths);
  const { repositoryInstructions, ...offered } = offerSkills(chosen, binding);
  return {
    access: 'edit' as const,
    ...offered,
    instructions: (isBackPort ? buildBackPortInstructions : buildMergeInstructions)({
      repositoryInstructions,
      teamInstructions: binding.instructions,
    }),
    prompt: (isBackPort ? buildBackPortPrompt : buildMergePrompt)({
      ...maskBranches(branches, deps.maskWritten),
      files,
      diffFiles,
      validateCommand: binding.validate,
      paths: binding.paths,
    }),
    resultTool: MERGE_RESULT_TOOL,
    ...sessionBase('coding', { binding, context, deps }, workspace),
  };
}
