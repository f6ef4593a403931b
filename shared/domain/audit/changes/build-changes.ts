import picomatch from 'picomatch';
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
      inScope: inScope(isKnown(one.facts.paths) ? one.facts.paths : pathsMerged(bySha.get(one.mergedSha), commits)),
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

/** A merge differs from the branch it was merged into by exactly what it brought. */
function pathsMerged(merged: CommitFacts | undefined, commits: readonly CommitFacts[]): Known<string[]> {
  return merged && isMerge(merged) && isKnown(merged.paths) ? merged.paths : pathsOf(commits);
}

/** Paths of all commits together; not known as soon as those of one are not. Merges only repeat what they bring. */
export function pathsOf(commits: readonly CommitFacts[]): Known<string[]> {
  const paths = new Set<string>();
  for (const commit of commits.filter((one) => !isMerge(one))) {
    if (!isKnown(commit.paths)) return NOT_KNOWN;
    for (const path of commit.paths) paths.add(path);
  }
  return paths.size > 0 ? [...paths] : NOT_KNOWN;
}

function scopeOf(globs: readonly string[]): (paths: Known<string[]>) => boolean {
  if (globs.length === 0) return () => true;
  const matches = picomatch(globs.map(asGlob), { dot: true });
  return (paths) => !isKnown(paths) || paths.some((path) => matches(path));
}

/** `services/shop` and `services/shop/` mean the folder with everything in it. */
function asGlob(path: string): string {
  return /[*?[{(!]/.test(path) ? path : `${path.replace(/\/+$/, '')}{,/**}`;
}
