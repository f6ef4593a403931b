import type { CommitFacts, Sha } from '../facts/commit.ts';
import { isKnown } from '../facts/known.ts';
import { createCommitFinder } from './find-commit.ts';
import { parseReferences } from './parse-references.ts';

/** How a commit is known to be a copy of another one. */
export interface Pick {
  of: Sha;
  by: 'trailer' | 'patch-id';
}

/**
 * Cherry-picks among the commits of the range: by the line `git cherry-pick -x` writes, then by patch id. The original
 * may stand in the range, on another branch, or nowhere in the facts (then only the line knows it). Of several equal
 * patches the first one outside the range is the original.
 */
export function findPicks(range: readonly CommitFacts[], elsewhere: readonly CommitFacts[]): Map<Sha, Pick> {
  const find = createCommitFinder(() => [...range, ...elsewhere].map((commit) => commit.sha));
  const byPatch = new Map<string, Sha>();
  const oldestFirst = [...elsewhere].sort((a, b) => Date.parse(a.committedAt) - Date.parse(b.committedAt));
  for (const commit of oldestFirst)
    if (isKnown(commit.patchId) && !byPatch.has(commit.patchId)) byPatch.set(commit.patchId, commit.sha);

  const picks = new Map<Sha, Pick>();
  for (const commit of range) {
    // The last line is the newest: a pick of a pick names both.
    const named = parseReferences(commit.body).pickedFrom.at(-1);
    const same = isKnown(commit.patchId) ? byPatch.get(commit.patchId) : undefined;
    if (named !== undefined) picks.set(commit.sha, { of: find(named) ?? named, by: 'trailer' });
    else if (same !== undefined && same !== commit.sha) picks.set(commit.sha, { of: same, by: 'patch-id' });
  }
  return picks;
}
