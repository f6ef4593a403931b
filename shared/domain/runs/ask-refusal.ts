import * as z from 'zod';

/** Why a request on a ticket starts nothing. Dashboards count these words: add freely, rename never. */
export const AskRefusal = z.enum([
  /** A customer of a service desk, an app, or an account Jira says nothing about. */
  'asker-not-a-person',
  /** Not in a group or role the binding names. */
  'asker-not-named',
  /** The binding names groups or roles, and Jira does not say who asked or who is in them. */
  'asker-unknown',
  'asked-too-often',
]);
export type AskRefusal = z.infer<typeof AskRefusal>;

/** Comments on one ticket that may start work within an hour. */
export const MAX_ASKS_PER_HOUR = 6;
