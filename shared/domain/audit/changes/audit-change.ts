import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import type { AttributedMergeRequest } from '../range/attribution.ts';

interface ChangeBase {
  /** `group/app!12` or `group/app@<sha>`. */
  id: string;
  repository: RepositoryFacts;
  /** Its own commits, newest first. */
  commits: readonly CommitFacts[];
  /** The commit it was merged or pushed as. */
  mergedSha: Sha;
  /** False when the binding names paths and it touches none of them. */
  inScope: boolean;
}

/** A merge request with the commits that are its own. */
export interface MergeRequestChange extends ChangeBase {
  kind: 'merge-request';
  mergeRequest: AttributedMergeRequest;
  /** It has no commit but merges: it only brings other merge requests. */
  carrierOnly: boolean;
}

/** A commit without a merge request, or one GitLab could not be asked about. */
export interface CommitChange extends ChangeBase {
  kind: 'direct-push' | 'unattributed';
  commit: CommitFacts;
}

/** The unit that is approved, tested and deployed. */
export type AuditChange = MergeRequestChange | CommitChange;

export function mergeRequestId(repository: string, iid: number): string {
  return `${repository}!${iid}`;
}

export function commitId(repository: string, sha: Sha): string {
  return `${repository}@${sha}`;
}

export function isMerge(commit: Pick<CommitFacts, 'parents'>): boolean {
  return commit.parents.length > 1;
}
