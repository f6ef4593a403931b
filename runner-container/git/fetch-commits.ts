import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { RETRY, retry } from '../../shared/kernel/retry.ts';
import { followRename } from './follow-rename.ts';
import type { Repository } from './git.ts';
import { isGone } from './is-gone.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { probeRemote } from './probe-remote.ts';
import { resolveObject } from './resolve-commits.ts';
import { readGit, runInRepository } from './run-git.ts';

const FETCH_TIMEOUT_MS = 5 * MINUTE;

export interface FetchOptions {
  /** Commits of history; 50 unless given. */
  depth?: number;
  /** Full name of a local ref that keeps what was fetched. */
  into?: string;
}

/**
 * Brings one commit by full ref name (`refs/heads/x`, `refs/merge-requests/7/head`) or sha, and resolves with its sha.
 * @throws {TaskError} `gitlab-*` by status, `branch-gone` when the remote lets us in and has no such ref,
 * `commits-not-sent` when it has the ref, or for a sha, `git-timed-out`.
 */
export async function fetchCommit(
  repository: Repository,
  refOrSha: string,
  { depth = 50, into }: FetchOptions,
  signal: AbortSignal,
): Promise<string> {
  const refspec = into ? `+${refOrSha}:${into}` : refOrSha;
  const args = (cloneUrl: string) => [`--depth=${depth}`, '--', cloneUrl, refspec];
  try {
    await fetching(repository, args, signal);
  } catch (error) {
    if (
      error instanceof TaskError &&
      error.code === 'commits-not-sent' &&
      (await isMissing(repository, refOrSha, signal))
    )
      throw new TaskError('branch-gone', { cause: error });
    throw error;
  }
  return resolveObject(repository, 'FETCH_HEAD^{commit}', signal);
}

/**
 * The best common ancestor of two commits, fetching more history of a shallow clone as needed.
 * `undefined` when their histories have nothing in common.
 */
export async function findMergeBase(
  repository: Repository,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const more of ['--deepen=200', '--deepen=2000', '--unshallow']) {
    const base = await mergeBase(repository, a, b, signal);
    if (base || (await readShallow(repository)).size === 0) return base;
    await fetching(repository, (cloneUrl) => [more, '--', cloneUrl, a, b], signal);
  }
  return mergeBase(repository, a, b, signal);
}

/**
 * The same, as a merge needs it: a shallow clone may show an old common ancestor by a short way, such as a branch that
 * was merged late, before it shows the youngest one. So the history above what was found is fetched to its end.
 */
export async function findBaseOfMerge(
  repository: Repository,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let base = await findMergeBase(repository, a, b, signal);
  for (const more of ['--deepen=2000', '--unshallow']) {
    if (base === undefined || !(await isCutAbove(repository, base, [a, b], signal))) return base;
    await fetching(repository, (cloneUrl) => [more, '--', cloneUrl, a, b], signal);
    base = await mergeBase(repository, a, b, signal);
  }
  return base;
}

/** Whether the history between the tips and the base ends where the clone is shallow. */
async function isCutAbove(
  repository: Repository,
  base: string,
  tips: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const cut = await readShallow(repository);
  if (cut.size === 0) return false;
  const commits = await readGit(repository, ['rev-list', '--end-of-options', ...tips, `^${base}`, '--'], {}, signal);
  return commits.split('\n').some((sha) => cut.has(sha));
}

/** Whether `ancestor` is reachable from `descendant` in the history that was fetched. */
export async function isAncestor(
  repository: Repository,
  ancestor: string,
  descendant: string,
  signal: AbortSignal,
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant];
  const { exitCode } = await runInRepository(repository, args, { exitCodes: [0, 1] }, signal);
  return exitCode === 0;
}

async function mergeBase(
  repository: Repository,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { exitCode, stdout } = await runInRepository(
    repository,
    ['merge-base', '--end-of-options', a, b],
    { exitCodes: [0, 1] },
    signal,
  );
  return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** The commits whose parents were not fetched; none in a clone that is whole. gitrepository-layout(5), "shallow". */
async function readShallow({ gitDir }: Repository): Promise<ReadonlySet<string>> {
  const text = await readFile(path.join(gitDir, 'shallow'), 'utf8').catch((error: unknown) => {
    if (isGone(error)) return '';
    throw error;
  });
  return new Set(text.split('\n').filter((sha) => sha !== ''));
}

/** Whether this is a ref the remote does not have. Only its own list says so; a sha is in no list. */
async function isMissing(repository: Repository, refOrSha: string, signal: AbortSignal): Promise<boolean> {
  if (/^[0-9a-f]{40,64}$/.test(refOrSha)) return false;
  return !(await listRemoteRefs(repository.git, repository.remote, [refOrSha], signal)).has(refOrSha);
}

/** What is fetched from the address where the project stands. */
type FetchArguments = (cloneUrl: string) => readonly string[];

/** A ref that is not there and a connection that broke look the same to git, so it is asked three times. */
async function fetching(repository: Repository, args: FetchArguments, signal: AbortSignal): Promise<void> {
  const isTransient = (error: unknown) => error instanceof TaskError && error.code === 'commits-not-sent';
  const policy = { policy: RETRY.fetch, clock: repository.git.clock, isTransient };
  const fetch = () => retry(() => fetchOnce(repository, args, signal), policy, signal);
  await followRename(repository, fetch, signal);
}

async function fetchOnce(repository: Repository, args: FetchArguments, signal: AbortSignal): Promise<void> {
  const { remote } = repository;
  const options = { remote, timeoutMs: FETCH_TIMEOUT_MS };
  const all = ['fetch', '--quiet', '--no-tags', '--no-auto-gc', ...args(remote.cloneUrl)];
  try {
    await runInRepository(repository, all, options, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'git-failed') throw cause;
    const code = await probeRemote(repository.git, remote, 'git-upload-pack', signal);
    throw new TaskError(code ?? 'commits-not-sent', { ...(cause.detail && { detail: cause.detail }), cause });
  }
}
