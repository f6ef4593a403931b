import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { isUnchanged } from '../../../shared/domain/tasks/watermark.ts';
import { createSeenItems, type SeenItems } from '../seen-items.ts';

export type SeenMergeRequests = SeenItems<MergeRequest>;

/** The merge requests this instance has read lately. */
export function createSeenMergeRequests(): SeenMergeRequests {
  return createSeenItems<MergeRequest>({ keyOf: ({ projectId, iid }) => `${projectId}!${iid}`, isUnchanged });
}
