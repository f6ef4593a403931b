/**
 * Why nothing more is done by the agent about what its review finds in its own merge request, so that people are asked.
 * Dashboards count these words: add freely, rename never.
 */
export type OwnReviewEnd =
  | 'off'
  | 'work-unknown'
  | 'head-of-a-person'
  | 'person-spoke'
  | 'budget'
  | 'not-reviewed'
  | 'nothing-found'
  | 'fixed'
  | 'left';
