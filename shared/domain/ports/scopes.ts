/** One run's exclusive hold on a scope, until `expiresAt` unless renewed. */
export interface ScopeLock {
  scope: string;
  runId: string;
  /** Unique per lock: only who took it renews or releases it. */
  holder: string;
  /** 1 for a free scope, one more with each takeover of an expired lock. */
  epoch: number;
  expiresAt: number;
  /** Runs that asked to be named at the release, as far as was known when the lock was written. */
  waiting: readonly string[];
  /** Set when a person took the scope from a runner: until then that runner may still be at work. */
  runnerUntil?: number;
  /** When its holder took or renewed it last; absent where an earlier version did. */
  renewedAt?: number;
  version: string;
}

/** What became of an attempt to take a scope. */
export type ScopeTaken =
  | { kind: 'taken'; lock: ScopeLock }
  | { kind: 'busy'; runId: string; holder: string; expiresAt: number };

/** At most one run works on an issue or a merge request at a time. */
export interface Scopes {
  /** Takes a free scope, or one whose lock has expired. */
  take(wanted: { scope: string; runId: string; holder: string; leaseMs: number }): Promise<ScopeTaken>;
  /** Resolves to the longer lock, or to `undefined` when it is no longer ours. */
  renew(lock: ScopeLock, leaseMs: number): Promise<ScopeLock | undefined>;
  /** Frees the scope and resolves to the runs that waited for it. A lock that is no longer ours is left alone. */
  release(lock: ScopeLock): Promise<string[]>;
  /** Asks to be named when the scope is released; false when it is free, so there is nothing to wait for. */
  waitFor(scope: string, runId: string): Promise<boolean>;
  find(scope: string): Promise<ScopeLock | undefined>;
  /** All locks, expired ones too. One that cannot be read is logged and left out. */
  list(): Promise<ScopeLock[]>;
  /**
   * For operators: puts another holder into the lock, which ends at `until`, but never before it would have ended. The
   * former holder can neither renew nor release it, and no other run begins before it has surely noticed. `undefined`
   * when the lock was renewed, released or taken over since it was read.
   */
  seize(lock: ScopeLock, holder: string, until?: number): Promise<ScopeLock | undefined>;
}
