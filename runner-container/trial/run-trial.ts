import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { buildCodingResultTool, type CodingResult } from '../../shared/domain/prompts/coding-result.ts';
import type { RunInputs, TrialResult } from '../../shared/domain/runs/run-inputs.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { AgentRequest } from '../agent/agent.ts';
import { AgentFailure } from '../agent/agent-failure.ts';
import { type Conversation, withConversation } from '../agent/with-conversation.ts';
import { cloneRepository } from '../git/clone-repository.ts';
import { fetchCommit } from '../git/fetch-commits.ts';
import type { Remote, Repository } from '../git/git.ts';
import { resetWorkTree } from '../git/reset-work-tree.ts';
import { type DeliveredWork, deliverWork } from '../perform/delivery/deliver-work.ts';
import type { Refusal } from '../perform/delivery/refusal.ts';
import { createRepairRounds } from '../perform/delivery/repair-rounds.ts';
import { serversFor } from '../perform/limits/servers-for.ts';
import type { RunnerDeps } from '../perform/run/runner-deps.ts';
import { withRunWorkspace } from '../perform/run/with-run-workspace.ts';
import { readPatch } from '../perform/shadow/read-patch.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface Trial {
  inputs: Omit<RunInputs, 'version' | 'map' | 'projectId'>;
  binding: Binding;
  remote: Remote;
  /** Looks at the commit a session has made once it has ended, before clone and workspace are taken away. */
  examine?: (made: MadeCommit, signal: AbortSignal) => Promise<void>;
}

/** What a session of a trial has made. */
export interface MadeCommit {
  repository: Repository;
  sha: string;
  workspace: Workspace;
}

export type TrialDeps = Pick<
  RunnerDeps,
  'runAgent' | 'git' | 'settings' | 'isolation' | 'clock' | 'validateSecretFor' | 'redact' | 'maskWritten' | 'removals'
> & { log: Log };

/**
 * Does the work of a session once more, from the same commit and with the same words: rounds of repair, gate and
 * `validate` included. Nothing is pushed: the clone refuses to. Never rejects for what a run would fail with.
 */
export async function runTrial(trial: Trial, deps: TrialDeps, signal: AbortSignal): Promise<TrialResult> {
  const startedAt = deps.clock.now();
  const ended = await withRunWorkspace(deps, (workspace) => work(trial, workspace, deps, signal)).catch(toFailure);
  const model = trial.inputs.model ?? deps.settings.model;
  return { ...ended, ...(model === undefined ? {} : { model }), durationMs: deps.clock.now() - startedAt };
}

type Ended = Omit<TrialResult, 'model' | 'durationMs'>;

const NOTHING = { patch: '', remarks: [], files: 0, checks: [] };
const NO_USAGE = { modelCalls: 0, inputTokens: 0, outputTokens: 0 };

async function work(trial: Trial, workspace: Workspace, deps: TrialDeps, signal: AbortSignal): Promise<Ended> {
  const { inputs } = trial;
  const repository = await openBase(trial, workspace, deps, signal);
  for (const { name, content } of inputs.files) await writeFile(path.join(workspace.context, name), content);
  let made: string | undefined;
  const deliver = async (agent: Conversation<CodingResult>): Promise<Ended> => {
    let last = agent.report();
    const asked: Conversation<CodingResult> = {
      report: () => last,
      async ask(message) {
        await agent.ask(message);
        last = agent.report();
      },
    };
    const tried = await judge({ trial, repository, workspace }, asked, deps, signal).catch(toRefusal);
    const { usage, result } = asked.report();
    if ('refused' in tried) {
      const { code, detail } = tried.refused;
      return { outcome: 'refused', summary: detail ?? result.summary, code, ...NOTHING, usage };
    }
    const { question } = result;
    const summary = question ?? result.summary;
    const questions = question === undefined ? {} : { question };
    if (tried.kind === 'nothing') return { outcome: 'nothing', summary, ...questions, ...NOTHING, usage };
    made = tried.sha;
    const { text, files, remarks } = await readPatch(repository, tried.sha, deps, signal);
    return { outcome: 'change', summary, patch: text, remarks, files, checks: tried.checks, usage };
  };
  const request = toRequest(trial, workspace, deps);
  const ended = await withConversation(deps.runAgent, request, deliver, { signal, log: deps.log });
  if (made !== undefined) await trial.examine?.({ repository, sha: made, workspace }, signal);
  return ended;
}

async function openBase(
  { inputs, binding, remote }: Trial,
  workspace: Workspace,
  { git }: TrialDeps,
  signal: AbortSignal,
): Promise<Repository> {
  const place = { gitDir: workspace.gitDir, workTree: workspace.tree, branch: binding.targetBranch };
  const cloned = await cloneRepository({ ...git, homeDirectory: workspace.home }, { remote, ...place }, signal);
  for (const sha of new Set([inputs.baseSha, inputs.targetSha])) await fetchCommit(cloned, sha, {}, signal);
  await resetWorkTree(cloned, { sha: inputs.baseSha }, signal);
  return { ...cloned, isLocalOnly: true };
}

/** The prompt names the files of its own workspace, as that of the run did. */
function toRequest(
  { inputs, binding }: Trial,
  workspace: Workspace,
  { settings }: TrialDeps,
): AgentRequest<CodingResult> {
  const { budget } = binding;
  return {
    access: 'edit',
    workTree: workspace.tree,
    readableDirectories: [workspace.context],
    instructions: inputs.instructions.replaceAll(inputs.contextDirectory, workspace.context),
    prompt: inputs.prompt.replaceAll(inputs.contextDirectory, workspace.context),
    resultTool: buildCodingResultTool(inputs.criteria),
    ...(inputs.model === undefined ? {} : { model: inputs.model }),
    ...(inputs.skills ? { skills: inputs.skills } : {}),
    ...serversFor('coding', binding),
    limits: {
      wallClockMs: Math.min(budget.maxMinutes * MINUTE, settings.wallClockMs),
      inactivityMs: settings.inactivityMs,
      maxModelCalls: budget.maxTurns,
      maxTokens: budget.maxTokens,
    },
  };
}

function judge(
  { trial, repository, workspace }: { trial: Trial; repository: Repository; workspace: Workspace },
  agent: Conversation<CodingResult>,
  deps: TrialDeps,
  signal: AbortSignal,
): Promise<DeliveredWork> {
  const { inputs, binding } = trial;
  const { runId, issueKey, summary, baseSha, targetSha } = inputs;
  const context = { stage: async () => {} };
  const rounds = createRepairRounds({
    rounds: binding.repairRounds,
    context,
    redact: deps.redact,
    ask: (message) => agent.ask(message),
  });
  const request = {
    context,
    deps,
    repository,
    targetSha,
    workspace,
    branch: `${binding.branchPrefix}${issueKey}`,
    state: { base: baseSha, objects: new Set<string>() },
    binding,
    describe: () => ({ binding, runId, issueKey, summary, body: agent.report().result.summary }),
    rounds,
    repair: (refusal: Refusal) => rounds.repair(refusal),
  };
  return deliverWork(request, signal);
}

/** What the gate or `validate` says no to is an answer; another failure is none. */
function toRefusal(error: unknown): { refused: TaskError } {
  const isRefusal =
    error instanceof TaskError && (error.code === 'change-refused' || error.code === 'validation-failed');
  if (!isRefusal) throw error;
  return { refused: error };
}

function toFailure(error: unknown): Ended {
  if (!(error instanceof TaskError)) throw error;
  const usage = error instanceof AgentFailure ? error.usage : NO_USAGE;
  return { outcome: 'failed', summary: error.detail ?? error.message, code: error.code, ...NOTHING, usage };
}
