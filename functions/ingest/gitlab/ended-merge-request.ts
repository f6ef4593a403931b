import type { Binding } from '../../../shared/domain/mapping/binding.ts';

/** A merge request that was merged or closed. Hints: whoever acts on it reads it again. */
export interface EndedMergeRequest {
  projectId: number;
  mergeRequestIid: number;
  ending: 'merged' | 'closed';
  sourceBranch: string;
  binding: Binding;
  seenBy: 'webhook' | 'poll';
}

/**
 * Sees to it that the ticket of an ended merge request is looked after; durable once it resolves. It is told of the same end more
 * than once, by webhook and by poll, and must not mind. @throws {TaskError} when it could not; it is told again then.
 */
export type OnMergeRequestEnded = (ended: EndedMergeRequest) => Promise<EndedResult>;

/** `noted`: kept as something that needs no run. */
export type EndedResult = { runId: string; duplicate: boolean } | { noted: string } | { skipped: string };
