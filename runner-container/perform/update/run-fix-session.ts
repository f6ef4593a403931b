import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildFixInstructions } from '../../../shared/domain/prompts/fix-instructions.ts';
import { buildFixPrompt } from '../../../shared/domain/prompts/fix-prompt.ts';
import { FIX_RESULT_TOOL, type FixResult } from '../../../shared/domain/prompts/fix-result.ts';
import type { FindingFix } from '../../../shared/domain/review/finding-fix.ts';
import { toFixesFields } from '../../../shared/domain/review/fixes-event.ts';
import type { FindingThread } from '../../../shared/domain/review/read-threads.ts';
import type { AgentReport, AgentRequest, RunAgent } from '../../agent/agent.ts';
import { type Conversation, withConversation } from '../../agent/with-conversation.ts';
import { checkoutWorkBranch, type WorkBranch } from '../../git/checkout-work-branch.ts';
import { diffRange } from '../../git/diff-range.ts';
import type { Repository } from '../../git/git.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { cloneTarget } from '../checkout/checkout-merge-request.ts';
import { deliverWork, type WorkRequest } from '../delivery/deliver-work.ts';
import { readVariables } from '../delivery/read-variables.ts';
import { createRepairRounds } from '../delivery/repair-rounds.ts';
import { sessionBase } from '../limits/session-base.ts';
import { findTicket } from '../review/find-ticket.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import { findIssueKey } from '../run/find-issue-key.ts';
import { holdToPaths } from '../run/hold-to-paths.ts';
import { maskBranches } from '../run/mask-branches.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { type GaveWay, orGiveWay } from './give-way.ts';
import { protectPipelines } from './protect-pipelines.ts';
import type { UpdateRun } from './update-run.ts';

/** What a session with findings has done; without a commit it found nothing to change. */
export interface Fixed {
  summary: string;
  fixes: readonly FindingFix[];
  commitSha?: string;
}

interface Given {
  threads: readonly FindingThread[];
  /** Asked after the session, and right before each push: repairs and `validate` may take an hour. */
  findPerson: () => Promise<GaveWay | undefined>;
}

/**
 * One session with what the agent's review has found, and its change pushed to the source branch, unless a person has
 * pushed or spoken, or ended the merge request, by then. A change that is refused goes back to it as often as the
 * binding allows. What decides which pipelines run stays protected: a finding could ask for it.
 * @throws {AgentFailure}; {TaskError} what `deliverWork` throws, and those of git.
 */
export async function runFixSession(asked: UpdateRun, given: Given, signal: AbortSignal): Promise<Fixed | GaveWay> {
  const held = await holdToPaths(asked);
  const run = { ...held, binding: protectPipelines(held.binding) };
  const { mergeRequest, context, deps, task, binding } = run;
  return withRunWorkspace(deps, async (workspace) => {
    const { repository } = await cloneTarget(run, { workspace, isForEditing: true }, signal);
    const work = await checkoutWorkBranch(repository, { branch: mergeRequest.sourceBranch }, signal);
    if (!work.reused || work.headSha !== task.headSha) return 'newer-head';
    context.note({ baseSha: work.headSha });
    await context.stage('cloned', { head: work.headSha });
    await readVariables(binding, deps);
    const tree = { repository, work, workspace };
    const request = await prepareRequest(run, tree, given, signal);
    await context.stage('agent-started', { findings: given.threads.length });
    return withFixAgent(run, request, (agent) => deliver(run, tree, { ...given, agent }, signal), signal);
  });
}

interface Tree {
  repository: Repository;
  work: WorkBranch;
  workspace: Workspace;
}

async function prepareRequest(
  { binding, context, deps, mergeRequest, ...run }: UpdateRun,
  { repository, work, workspace }: Tree,
  { threads }: Given,
  signal: AbortSignal,
): Promise<AgentRequest<FixResult>> {
  const diffFile = path.join(workspace.context, 'merge-request.diff');
  await writeFile(diffFile, (await diffRange(repository, { from: work.baseSha, to: work.headSha }, signal)).text);
  const files = await listInstructionFiles(repository, work.targetSha, signal);
  const ticket = await findTicket({ ...run, mergeRequest }, deps, signal);
  return {
    access: 'edit',
    instructions: buildFixInstructions({
      repositoryInstructions: chooseInstructions(files, deps),
      teamInstructions: binding.instructions,
    }),
    prompt: buildFixPrompt({
      ...maskBranches(mergeRequest, deps.maskWritten),
      headSha: work.headSha,
      threads,
      ticket: ticket?.text,
      diffFile,
      paths: binding.paths,
    }),
    resultTool: FIX_RESULT_TOOL,
    ...sessionBase('coding', { binding, context, deps }, workspace),
  };
}

/** The session is kept until its change is delivered where the binding has rounds of repair. */
async function withFixAgent<T>(
  { binding, context, deps }: UpdateRun,
  request: AgentRequest<FixResult>,
  work: (agent: Conversation<FixResult>) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (binding.repairRounds === 0) {
    const report = await deps.runAgent(request, signal);
    await deps.saveTranscript(context.run, report.transcript);
    return work({ report: () => report, ask: () => Promise.reject(new Error('This session has no rounds of repair')) });
  }
  const runAgent: RunAgent = (given, aborted) =>
    deps.runAgent(
      {
        ...given,
        async judge(report) {
          await deps.saveTranscript(context.run, report.transcript);
          return given.judge?.(report);
        },
      },
      aborted,
    );
  return withConversation(runAgent, request, work, { signal, log: context.log });
}

async function deliver(
  run: UpdateRun,
  tree: Tree,
  { agent, findPerson }: Given & { agent: Conversation<FixResult> },
  signal: AbortSignal,
): Promise<Fixed | GaveWay> {
  await recordSession(run, agent.report());
  return orGiveWay(findPerson, async (assertWanted) => {
    await assertWanted({ isMoved: false });
    const delivered = await deliverSession(run, tree, { agent, assertWanted }, signal);
    const { summary, threads: fixes } = agent.report().result;
    return { summary, fixes, ...(delivered.kind === 'delivered' ? { commitSha: delivered.sha } : {}) };
  });
}

async function deliverSession(
  run: UpdateRun,
  { repository, work, workspace }: Tree,
  { agent, assertWanted }: { agent: Conversation<FixResult> } & Required<Pick<WorkRequest, 'assertWanted'>>,
  signal: AbortSignal,
) {
  const { binding, context, deps, mergeRequest } = run;
  const message = { binding, runId: context.run.runId, issueKey: findIssueKey(run) };
  const rounds = createRepairRounds({
    rounds: binding.repairRounds,
    context,
    redact: deps.redact,
    async ask(text) {
      await agent.ask(text);
      await recordSession(run, agent.report());
    },
  });
  const request = {
    context,
    deps,
    repository,
    workspace,
    binding,
    targetSha: work.targetSha,
    branch: mergeRequest.sourceBranch,
    state: { base: work.headSha, objects: new Set<string>() },
    describe() {
      const { summary: body, commitSubject } = agent.report().result;
      return { ...message, summary: commitSubject || 'Mend what the review found', body };
    },
    rounds,
    assertWanted,
    // People who push meanwhile have taken it over.
    repair: (refusal: Error) => Promise.reject(refusal),
  };
  return deliverWork(request, signal);
}

async function recordSession({ context }: UpdateRun, { usage, result }: AgentReport<FixResult>): Promise<void> {
  await context.stage('agent-finished', { ...usage });
  await context.stage('findings', toFixesFields(result.threads));
}
