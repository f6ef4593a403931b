import { askForReview } from './ask-for-review.ts';
import { gatherReview } from './gather-review.ts';
import { reviewInParts } from './review-in-parts.ts';
import type { ReviewReport, ReviewSession } from './review-session.ts';

/**
 * Has the agent read the change: in one session, or in one for each part where it is too large for one.
 * @throws {AgentFailure}
 */
export async function runReviewAgent(session: ReviewSession, signal: AbortSignal): Promise<ReviewReport> {
  const basis = await gatherReview(session, signal);
  const [files = [], ...more] = session.material.parts;
  if (more.length > 0) return reviewInParts(session, basis, signal);
  const { runAgent } = session.run.deps;
  return askForReview(session, basis, { files, threads: basis.threads, runAgent }, signal);
}
