import { isMerge } from '../../../../domain/audit/changes/audit-change.ts';
import { isKnown, type Known, NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { RepositoryFacts } from '../../../../domain/audit/facts/repository.ts';
import { attributeCommits } from '../../../../domain/audit/range/attribute-commits.ts';
import { uniqueNames } from '../../../../kernel/text/unique-names.ts';
import type { Asker } from '../ask/asker.ts';
import { DiffApi } from './api-schemas.ts';
import type { ProjectGet } from './pin-range.ts';

/**
 * GitLab shows so many files of a diff at least, and may leave out the rest without a word:
 * https://docs.gitlab.com/administration/diff_limits/
 */
const MOST_FILES = 1000;

/** What the paths of a repository's changes are read from. */
type Changes = Pick<RepositoryFacts, 'repository' | 'commits' | 'ranges' | 'mergeRequests' | 'askedCommits'>;

export interface PathDeps {
  get: ProjectGet;
  asker: Asker;
  /** Length of each list of files that was asked for. */
  filesListed: number[];
}

/**
 * Adds the paths of every merge request of the range and of every commit without one: a call each, and only names are
 * kept. What a clone has shown already is not asked for; what GitLab refuses or shows in part stays "not known", which
 * keeps the change in the release.
 */
export async function readPaths(
  changes: Changes,
  deps: PathDeps,
): Promise<Pick<RepositoryFacts, 'commits' | 'mergeRequests'>> {
  const { mergeRequests, direct, unattributed } = attributeCommits(changes);
  const read = new Set(changes.commits.filter(({ paths }) => isKnown(paths)).map(({ sha }) => sha));
  const merges = new Set(changes.commits.filter(isMerge).map(({ sha }) => sha));
  const ofMergeRequests = new Map<number, Known<string[]>>();
  for (const { facts, commits } of mergeRequests) {
    // What a merge inside the branch changed of its own stands in no difference between two commits.
    const hasInnerMerge = commits.some((sha) => merges.has(sha) && sha !== facts.mergeCommitSha);
    const isShown = commits.every((sha) => read.has(sha));
    if (isKnown(facts.paths) || (isShown && (!hasInnerMerge || merges.has(facts.mergeCommitSha ?? '')))) continue;
    const subject = `${changes.repository}!${facts.iid}`;
    ofMergeRequests.set(facts.iid, await listPaths(`merge_requests/${facts.iid}/diffs`, subject, deps));
  }
  const ofCommits = new Map<string, Known<string[]>>();
  for (const sha of [...direct, ...unattributed].filter((one) => !read.has(one))) {
    const subject = `${changes.repository}@${sha}`;
    ofCommits.set(sha, await listPaths(`repository/commits/${sha}/diff`, subject, deps));
  }
  return {
    commits: changes.commits.map((one) => withPaths(one, ofCommits.get(one.sha))),
    mergeRequests: changes.mergeRequests.map((one) => withPaths(one, ofMergeRequests.get(one.iid))),
  };
}

function withPaths<T>(one: T, paths: Known<string[]> | undefined): T {
  return paths === undefined ? one : { ...one, paths };
}

/** Paths of one diff: a file that was renamed has two. */
export async function listPaths(
  place: string,
  subject: string,
  { get, asker, filesListed }: PathDeps,
): Promise<Known<string[]>> {
  const at = filesListed.push(0) - 1;
  const list = () =>
    asker.askAll(get(place, { per_page: 100 }, true), DiffApi, ({ old_path, new_path }) => [old_path, new_path]);
  const files = await asker.orGap<string[][] | undefined>(subject, list, undefined);
  if (!files) return NOT_KNOWN;
  filesListed[at] = files.length;
  if (files.length >= MOST_FILES) return NOT_KNOWN;
  return uniqueNames(files.flat());
}
