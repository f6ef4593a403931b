import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import pLimit from 'p-limit';

import type { Change, WorkTreeChanges } from './change.ts';
import type { Repository } from './git.ts';
import { findWorkTreeProblem, inspectPath } from './inspect-work-tree.ts';
import { listEntries } from './list-entries.ts';
import { parseStatus, type StatusEntry, type StatusListing } from './parse-status.ts';
import { haveProject, planExcludes } from './plan-excludes.ts';
import { runInRepository } from './run-git.ts';

const MAX_CHANGES = 5000;
const MAX_LISTING_BYTES = 16 * 1024 * 1024;

/**
 * What the work tree has that HEAD has not, untracked files included, left-overs of tools not. Nothing in the work tree
 * is trusted: no program it names runs, no link is followed, no file is read whole, and the list has an end.
 */
export async function listChanges(repository: Repository, signal: AbortSignal): Promise<WorkTreeChanges> {
  const pathsBefore = await listTrackedPaths(repository, 'HEAD', signal);
  const problem = await findWorkTreeProblem(repository.workTree, signal);
  if (problem) return { changes: [], truncated: true, problem, pathsBefore, ignored: [] };

  const { entries, ignored, truncated } = await listWithoutLeftOvers(repository, pathsBefore, signal);
  const limit = pLimit(16);
  const changes = await limit.map(entries.slice(0, MAX_CHANGES), (entry) => describe(repository.workTree, entry));
  return { changes, truncated: truncated || entries.length > MAX_CHANGES, pathsBefore, ignored };
}

/** A project that the change itself begins has left-overs of its own, which are known once its file was seen. */
async function listWithoutLeftOvers(
  repository: Repository,
  pathsBefore: readonly string[],
  signal: AbortSignal,
): Promise<StatusListing> {
  await writeExcludes(repository, planExcludes(pathsBefore));
  const listing = await readStatus(repository, signal);
  const newPaths = listing.entries.filter(({ kind }) => kind === 'added').map(({ path }) => path);
  if (!haveProject(newPaths)) return listing;
  await writeExcludes(repository, planExcludes(pathsBefore, newPaths));
  return readStatus(repository, signal);
}

async function readStatus(repository: Repository, signal: AbortSignal): Promise<StatusListing> {
  const options = { maxOutputBytes: MAX_LISTING_BYTES, truncate: true };
  const { stdout, truncated } = await runInRepository(repository, STATUS, options, signal);
  return parseStatus(stdout.toString('utf8'), truncated);
}

/** Every path of a commit, in git's order. */
export async function listTrackedPaths(repository: Repository, commit: string, signal: AbortSignal): Promise<string[]> {
  return (await listEntries(repository, commit, signal)).map(({ path }) => path);
}

// Submodules are ignored because git would start itself inside them, with the configuration that lies there.
const STATUS = [
  'status',
  '--porcelain=v2',
  '-z',
  '--untracked-files=all',
  // A directory that is ignored as a whole is named and not looked into.
  '--ignored=matching',
  '--no-renames',
  '--ignore-submodules=all',
];

async function writeExcludes({ gitDir }: Repository, lines: readonly string[]): Promise<void> {
  await mkdir(path.join(gitDir, 'info'), { recursive: true });
  await writeFile(path.join(gitDir, 'info', 'exclude'), `${lines.join('\n')}\n`);
}

async function describe(workTree: string, { path: name, kind }: StatusEntry): Promise<Change> {
  if (kind === 'deleted') return { path: name, kind, entry: 'none', sizeBytes: 0, binary: false };
  return { path: name, kind, ...(await inspectPath(workTree, name)) };
}
