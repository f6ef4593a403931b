import { TaskError } from '../../../shared/kernel/errors.ts';
import { listChanges } from '../../git/list-changes.ts';
import { readHeads } from '../../git/push-branch.ts';
import { readAddedText } from '../../git/read-added-text.ts';
import { continueRebase, type RebaseConflict, rebaseOntoRemote } from '../../git/rebase-onto-remote.ts';
import { uploadLfsObjects } from '../../git/upload-lfs-objects.ts';
import type { RunContext } from '../run/run-context.ts';
import { type CheckRequest, checkCommit, toCheckedFields } from './check-commit.ts';
import { judgeChanges } from './judge-commit.ts';
import { pushWithRetry } from './push-with-retry.ts';
import { Refusal } from './refusal.ts';
import { storeLfsFiles } from './store-lfs-files.ts';

/** The commit at HEAD and where it goes. */
export interface DeliveryRequest extends CheckRequest {
  context: Pick<RunContext, 'stage'>;
  branch: string;
  state: DeliveryState;
  /**
   * Has what is refused repaired in the work tree: the conflict, or what was made of it. Rejects with the refusal where
   * that may not be tried, or not again.
   */
  repair(refusal: Refusal, conflict: Conflict): Promise<void>;
  /**
   * Asked when people have pushed to the branch meanwhile, and right before each push. Rejects where the work gives way
   * to them. Absent where it does not.
   */
  assertWanted?(about: { isMoved: boolean }): Promise<void>;
}

/** The files that carry conflict markers, and the branch whose commits they met. */
export interface Conflict {
  onto: string;
  files: string[];
}

/** How far a delivery has come, also when it ended with a refusal. */
export interface DeliveryState {
  /** What the commit stands on. */
  base: string;
  /** Ids of objects that were put into the store of git-lfs. */
  objects: Set<string>;
  /** What was committed last; absent where the gate refused it before there was a commit. */
  commit?: string | undefined;
}

export type Delivery =
  /** `checks` has one line per check the runner made. */
  | { kind: 'delivered'; sha: string; checks: string[] }
  /** The commits people pushed meanwhile have all of the change, or nothing of it was kept in their favour. */
  | { kind: 'nothing'; why: string };

const MAX_PUSHES = 4;

/**
 * Judges, validates and pushes the commit at HEAD, files of Git LFS as pointers. When people push meanwhile, the commit
 * goes on top of theirs and is judged and validated again as what it has become; what conflicts, `repair` deals with.
 * From a clone whose work stays here nothing is pushed; everything before that is the same.
 * @throws {Refusal} `change-refused`, `validation-failed`, `rebase-conflict`.
 * @throws {TaskError} `push-rejected`, `branch-gone`, `lfs-refused`, `branch-moved` when others keep being faster.
 * @throws what `assertWanted` rejects with
 */
export async function deliverCommit(request: DeliveryRequest, signal: AbortSignal): Promise<Delivery> {
  const { context, repository, state } = request;
  for (const id of await storeLfsFiles({ ...request, base: state.base }, signal)) state.objects.add(id);
  const { headSha, known } = await readHeads(repository, signal);
  // A branch that was not there needs no look before the push: git refuses where a person made it meanwhile.
  let head: Head = known === undefined ? { kind: 'ours', sha: headSha } : await rebase(request, signal);
  let checks: string[] = [];
  for (let attempt = 1; head.kind === 'ours'; attempt += 1) {
    state.base = head.ontoSha ?? state.base;
    const checked = await checkCommit(request, { from: state.base, to: head.sha }, signal);
    checks = checked.checks;
    await context.stage('checked', toCheckedFields(checked));
    if (repository.isLocalOnly) return { kind: 'delivered', sha: head.sha, checks };
    await request.assertWanted?.({ isMoved: false });
    // Before the push, so that a later attempt knows its own commit by more than what anybody could write into one.
    await context.stage('pushing', { sha: head.sha });
    await uploadLfsObjects(repository, await listOwnObjects(request, head.sha, signal), signal);
    try {
      const { sha } = await pushWithRetry(request, signal);
      return { kind: 'delivered', sha, checks };
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'branch-moved' || attempt === MAX_PUSHES) throw error;
    }
    head = await rebase(request, signal);
  }
  if (head.kind === 'contained') return { kind: 'delivered', sha: head.sha, checks };
  const why = `with the commits that were pushed to \`${request.branch}\` meanwhile, nothing was left to commit`;
  return { kind: 'nothing', why };
}

/** A commit that was refused may have had others: they stay here. */
async function listOwnObjects(
  { repository, state }: DeliveryRequest,
  headSha: string,
  signal: AbortSignal,
): Promise<string[]> {
  if (state.objects.size === 0) return [];
  const added = await readAddedText(repository, state.base, headSha, signal);
  return [...state.objects].filter((id) => added.some(({ text }) => text.includes(`oid sha256:${id}`)));
}

type Head =
  /** HEAD is our commit, on `ontoSha` when what it stands on changed. */
  | { kind: 'ours'; sha: string; ontoSha?: string }
  /** A push that seemed to fail has arrived, and people went on from it. */
  | { kind: 'contained'; sha: string }
  /** HEAD is what people pushed: theirs is not ours to judge, or to report. */
  | { kind: 'nothing-left' };

async function rebase(request: DeliveryRequest, signal: AbortSignal): Promise<Head> {
  const result = await rebaseOntoRemote(request.repository, request.branch, signal);
  if (result.kind !== 'unmoved' && result.kind !== 'contained') await request.assertWanted?.({ isMoved: true });
  switch (result.kind) {
    case 'unmoved':
      return { kind: 'ours', sha: result.headSha };
    case 'contained':
      return { kind: 'contained', sha: result.oursSha };
    case 'nothing-left':
      return { kind: 'nothing-left' };
    case 'rebased':
      await request.context.stage('rebased', { onto: result.ontoSha });
      return { kind: 'ours', sha: result.headSha, ontoSha: result.ontoSha };
    case 'conflict':
      return resolveConflict(request, result, signal);
  }
}

async function resolveConflict(
  { context, repository, branch, binding, allowed, repair }: DeliveryRequest,
  conflict: RebaseConflict,
  signal: AbortSignal,
): Promise<Head> {
  await context.stage('conflict', { files: conflict.files.length });
  for (let refusal = refuseConflict(conflict.files); ; ) {
    await repair(refusal, { onto: branch, files: conflict.files });
    const resolved = await continueJudged({ repository, binding, allowed }, conflict, signal);
    if (!(resolved instanceof Refusal)) return resolved;
    refusal = resolved;
  }
}

async function continueJudged(
  { repository, binding, allowed }: Pick<DeliveryRequest, 'repository' | 'binding' | 'allowed'>,
  conflict: RebaseConflict,
  signal: AbortSignal,
): Promise<Head | Refusal> {
  try {
    judgeChanges(await listChanges(repository, signal), binding, allowed);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  const resolved = await continueRebase(repository, conflict, signal);
  if (resolved.kind === 'unresolved') return refuseConflict(resolved.files);
  if (resolved.kind === 'nothing-left') return { kind: 'nothing-left' };
  return { kind: 'ours', sha: resolved.headSha, ontoSha: resolved.ontoSha };
}

function refuseConflict(files: readonly string[]): Refusal {
  const list = (max: number) => files.slice(0, max).join('\n');
  return new Refusal('rebase-conflict', { detail: list(20), evidence: list(100) });
}
