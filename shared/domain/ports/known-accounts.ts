import type { GitLabUser, TokenInfo } from './gitlab.ts';

/** What GitLab has said about one credential. */
export interface KnownAccount {
  /** Of the token it was said about; another token may belong to another account. Never the token. */
  digest: string;
  user?: Dated<GitLabUser>;
  /** `value` is absent where GitLab could not say. */
  token?: Dated<TokenInfo | undefined>;
}

interface Dated<Value> {
  value: Value;
  /** When GitLab said it, in milliseconds since the epoch. */
  at: number;
}

/**
 * Remembers across processes who a credential is, so that the first event of a new one asks GitLab nothing. Keys are
 * opaque text, as those of `ProjectCache`. Losing an entry costs one request and nothing else.
 */
export interface KnownAccounts {
  find(key: string): Promise<KnownAccount | undefined>;
  put(key: string, account: KnownAccount): Promise<void>;
}
