import { type CommitAuthor, createCommit, writeTree } from './commit-changes.ts';
import { emptyDirectory } from './empty-directory.ts';
import { findBaseOfMerge } from './fetch-commits.ts';
import { findConflictMarkers } from './find-conflict-markers.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { listEntries } from './list-entries.ts';
import { listLfsPaths } from './list-lfs-paths.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveObject } from './resolve-commits.ts';
import { readGit, runInRepository } from './run-git.ts';

/** Files that both sides changed in a way that text can show, as they stand in the work tree now. */
export interface TargetConflict extends MergedSides {
  kind: 'conflict';
  files: ConflictingFile[];
  /** Where the two sides parted. */
  baseSha: string;
  /** A commit of what the work tree shows: HEAD meanwhile, so that a change to it is what was made of the conflict. */
  shownSha: string;
}

export interface ConflictingFile {
  path: string;
  /** The side that deleted what the other changed. */
  deletedBy?: 'branch' | 'target';
}

/** The two commits that are merged; markers of conflicts name them. */
export interface MergedSides {
  headSha: string;
  targetSha: string;
  /** Where HEAD is, where a change is picked: the two are stand-ins of the same files then. */
  onSha?: string;
}

export type TargetMerge =
  /** The branch has all of the target branch, or nothing besides it. */
  | { kind: 'up-to-date' }
  /** HEAD and work tree are as before; `finishMerge` commits the tree. */
  | ({ kind: 'clean'; tree: string } & MergedSides)
  /** HEAD and work tree are as before. No text shows these, or one side moved what the other has elsewhere. */
  | { kind: 'unshowable'; files: string[] }
  | TargetConflict;

/** Beyond it, no person would compare two sides of a file. */
const MAX_CONFLICT_BYTES = 1024 * 1024;

/**
 * Merges a commit of the target branch into HEAD, among objects. Without a conflict nothing is written; with one that
 * text can show, the work tree has it with markers, also where one side deleted what the other changed: have it
 * resolved, then `continueMerge` or `abortMerge`. Renames are followed; binary files, files of Git LFS, links and
 * submodules that both sides changed are for people.
 */
export async function mergeTarget(
  repository: Repository,
  { targetSha, author }: { targetSha: string; author: CommitAuthor },
  signal: AbortSignal,
): Promise<TargetMerge> {
  const headSha = await resolveObject(repository, 'HEAD^{commit}', signal);
  const base = await findBaseOfMerge(repository, targetSha, headSha, signal);
  if (base === undefined || base === targetSha || base === headSha) return { kind: 'up-to-date' };
  const sides = { headSha, targetSha };
  return showMerge(repository, { ...sides, base, author }, await mergeTrees(repository, sides, signal), signal);
}

/**
 * The same for a change that is taken over: what was changed from `base` to `targetSha` is applied to HEAD, as a cherry
 * pick of all of it at once. `up-to-date`: HEAD has it already. Both commits must be in the clone.
 */
export async function pickChange(
  repository: Repository,
  { base, targetSha, author }: { base: string; targetSha: string; author: CommitAuthor },
  signal: AbortSignal,
): Promise<TargetMerge> {
  const onSha = await resolveObject(repository, 'HEAD^{commit}', signal);
  // Git takes the base from history, so both sides get one of their own: commits of the same files on top of the base.
  const standIn = async (commit: string) => {
    const tree = await resolveObject(repository, `${commit}^{tree}`, signal);
    return createCommit(repository, { tree, parents: [base], message: STAND_IN, author }, signal);
  };
  const sides = { headSha: await standIn(onSha), targetSha: await standIn(targetSha), onSha };
  const merged = await mergeTrees(repository, sides, signal);
  if (merged.stages.size === 0 && merged.tree === (await resolveObject(repository, `${onSha}^{tree}`, signal)))
    return { kind: 'up-to-date' };
  return showMerge(repository, { ...sides, base, author }, merged, signal);
}

const STAND_IN = 'stand-in\n';

async function showMerge(
  repository: Repository,
  { base, author, ...sides }: MergedSides & { base: string; author: CommitAuthor },
  { tree, stages }: { tree: string; stages: Map<string, Stages> },
  signal: AbortSignal,
): Promise<TargetMerge> {
  if (stages.size === 0) return { kind: 'clean', tree, ...sides };
  const found = await readConflict(repository, { tree, stages, ...sides }, signal);
  if ('unshowable' in found) return { kind: 'unshowable', files: found.unshowable };
  const shown = await writeMarkers(repository, { tree, marked: found.marked }, signal);
  const parents = [sides.headSha];
  const shownSha = await createCommit(repository, { tree: shown, parents, message: STAND_IN, author }, signal);
  await resetWorkTree(repository, { sha: shownSha }, signal);
  return { kind: 'conflict', files: found.files, baseSha: base, shownSha, ...sides };
}

/**
 * The tree of the work tree once no marker is left in it; `unresolved` names the files that still have some. Judge what
 * changed since `shownSha` before it is pushed.
 */
export async function continueMerge(
  repository: Repository,
  { files, headSha, targetSha }: TargetConflict,
  signal: AbortSignal,
): Promise<{ kind: 'resolved'; tree: string } | { kind: 'unresolved'; files: string[] }> {
  const paths = files.map(({ path }) => path);
  const { changes, truncated } = await listChanges(repository, signal);
  // What a rename carried elsewhere has its markers there.
  const looked = [...new Set([...paths, ...changes.filter(({ entry }) => entry === 'file').map(({ path }) => path)])];
  const left = await findConflictMarkers(repository, { files: looked, sides: [headSha, targetSha] });
  if (left.length > 0 || truncated) return { kind: 'unresolved', files: truncated ? paths : left };
  return { kind: 'resolved', tree: await writeTree(repository, changes, signal) };
}

/**
 * Makes HEAD a merge commit of the two sides with this tree, or a commit on the branch alone where a change was picked.
 * The branch comes first, so a push moves it forward.
 */
export async function finishMerge(
  repository: Repository,
  {
    tree,
    headSha,
    targetSha,
    onSha,
    message,
    author,
  }: MergedSides & { tree: string; message: string; author: CommitAuthor },
  signal: AbortSignal,
): Promise<string> {
  const parents = onSha === undefined ? [headSha, targetSha] : [onSha];
  const sha = await createCommit(repository, { tree, parents, message, author }, signal);
  await resetWorkTree(repository, { sha }, signal);
  return sha;
}

/** Puts HEAD, index and work tree back to where the branch was before the merge, without what a session has added. */
export async function abortMerge(
  repository: Repository,
  { headSha, onSha = headSha }: Pick<MergedSides, 'headSha' | 'onSha'>,
  signal: AbortSignal,
): Promise<void> {
  await emptyDirectory(repository.workTree);
  await resetWorkTree(repository, { sha: onSha }, signal);
}

/** Of one path in conflict: the base (1), the branch (2) and the target (3), as far as they have it. */
type Stages = Map<number, { mode: string; oid: string }>;

/** https://git-scm.com/docs/git-merge-tree, "OUTPUT", with `-z`. */
async function mergeTrees(
  repository: Repository,
  { headSha, targetSha }: MergedSides,
  signal: AbortSignal,
): Promise<{ tree: string; stages: Map<string, Stages> }> {
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', headSha, targetSha];
  const { stdout } = await runInRepository(repository, args, { exitCodes: [0, 1] }, signal);
  const [tree = '', ...records] = stdout.toString('utf8').split('\0');
  const stages = new Map<string, Stages>();
  for (const record of records) {
    const [, mode, oid, stage, path] = /^(\d{6}) ([0-9a-f]+) ([123])\t([\s\S]+)$/.exec(record) ?? [];
    if (!mode || !oid || !path) continue;
    const known = stages.get(path) ?? new Map();
    stages.set(path, known.set(Number(stage), { mode, oid }));
  }
  return { tree, stages };
}

type MergeInConflict = MergedSides & { tree: string; stages: ReadonlyMap<string, Stages> };

interface ShownConflict {
  files: ConflictingFile[];
  /** Contents by path, where git itself writes no markers. */
  marked: Map<string, Buffer>;
}

async function readConflict(
  repository: Repository,
  { tree, stages, headSha, targetSha }: MergeInConflict,
  signal: AbortSignal,
): Promise<ShownConflict | { unshowable: string[] }> {
  const paths = [...stages.keys()];
  const entries = new Map((await listEntries(repository, tree, signal)).map((entry) => [entry.path, entry]));
  const oids = [...stages].flatMap(([path, sides]) => {
    const merged = entries.get(path);
    return [...sides.values(), ...(merged ? [merged] : [])].map(({ oid }) => oid);
  });
  const texts = await readTexts(repository, oids, signal);
  const inLfs = new Set(
    (await Promise.all([headSha, targetSha].map((sha) => listLfsPaths(repository, sha, paths, signal)))).flatMap(
      (found) => [...found],
    ),
  );
  const files: ConflictingFile[] = [];
  const marked = new Map<string, Buffer>();
  const unshowable: string[] = [];
  for (const [path, sides] of stages) {
    const [ours, theirs, merged] = [sides.get(2), sides.get(3), entries.get(path)];
    const isText = [...sides.values()].every(({ mode, oid }) => mode.startsWith('100') && texts.has(oid));
    const text = merged?.mode.startsWith('100') ? texts.get(merged.oid) : undefined;
    if (!isText || text === undefined || inLfs.has(path)) unshowable.push(path);
    else if (ours && theirs && hasBoth(text, [headSha, targetSha])) files.push({ path });
    else if (sides.has(1) && (ours ? !theirs : theirs)) {
      const deletedBy = ours ? 'target' : 'branch';
      marked.set(path, markWhole(text, { headSha, targetSha, deletedBy }));
      files.push({ path, deletedBy });
    } else unshowable.push(path);
  }
  return unshowable.length > 0 ? { unshowable } : { files, marked };
}

/** Object id -> content, of what is text and not too large. */
async function readTexts(
  repository: Repository,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Buffer>> {
  const sizes = await readBlobSizes(repository, oids, signal);
  const small = oids.filter((oid) => (sizes.get(oid) ?? Number.POSITIVE_INFINITY) <= MAX_CONFLICT_BYTES);
  const blobs = await readBlobs(repository, small, signal);
  return new Map([...blobs].filter(([, blob]) => !blob.includes(0)));
}

function hasBoth(text: Buffer, sides: readonly string[]): boolean {
  return sides.every((side) => text.includes(` ${side}`));
}

/** The file as one conflict: against nothing at all. */
function markWhole(
  text: Buffer,
  { headSha, targetSha, deletedBy }: MergedSides & { deletedBy: 'branch' | 'target' },
): Buffer {
  const whole = text.at(-1) === '\n'.charCodeAt(0) || text.length === 0 ? [text] : [text, Buffer.from('\n')];
  const [ours, theirs] = deletedBy === 'target' ? [whole, []] : [[], whole];
  const line = (written: string) => Buffer.from(`${written}\n`);
  return Buffer.concat([line(`<<<<<<< ${headSha}`), ...ours, line('======='), ...theirs, line(`>>>>>>> ${targetSha}`)]);
}

async function writeMarkers(
  repository: Repository,
  { tree, marked }: { tree: string; marked: ReadonlyMap<string, Buffer> },
  signal: AbortSignal,
): Promise<string> {
  if (marked.size === 0) return tree;
  const indexFile = `${repository.gitDir}/merge-index`;
  await runInRepository(repository, ['read-tree', tree], { indexFile }, signal);
  const entries = new Map((await listEntries(repository, tree, signal)).map(({ path, mode }) => [path, mode]));
  const lines: string[] = [];
  for (const [path, input] of marked) {
    const oid = await readGit(repository, ['hash-object', '-w', '--no-filters', '--stdin'], { input }, signal);
    lines.push(`${entries.get(path) ?? '100644'} ${oid}\t${path}\0`);
  }
  const args = ['update-index', '-z', '--index-info'];
  await runInRepository(repository, args, { indexFile, input: lines.join('') }, signal);
  return readGit(repository, ['write-tree'], { indexFile }, signal);
}
