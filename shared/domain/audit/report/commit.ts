import * as z from 'zod';

/** One commit of the range. Every commit of the range stands in the report once. */
export const ReportCommit = z.strictObject({
  sha: z.string(),
  repository: z.string(),
  subject: z.string(),
  author: z.string(),
  authorEmail: z.string(),
  committedAt: z.string(),
  branches: z.array(z.string()),
  merge: z.boolean(),
  /** Id of the change it belongs to. */
  change: z.string(),
  /** Keys that cover it: its own, or those of its merge request. */
  keys: z.array(z.string()),
  reverts: z.string().nullable(),
  /** SHA of the revert that is in force; null when the commit counts. */
  revertedBy: z.string().nullable(),
  cherryPickOf: z.string().nullable(),
  /** Run of the agent that wrote it. */
  run: z.string().nullable(),
  /** False when no path of the binding is touched: it is listed and not judged. */
  inScope: z.boolean(),
  url: z.string(),
  source: z.string(),
});
export type ReportCommit = z.infer<typeof ReportCommit>;
