import * as z from 'zod';
import { CommitFacts, Sha } from './commit.ts';
import { DeploymentFacts } from './deployment.ts';
import { Instant } from './instant.ts';
import { known } from './known.ts';
import { MergeRequestFacts } from './merge-request.ts';
import { PipelineFacts } from './pipeline.ts';
import { SourceId } from './source.ts';

/** A reference and the commit it named when the audit began. */
export const PinnedRef = z.object({
  ref: z.string(),
  sha: Sha,
  committedAt: known(Instant),
  /** Whether it is a tag; asked only where it named another commit in an earlier audit. */
  tag: z.boolean().optional(),
});
export type PinnedRef = z.infer<typeof PinnedRef>;

/** Everything reachable from `to` and not from `from`; `root` is a first release. */
export const RangeFacts = z.object({
  branch: z.string(),
  from: z.union([z.literal('root'), PinnedRef]),
  to: PinnedRef,
  /** Where the two references were read. */
  sources: z.array(SourceId),
});
export type RangeFacts = z.infer<typeof RangeFacts>;

/** Answer to `commits/:sha/merge_requests`. An empty list says that no merge request has it. */
export const AskedCommit = z.object({ sha: Sha, mergeRequestIids: z.array(z.int()), source: SourceId });
export type AskedCommit = z.infer<typeof AskedCommit>;

export const RepositoryFacts = z.object({
  /** Path of the project today, `group/app`. */
  repository: z.string(),
  projectId: z.int(),
  url: z.string(),
  /** Paths the project had before it was renamed or moved. */
  formerPaths: z.array(z.string()),
  /** Globs of the binding; an empty list is the whole repository. */
  paths: z.array(z.string()),
  mergeMethod: known(z.enum(['merge', 'rebase_merge', 'ff'])),
  ranges: z.array(RangeFacts).min(1),
  /** Commits of all ranges. The same SHA may stand there once per branch; they are merged by SHA. */
  commits: z.array(CommitFacts),
  /** Commits of other branches (main, other release branches) that are not in the ranges: reverts and back-ports. */
  elsewhere: z.array(CommitFacts),
  /** Merged ones since the oldest commit of the range, and the open ones that name an issue of the release. */
  mergeRequests: z.array(MergeRequestFacts),
  pipelines: known(z.array(PipelineFacts)),
  /** Successful ones of the audited environment; an empty list when no environment is audited. */
  deployments: known(z.array(DeploymentFacts)),
  askedCommits: z.array(AskedCommit),
  source: SourceId,
});
export type RepositoryFacts = z.infer<typeof RepositoryFacts>;
