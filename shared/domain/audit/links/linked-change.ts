import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import type { Instant } from '../facts/instant.ts';

/** What a story has to know of a change for it. The change itself, with all its commits, need not be kept. */
export interface LinkedChange {
  id: string;
  inScope: boolean;
  /** When it was merged; the date of the commit where no merge request brought it. */
  mergedAt: Instant;
  /** Where its newest commit that is not a merge was read. */
  codeSource: string | undefined;
}

export function toLinkedChange(change: AuditChange): LinkedChange {
  return {
    id: change.id,
    inScope: change.inScope,
    mergedAt: mergedAt(change),
    codeSource: change.commits.find((commit) => !isMerge(commit))?.source,
  };
}

function mergedAt(change: AuditChange): Instant {
  if (change.kind !== 'merge-request') return change.commit.committedAt;
  const { mergedAt: at, createdAt } = change.mergeRequest.facts;
  return at ?? createdAt;
}
