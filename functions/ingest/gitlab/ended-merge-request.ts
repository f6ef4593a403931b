/** A merge request that was merged or closed. Hints: what acts on it reads it again. */
export interface EndedMergeRequest {
  projectId: number;
  mergeRequestIid: number;
  ending: 'merged' | 'closed';
  sourceBranch: string;
  seenBy: 'webhook' | 'poll';
}

/**
 * Makes sure that the ticket of an ended merge request is updated; durable once it resolves. Called for the same end
 * more than once, by webhook and by poll, with the same effect. @throws {TaskError} when it could not; the next
 * delivery or poll calls it again.
 */
export type OnMergeRequestEnded = (ended: EndedMergeRequest) => Promise<EndedResult>;

/** `noted`: kept as something that needs no run. */
export type EndedResult = { runId: string; duplicate: boolean } | { noted: string } | { skipped: string };
