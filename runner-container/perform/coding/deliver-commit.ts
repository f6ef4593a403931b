import { TaskError } from '../../../shared/errors.ts';
import { pushBranch } from '../../git/push-branch.ts';
import { continueRebase, type RebaseConflict, rebaseOntoRemote } from '../../git/rebase-onto-remote.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunnerDeps } from '../runner-deps.ts';
import { judgeCommit } from './judge-commit.ts';
import { type CodingSession, runCodingAgent } from './run-coding-agent.ts';
import { validateChange } from './validate-change.ts';

export interface Delivery {
  sha: string;
  /** One line per check the runner made. */
  checks: string[];
}

type DeliveryDeps = Pick<RunnerDeps, 'runAgent' | 'saveTranscript' | 'settings' | 'log' | 'isolation' | 'clock'>;

const MAX_PUSHES = 4;

/**
 * Judges, validates and pushes the commit at HEAD. When people push meanwhile, the commit goes on top of theirs and is judged
 * and validated again as what it has become; a conflict goes to the agent once.
 * @throws {TaskError} `change-refused`, `validation-failed`, `rebase-conflict`, `push-rejected`, `branch-moved` when
 * others keep being faster.
 */
export async function deliverCommit(
  session: CodingSession,
  base: string,
  context: RunContext,
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<Delivery> {
  const { repository } = session.open;
  let head = await rebase(session, context, deps, signal);
  let from = head.ontoSha ?? base;
  for (let attempt = 1; ; attempt += 1) {
    const checks = await check(session, { from, to: head.sha }, deps, signal);
    await context.stage('checked', { checks: checks.length });
    try {
      const { sha } = await pushBranch(repository, session.order.branch, signal);
      return { sha, checks };
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'branch-moved' || attempt === MAX_PUSHES) throw error;
    }
    head = await rebase(session, context, deps, signal);
    from = head.ontoSha ?? from;
  }
}

async function check(
  { open, order, workspace }: CodingSession,
  range: { from: string; to: string },
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<string[]> {
  const { binding } = order;
  await judgeCommit(open.repository, range, binding, signal);
  return binding.validate === undefined ? [] : [await validateChange(binding.validate, workspace, deps, signal)];
}

interface Head {
  sha: string;
  /** What the commit stands on, when that changed. */
  ontoSha?: string;
}

async function rebase(
  session: CodingSession,
  context: RunContext,
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<Head> {
  const { repository } = session.open;
  const result = await rebaseOntoRemote(repository, session.order.branch, signal);
  switch (result.kind) {
    case 'unmoved':
    case 'nothing-left':
      return { sha: result.headSha };
    case 'rebased':
      await context.stage('rebased', { onto: result.ontoSha });
      return { sha: result.headSha, ontoSha: result.ontoSha };
    case 'conflict':
      return resolveConflict(session, result, context, deps, signal);
  }
}

async function resolveConflict(
  session: CodingSession,
  conflict: RebaseConflict,
  context: RunContext,
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<Head> {
  await context.stage('conflict', { files: conflict.files.length });
  const files = { onto: session.order.branch, files: conflict.files };
  const conversation = { ...session.conversation, conflict: files };
  await runCodingAgent({ ...session, conversation }, context, deps, signal);
  const resolved = await continueRebase(session.open.repository, conflict, signal);
  if (resolved.kind === 'unresolved') {
    throw new TaskError('rebase-conflict', { detail: resolved.files.slice(0, 20).join('\n') });
  }
  return { sha: resolved.headSha, ontoSha: conflict.ontoSha };
}
