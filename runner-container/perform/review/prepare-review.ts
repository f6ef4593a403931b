import path from 'node:path';

import type { DiffRefs } from '../../../shared/domain/ports/gitlab.ts';
import type { RepositoryInstruction } from '../../../shared/domain/prompts/repository-instructions.ts';
import type { FileDiff } from '../../../shared/domain/review/parse-diff.ts';
import { planParts } from '../../../shared/domain/review/plan-parts.ts';
import { planReviewRange, type ReviewRange } from '../../../shared/domain/review/plan-review-range.ts';
import type { ReviewedFile } from '../../../shared/domain/review/reviewed-file.ts';
import { type FileLeftOut, selectFiles } from '../../../shared/domain/review/select-files.ts';
import { hasCommit } from '../../git/checkout-commit.ts';
import { fetchCommit, findMergeBase, isAncestor } from '../../git/fetch-commits.ts';
import type { Repository } from '../../git/git.ts';
import { listCommits } from '../../git/list-commits.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { checkoutHead, cloneTarget } from '../checkout/checkout-merge-request.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { type ChangedFile, readChanges, writeDiffs } from './read-changes.ts';

/** The checked-out merge request and its whole diff. */
export interface ReviewTree {
  repository: Repository;
  targetSha: string;
  refs: DiffRefs;
  /** Base to head, as GitLab measures positions; `undefined` when it is too large to be held. */
  changes: ChangedFile[] | undefined;
}

/** What this review looks at, ready for the agent. */
export interface ReviewMaterial {
  range: Exclude<ReviewRange, { kind: 'nothing' }>;
  /** The whole diff, for positions. */
  files: FileDiff[];
  /** The diff of the range in the parts it is read in, each file's in a file of its own; none where nothing is. */
  parts: ReviewedFile[][];
  /** What no part has room for. */
  beyond: ReviewedFile[];
  /** Changed in the range and not read, by rule. */
  leftOut: FileLeftOut[];
  /** Oldest first. */
  commitMessages: string[];
  instructions: RepositoryInstruction[];
}

/** Clones the target branch, checks out the head and reads the diff between GitLab's base and it. */
export async function openReviewTree(
  run: MergeRequestRun,
  refs: DiffRefs,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<ReviewTree> {
  const { repository, targetSha } = await cloneTarget(run, { workspace }, signal);
  await checkoutHead(repository, run.mergeRequest, signal);
  if (!(await hasCommit(repository, refs.baseSha, signal))) await fetchCommit(repository, refs.baseSha, {}, signal);
  // Not for its answer: it fetches the history between the two.
  await findMergeBase(repository, refs.baseSha, refs.headSha, signal);
  return { repository, targetSha, refs, changes: await readChanges(repository, refs.baseSha, refs.headSha, signal) };
}

export interface ReviewScope extends Pick<RunnerDeps, 'log'> {
  reviewedHead: string | undefined;
  depth: 'incremental' | 'full';
  globs: readonly string[];
  /** Of a dependency update. */
  leavesOutLocks: boolean;
  workspace: Workspace;
}

/** Decides on the range and puts what is to be read into files; `undefined` when nothing is new. */
export async function prepareReview(
  { repository, targetSha, refs, changes = [] }: ReviewTree,
  { reviewedHead, depth, globs, leavesOutLocks, workspace, log }: ReviewScope,
  signal: AbortSignal,
): Promise<ReviewMaterial | undefined> {
  const { baseSha, headSha } = refs;
  const known = reviewedHead !== undefined && (await isPartOf(repository, reviewedHead, headSha, signal));
  const range = planReviewRange({ reviewedHead, headSha, isAncestor: known, depth });
  if (range.kind === 'nothing') return undefined;

  const from = range.kind === 'incremental' ? range.from : baseSha;
  const fresh = range.kind === 'incremental' ? await readNew(repository, { from, headSha, changes }, signal) : changes;
  const { selected, leftOut } = selectFiles(fresh, globs, { leavesOutLocks });
  const diffs = await writeDiffs(path.join(workspace.context, 'diffs'), selected);
  const { parts, beyond } = planParts(diffs);
  const commits = await listCommits(repository, from, headSha, signal);
  const paths = changes.flatMap(({ diff }) => [diff.newPath, diff.oldPath]);
  const instructions = chooseInstructions(await listInstructionFiles(repository, targetSha, signal), { log }, paths);
  return {
    range,
    files: changes.map(({ diff }) => diff),
    parts: parts.filter((files) => files.length > 0),
    beyond,
    leftOut,
    commitMessages: commits.toReversed().map(({ subject, body }) => `${subject}\n\n${body}`.trim()),
    instructions,
  };
}

async function isPartOf(repository: Repository, sha: string, headSha: string, signal: AbortSignal): Promise<boolean> {
  return (await hasCommit(repository, sha, signal)) && (await isAncestor(repository, sha, headSha, signal));
}

/** What came since the last review, without what only a merge of the target branch brought along. */
async function readNew(
  repository: Repository,
  { from, headSha, changes }: { from: string; headSha: string; changes: readonly ChangedFile[] },
  signal: AbortSignal,
): Promise<ChangedFile[]> {
  const ours = new Set(changes.flatMap(({ diff }) => [diff.newPath, diff.oldPath]));
  const fresh = (await readChanges(repository, from, headSha, signal)) ?? [...changes];
  return fresh.filter(({ diff }) => ours.has(diff.newPath) || ours.has(diff.oldPath));
}
