import * as z from 'zod';
import { Instant } from './instant.ts';
import { known } from './known.ts';
import { Signature } from './person.ts';
import { SourceId } from './source.ts';

/** Full object name of a commit, lower case; 40 digits, or 64 in repositories that use SHA-256. */
export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
export type Sha = z.infer<typeof Sha>;

export const Trailer = z.object({ key: z.string(), value: z.string() });
export type Trailer = z.infer<typeof Trailer>;

/** A commit of a range, or one of another branch that is looked at for reverts and back-ports. */
export const CommitFacts = z.object({
  sha: Sha,
  /** In git's order: the first one is the branch that was merged into. */
  parents: z.array(Sha),
  /** First line of the message. */
  subject: z.string(),
  /** The rest of the message, trailers included. */
  body: z.string(),
  trailers: z.array(Trailer),
  author: Signature,
  committer: Signature,
  authoredAt: Instant,
  committedAt: Instant,
  /** Every audited branch that contains it. */
  branches: z.array(z.string()),
  /** `git patch-id --stable`; not known for merges and where diffs were not read. */
  patchId: known(z.string()),
  /** Paths it changes, from the root of the repository. */
  paths: known(z.array(z.string())),
  url: z.string(),
  source: SourceId,
});
export type CommitFacts = z.infer<typeof CommitFacts>;
