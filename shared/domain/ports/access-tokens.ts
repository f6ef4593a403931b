import type { Secret } from '../../kernel/secret.ts';

/** Tokens that end after a while and are replaced by new ones, for requests to one service. */
export interface AccessTokens {
  /**
   * A token that is good for some time yet.
   * @throws {TaskError} `jira-sign-in-refused`, `jira-sign-in-failed`, `jira-unavailable`, `storage-*`.
   */
  get(): Promise<Secret>;
  /** A token for one that the service has refused: another one, or the same where a new one would not help. */
  replace(refused: Secret): Promise<Secret>;
}
