import type { OwnReviewEnd } from '../runs/own-review-end.ts';

/** What a ticket says about the agent's review of its own merge request. */
export interface OwnReviewNote {
  iid: number;
  url: string;
  /** Findings that are open. */
  findings: number;
  /** The agent is at it; or why it is over. */
  state: 'under-way' | OwnReviewEnd;
  /** What the round has pushed. */
  commitSha?: string | undefined;
  /** Usernames of who is asked to review now. */
  reviewers: readonly string[];
}

/** One line for the ticket: its review found something, the agent mends it once, and what became of that. */
export function formatOwnReview({ iid, url, findings, state, commitSha, reviewers }: OwnReviewNote): string {
  const place = `[!${iid}](${url})`;
  if (state === 'under-way')
    return `**Own review:** the agent's review of ${place} has ${count(findings)} open. The agent mends what it can, once, before people are asked.`;
  const mended =
    commitSha === undefined ? 'the agent has changed nothing' : `the agent has pushed ${commitSha.slice(0, 8)}`;
  const asked = reviewers.length === 0 ? '' : ` Asked to review now: ${reviewers.join(', ')}.`;
  return `**Own review:** of what its review of ${place} found, ${mended}; ${ENDS[state](findings)}.${asked}`;
}

const ENDS: Record<OwnReviewEnd, (findings: number) => string> = {
  fixed: () => 'its review of that finds nothing more',
  'nothing-found': () => 'no finding is open any more',
  left: (findings) => `${count(findings)} ${findings === 1 ? 'is' : 'are'} left to people`,
  'not-reviewed': () => 'its review did not look at it again',
  budget: () => 'a budget that is used up keeps it from more',
  'head-of-a-person': () => 'a person has pushed, and the agent leaves the rest to people',
  'person-spoke': () => 'a person has spoken there, and the agent leaves the rest to people',
  'work-unknown': () => 'the run that opened it is not known any more',
  off: () => 'the map leaves the rest to people',
};

function count(findings: number): string {
  return findings === 1 ? '1 finding' : `${findings} findings`;
}
