import * as z from 'zod';
import { Sha } from './commit.ts';
import { Instant } from './instant.ts';
import { SourceId } from './source.ts';

const Count = z.int().min(0);

/**
 * What a review of the agent says about the acceptance criteria of a ticket at one head of a merge request, as the run
 * ledger has it. Not what the agent says of its own work.
 */
export const CriteriaMark = z.object({
  runId: z.string(),
  /** Project path of the repository. */
  repository: z.string(),
  mergeRequestIid: z.int(),
  headSha: Sha,
  issueKey: z.string(),
  at: Instant,
  met: Count,
  partly: Count,
  notMet: Count,
  notAnswered: Count,
  /** Criteria of the ticket the review was not given; absent where there were none. */
  leftOut: Count.optional(),
  source: SourceId,
});
export type CriteriaMark = z.infer<typeof CriteriaMark>;
