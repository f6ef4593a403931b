import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';

/** How the commits of a merge request were found. */
export type AttributionMethod = 'merge-commit' | 'squash-commit' | 'fast-forward' | 'asked';

/** A merge request of the range and the commits that are its own. */
export interface AttributedMergeRequest {
  facts: MergeRequestFacts;
  method: AttributionMethod;
  /** The commit that brought it onto its branch: merge, squash or head of the fast-forward. */
  mergedSha: Sha;
  /** Its own commits, newest first, the merge commit included. */
  commits: Sha[];
  /** Numbers of the merge requests that brought it here, innermost first. */
  carriers: number[];
}

/** Every commit of the range in exactly one of `mergeRequests[].commits`, `direct` and `unattributed`. */
export interface Attribution {
  /** Newest first: each before its parents. */
  commits: CommitFacts[];
  mergeRequests: AttributedMergeRequest[];
  /** Commits that GitLab was asked about and that no merge request has. */
  direct: Sha[];
  /** Commits GitLab was not asked about, or answered about with a merge request that the facts do not have. */
  unattributed: Sha[];
  /** Those of `unattributed` to ask about next: what a merge brought waits for the answer about the merge. */
  leftovers: Sha[];
  /** Listed, but reachable from no end of a range: the branch was rewritten between two pages. */
  unreachable: Sha[];
  /** Ends of ranges that are not in the list. */
  missingEnds: Sha[];
}

/** Most carriers named for one merge request; release branches nest two or three deep. */
export const MAX_CARRIERS = 20;
/** Merges looked through for carriers; a bound, so that a history of nested merges stays linear. */
export const MAX_DEPTH = 200;
