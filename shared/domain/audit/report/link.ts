import * as z from 'zod';

/**
 * Where a key was read, best first. A key in a body is a mention and covers nothing. `ticket`: the change names none,
 * and a ticket of the version has the label that `cmap audit fix` gives to a ticket it creates for this change.
 * `revert` is a key inside the quotes of a revert, `cherry-pick` one that only the original commit names.
 */
export const LINK_VIA = ['subject', 'trailer', 'title', 'branch', 'ticket', 'cherry-pick', 'revert', 'body'] as const;
export const LinkVia = z.enum(LINK_VIA);
export type LinkVia = z.infer<typeof LinkVia>;

export const ReportLink = z.strictObject({
  /** Key of the issue today. */
  key: z.string(),
  /** Key as it was written; another one when the issue has moved since. */
  written: z.string(),
  /** Id of the change. */
  change: z.string(),
  via: LinkVia,
  /** Whether it makes the change one for the issue; false is a mention. */
  covers: z.boolean(),
  ticket: z.enum(['in-version', 'not-in-version', 'other-project', 'unknown', 'forbidden', 'not-known']),
  moved: z.boolean(),
  /** SHAs of the change's commits that name the key themselves. */
  commits: z.array(z.string()),
});
export type ReportLink = z.infer<typeof ReportLink>;
