import * as z from 'zod';
import { Sha } from './commit.ts';
import { Instant } from './instant.ts';
import { known } from './known.ts';
import { Approval } from './merge-request.ts';
import { Person } from './person.ts';
import { SourceId } from './source.ts';

/** A deployment that succeeded. */
export const DeploymentFacts = z.object({
  id: z.int(),
  environment: z.string(),
  sha: Sha,
  ref: z.string(),
  finishedAt: Instant,
  by: Person,
  /** Approvals of the deployment itself (protected environments). */
  approvals: known(z.array(Approval)),
  url: z.string(),
  source: SourceId,
});
export type DeploymentFacts = z.infer<typeof DeploymentFacts>;
