import { createPathMatcher } from '../../paths/create-path-matcher.ts';
import type { CommitFacts } from '../facts/commit.ts';
import { isKnown, type Known, NOT_KNOWN } from '../facts/known.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import type { AttributedMergeRequest, Attribution } from '../range/attribution.ts';
import { type AuditChange, commitId, isMerge, mergeRequestId } from './audit-change.ts';

/**
 * The changes of a repository: every commit of the attribution in exactly one of them. A change that touches none of
 * the binding's paths is out of scope; one whose paths are not known is in scope, since leaving it out could hide it.
 */
export function buildChanges(repository: RepositoryFacts, attribution: Attribution): AuditChange[] {
  const bySha = new Map(attribution.commits.map((commit) => [commit.sha, commit]));
  const inScope = scopeOf(repository.paths);
  const fromMergeRequest = (one: AttributedMergeRequest): AuditChange => {
    const commits = one.commits.flatMap((sha) => bySha.get(sha) ?? []);
    return {
      kind: 'merge-request',
      id: mergeRequestId(repository.repository, one.facts.iid),
      repository,
      mergeRequest: one,
      commits,
      mergedSha: one.mergedSha,
      carrierOnly: commits.every(isMerge),
      inScope: inScope(isKnown(one.facts.paths) ? one.facts.paths : pathsMerged(one, bySha, commits)),
    };
  };
  const fromCommit =
    (kind: 'direct-push' | 'unattributed') =>
    (sha: string): AuditChange[] => {
      const commit = bySha.get(sha);
      if (!commit) return [];
      const id = commitId(repository.repository, sha);
      return [{ kind, id, repository, commit, commits: [commit], mergedSha: sha, inScope: inScope(commit.paths) }];
    };
  return [
    ...attribution.mergeRequests.map(fromMergeRequest),
    ...attribution.direct.flatMap(fromCommit('direct-push')),
    ...attribution.unattributed.flatMap(fromCommit('unattributed')),
  ];
}

/** The merge commit differs from the target branch by exactly what it brought; a merge inside the branch does not. */
function pathsMerged(
  { facts }: AttributedMergeRequest,
  bySha: ReadonlyMap<string, CommitFacts>,
  commits: readonly CommitFacts[],
): Known<string[]> {
  const merged = facts.mergeCommitSha === null ? undefined : bySha.get(facts.mergeCommitSha);
  if (merged && isMerge(merged) && isKnown(merged.paths)) return merged.paths;
  return pathsOf(commits, facts.mergeCommitSha);
}

/**
 * Paths of all commits together; not known as soon as those of one are not. The merge that brought them only repeats
 * them. Any other merge may have a change of its own, which its difference from one parent does not show.
 */
export function pathsOf(commits: readonly CommitFacts[], mergeCommitSha: string | null = null): Known<string[]> {
  const paths = new Set<string>();
  for (const commit of commits.filter(({ sha }) => sha !== mergeCommitSha)) {
    if (isMerge(commit) || !isKnown(commit.paths)) return NOT_KNOWN;
    for (const path of commit.paths) paths.add(path);
  }
  return paths.size > 0 ? [...paths] : NOT_KNOWN;
}

function scopeOf(given: readonly string[]): (paths: Known<string[]>) => boolean {
  if (given.length === 0) return () => true;
  const find = createPathMatcher(given);
  // A commit without paths may be one whose paths were hidden.
  return (paths) => !isKnown(paths) || paths.length === 0 || paths.some((path) => find(path) !== undefined);
}
