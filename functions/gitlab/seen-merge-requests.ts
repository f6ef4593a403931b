import type { MergeRequest } from '../../shared/gitlab/gitlab.ts';
import { isUnchanged } from '../../shared/tasks/watermark.ts';

/** What this instance has read lately, so that the overlap of two polls costs no second reading. */
export interface SeenMergeRequests {
  isUnchanged(mergeRequest: MergeRequest): boolean;
  handled(mergeRequest: MergeRequest, readAt: number): void;
  /** Counts failures at one state of the merge request; true when there were so many that it is given up. */
  failed(mergeRequest: MergeRequest): boolean;
}

interface Seen {
  updatedAt: number;
  readAt: number;
  failures: number;
}

const MAX_REMEMBERED = 5000;
const MAX_FAILURES = 5;

/** Forgetting is harmless: a merge request is read again, and what was admitted is recognised. */
export function createSeenMergeRequests(): SeenMergeRequests {
  const seen = new Map<string, Seen>();
  const remember = (key: string, value: Seen) => {
    seen.delete(key);
    seen.set(key, value);
    const [oldest] = seen.keys();
    if (seen.size > MAX_REMEMBERED && oldest !== undefined) seen.delete(oldest);
  };
  return {
    isUnchanged: (mergeRequest) => isUnchanged(mergeRequest, seen.get(keyOf(mergeRequest))),
    handled(mergeRequest, readAt) {
      remember(keyOf(mergeRequest), { updatedAt: mergeRequest.updatedAt, readAt, failures: 0 });
    },
    failed(mergeRequest) {
      const { updatedAt } = mergeRequest;
      const before = seen.get(keyOf(mergeRequest));
      const failures = (before?.updatedAt === updatedAt ? before.failures : 0) + 1;
      remember(keyOf(mergeRequest), { updatedAt, readAt: 0, failures });
      return failures >= MAX_FAILURES;
    },
  };
}

function keyOf({ projectId, iid }: MergeRequest): string {
  return `${projectId}!${iid}`;
}
