import { describeError, TaskError } from '../../../shared/kernel/errors.ts';
import { RETRY, retry } from '../../../shared/kernel/retry.ts';
import { listChanges } from '../../git/list-changes.ts';
import { type PushResult, pushBranch, readHeads } from '../../git/push-branch.ts';
import { continueRebase, type RebaseConflict, rebaseOntoRemote } from '../../git/rebase-onto-remote.ts';
import { uploadLfsObjects } from '../../git/upload-lfs-objects.ts';
import type { RunContext } from '../run/run-context.ts';
import { type CheckRequest, checkCommit } from './check-commit.ts';
import { judgeChanges } from './judge-commit.ts';
import { storeLfsFiles } from './store-lfs-files.ts';

/** The commit at HEAD and where it goes. */
export interface DeliveryRequest extends CheckRequest {
  context: Pick<RunContext, 'stage'>;
  branch: string;
  /** What the commit was made on. */
  base: string;
  /** Has the files with conflict markers repaired in the work tree. */
  repair(conflict: { onto: string; files: string[] }): Promise<void>;
}

export interface Delivery {
  sha: string;
  /** One line per check the runner made. */
  checks: string[];
}

const MAX_PUSHES = 4;

/**
 * Judges, validates and pushes the commit at HEAD, files of Git LFS as pointers. When people push meanwhile, the commit
 * goes on top of theirs and is judged and validated again as what it has become; a conflict is repaired once.
 * @throws {TaskError} `change-refused`, `validation-failed`, `rebase-conflict`, `push-rejected`, `branch-gone`,
 * `lfs-refused`, `branch-moved` when others keep being faster.
 */
export async function deliverCommit(request: DeliveryRequest, signal: AbortSignal): Promise<Delivery> {
  const { context, repository, base } = request;
  const objects = await storeLfsFiles(request, signal);
  const { headSha, known } = await readHeads(repository, signal);
  // A branch that was not there needs no look before the push: git refuses where a person made it meanwhile.
  let head: Head = known === undefined ? { sha: headSha } : await rebase(request, signal);
  let from = head.ontoSha ?? base;
  for (let attempt = 1; ; attempt += 1) {
    const checks = await checkCommit(request, { from, to: head.sha }, signal);
    await context.stage('checked', { checks: checks.length });
    // Before the push, so that a later attempt knows its own commit by more than what anybody could write into one.
    await context.stage('pushing', { sha: head.sha });
    await uploadLfsObjects(repository, objects, signal);
    try {
      const { sha } = await pushWithRetry(request, signal);
      return { sha, checks };
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'branch-moved' || attempt === MAX_PUSHES) throw error;
    }
    head = await rebase(request, signal);
    from = head.ontoSha ?? from;
  }
}

/** Another attempt of the run would have the agent do its work again, so what may pass is waited for a little. */
async function pushWithRetry({ repository, branch, deps }: DeliveryRequest, signal: AbortSignal): Promise<PushResult> {
  const policy = { policy: RETRY.push, clock: deps.clock, isTransient };
  return retry(() => pushBranch(repository, branch, signal), policy, signal);
}

function isTransient(error: unknown): boolean {
  return error instanceof TaskError && error.code !== 'branch-moved' && describeError(error.code).retry;
}

interface Head {
  sha: string;
  /** What the commit stands on, when that changed. */
  ontoSha?: string;
}

async function rebase(request: DeliveryRequest, signal: AbortSignal): Promise<Head> {
  const result = await rebaseOntoRemote(request.repository, request.branch, signal);
  switch (result.kind) {
    case 'unmoved':
      return { sha: result.headSha };
    case 'nothing-left':
      // HEAD is what people pushed; theirs is not ours to judge.
      return { sha: result.headSha, ontoSha: result.headSha };
    case 'rebased':
      await request.context.stage('rebased', { onto: result.ontoSha });
      return { sha: result.headSha, ontoSha: result.ontoSha };
    case 'conflict':
      return resolveConflict(request, result, signal);
  }
}

async function resolveConflict(
  { context, repository, branch, binding, repair }: DeliveryRequest,
  conflict: RebaseConflict,
  signal: AbortSignal,
): Promise<Head> {
  await context.stage('conflict', { files: conflict.files.length });
  await repair({ onto: branch, files: conflict.files });
  judgeChanges(await listChanges(repository, signal), binding);
  const resolved = await continueRebase(repository, conflict, signal);
  if (resolved.kind === 'unresolved') {
    throw new TaskError('rebase-conflict', { detail: resolved.files.slice(0, 20).join('\n') });
  }
  return { sha: resolved.headSha, ontoSha: conflict.ontoSha };
}
