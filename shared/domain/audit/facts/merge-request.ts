import * as z from 'zod';
import { CommitFacts, Sha } from './commit.ts';
import { Instant } from './instant.ts';
import { known } from './known.ts';
import { Person } from './person.ts';
import { PipelineFacts } from './pipeline.ts';
import { SourceId } from './source.ts';

export const Approval = z.object({
  by: Person,
  /** Only REST gives it: `approved_by[].approved_at` of one merge request, or the event of the approval. */
  at: known(Instant),
  /**
   * Where the event was read whose time `at` is; GitLab writes it a moment after the approval. Absent where `at` is
   * exact.
   */
  listedIn: SourceId.optional(),
});
export type Approval = z.infer<typeof Approval>;

/** One state of the source branch that was pushed while the merge request was open (`merge_requests/:iid/versions`). */
export const DiffVersion = z.object({
  headSha: Sha,
  createdAt: Instant,
  /** `patch_id_sha`: the same before and after a rebase that changed nothing. */
  patchId: known(z.string()),
});
export type DiffVersion = z.infer<typeof DiffVersion>;

/**
 * Commits of the source branch as it was when merged; a squash leaves none of them in the target's history. The newest
 * one that is not a merge is enough for the age of approvals; the others add run trailers and the sentences of reverts.
 */
export const SourceCommit = CommitFacts.pick({
  sha: true,
  parents: true,
  subject: true,
  body: true,
  trailers: true,
  author: true,
  committer: true,
  committedAt: true,
  patchId: true,
});
export type SourceCommit = z.infer<typeof SourceCommit>;

export const MergeRequestFacts = z.object({
  /** Number within the project. */
  iid: z.int(),
  state: z.enum(['opened', 'closed', 'merged', 'locked']),
  title: z.string(),
  description: z.string(),
  sourceBranch: z.string(),
  /** Path of the source project; not known when it is a fork that cannot be read or is gone. */
  sourceProject: known(z.string()),
  targetBranch: z.string(),
  labels: z.array(z.string()),
  /** Head of the source branch. */
  sha: Sha.nullable(),
  mergeCommitSha: Sha.nullable(),
  squashCommitSha: Sha.nullable(),
  /** Number of commits of the source branch; bounds the walk through a fast-forwarded branch. */
  commitCount: known(z.int()),
  createdAt: Instant,
  mergedAt: Instant.nullable(),
  /** The ghost user where the account was deleted. */
  author: Person,
  mergedBy: known(Person.nullable()),
  /** Persons GitLab counts as committers. Not known: taken from the commits instead. */
  committers: known(z.array(Person)),
  approvals: known(z.array(Approval)),
  /** Oldest first. Not known: the dates of the commits decide. */
  diffVersions: known(z.array(DiffVersion)),
  sourceCommits: known(z.array(SourceCommit)),
  /** null: none ran. */
  headPipeline: known(PipelineFacts.nullable()),
  /** Paths the change touches. */
  paths: known(z.array(z.string())),
  url: z.string(),
  source: SourceId,
  /** Where the approvals were read; null when they were not. */
  approvalsSource: SourceId.nullable(),
});
export type MergeRequestFacts = z.infer<typeof MergeRequestFacts>;
