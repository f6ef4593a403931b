import * as z from 'zod';
import { Sha } from './commit.ts';
import { known } from './known.ts';
import { SourceId } from './source.ts';

/** Words of GitLab; https://docs.gitlab.com/api/pipelines/. */
export const PIPELINE_STATUSES = [
  'success',
  'failed',
  'canceled',
  'canceling',
  'skipped',
  'manual',
  'created',
  'waiting_for_resource',
  'preparing',
  'pending',
  'running',
  'scheduled',
] as const;

export const PipelineFacts = z.object({
  id: z.int(),
  sha: Sha,
  ref: z.string(),
  status: z.enum(PIPELINE_STATUSES),
  /** Succeeded although jobs that may fail did fail (GitLab's "passed with warnings"). */
  allowedFailures: known(z.boolean()),
  url: z.string(),
  source: SourceId,
});
export type PipelineFacts = z.infer<typeof PipelineFacts>;
