import path from 'node:path';
import type { CommitAuthor } from './commit-changes.ts';
import { createCommit } from './commit-changes.ts';
import { type CommitMessage, formatCommitMessage } from './commit-message.ts';
import type { Repository } from './git.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveObject } from './resolve-commits.ts';
import { readGit, runInRepository } from './run-git.ts';
import { pointHeadAt } from './write-ref.ts';

/** Longer ones are not kept to be applied; as long as a transcript may be. */
export const MAX_APPLIED_BYTES = 5_000_000;

/** What a commit changes in full, as `applyPatch` takes it; `undefined` where it is too long. */
export async function readWholePatch(
  repository: Repository,
  { base, sha }: { base: string; sha: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = ['diff-tree', '-p', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const options = { maxOutputBytes: MAX_APPLIED_BYTES, truncate: true };
  const range = ['--end-of-options', base, sha, '--'];
  const { stdout, truncated } = await runInRepository(repository, [...args, ...range], options, signal);
  const text = stdout.toString('utf8');
  // A file of another encoding is no text, and would come back as something else.
  return truncated || !Buffer.from(text).equals(stdout) ? undefined : text;
}

/**
 * Commits a patch on HEAD and makes the work tree that commit. It is applied among objects: what it says of links and
 * of paths elsewhere touches no file. Resolves to the commit, or to `undefined` where the patch does not fit, and then
 * all is as it was. Judge the commit before it is pushed.
 */
export async function applyPatch(
  repository: Repository,
  { patch, author, ...message }: CommitMessage & { patch: string; author: CommitAuthor },
  signal: AbortSignal,
): Promise<string | undefined> {
  const indexFile = path.join(repository.gitDir, 'apply-index');
  await runInRepository(repository, ['read-tree', 'HEAD'], { indexFile }, signal);
  const options = { indexFile, input: patch, exitCodes: [0, 1, 128] };
  const { exitCode } = await runInRepository(repository, APPLY, options, signal);
  if (exitCode !== 0) return undefined;
  const tree = await readGit(repository, ['write-tree'], { indexFile }, signal);
  if (tree === (await resolveObject(repository, 'HEAD^{tree}', signal))) return undefined;
  const head = await resolveObject(repository, 'HEAD^{commit}', signal);
  const about = { tree, parents: [head], message: formatCommitMessage(message), author };
  const sha = await createCommit(repository, about, signal);
  await pointHeadAt(repository, sha);
  await resetWorkTree(repository, { sha }, signal);
  return sha;
}

const APPLY = ['apply', '--cached', '--whitespace=nowarn', '-'];
