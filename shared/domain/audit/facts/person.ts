import * as z from 'zod';
import { known } from './known.ts';

/**
 * A person or account as one service showed it. GitLab gives a username and a name, a commit a name and an address,
 * Jira an account id and a name: what a service does not show is not known, and `samePerson` decides who is the same.
 */
export const Person = z.object({
  /** GitLab username without @. */
  username: known(z.string()),
  name: known(z.string()),
  /** Every address the service showed; an empty list says that it has none. */
  emails: known(z.array(z.string())),
  /** Jira account id. */
  accountId: known(z.string()),
  /** Bot, service account, project or group access token. */
  bot: known(z.boolean()),
});
export type Person = z.infer<typeof Person>;

/** Name and address written into a commit; git checks neither. */
export const Signature = z.object({ name: z.string(), email: z.string() });
export type Signature = z.infer<typeof Signature>;
