/** Which part of a merge request a review looks at. */
export type ReviewRange =
  | { kind: 'full'; because: 'first' | 'asked' | 'rewritten' }
  | { kind: 'incremental'; from: string }
  | { kind: 'nothing' };

export interface ReviewRangeInput {
  /** The head the last summary note names (`readReviewedHead`). */
  reviewedHead: string | undefined;
  headSha: string;
  /** Whether the reviewed head is still part of the branch; false after a rebase or force-push, or when it is gone. */
  isAncestor: boolean;
  depth: 'incremental' | 'full';
}

/** Decides between everything, only the new commits, and nothing because this head was reviewed before. */
export function planReviewRange({ reviewedHead, headSha, isAncestor, depth }: ReviewRangeInput): ReviewRange {
  if (depth === 'full') return { kind: 'full', because: 'asked' };
  if (reviewedHead === undefined) return { kind: 'full', because: 'first' };
  if (reviewedHead === headSha) return { kind: 'nothing' };
  return isAncestor ? { kind: 'incremental', from: reviewedHead } : { kind: 'full', because: 'rewritten' };
}
