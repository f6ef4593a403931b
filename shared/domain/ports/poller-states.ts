/** How a poller is doing, kept because a timer function forgets everything between two ticks. */
export interface PollerState {
  lastSuccessAt?: number | undefined;
  /** Failures since the last success. */
  failures: number;
  /** Not polled before this time. */
  nextAllowedAt?: number | undefined;
  /** Catalogue code of the last failure. */
  code?: string | undefined;
  /**
   * Parts the last poll that succeeded could not look at (Jira projects, GitLab repositories); absent when there were
   * none.
   */
  refused?: string[] | undefined;
  /** So many more than `refused` names, where all of them do not fit into what is stored. */
  moreRefused?: number | undefined;
}

/** So begin rows that are no poller's: when the end of a GitLab token was last asked for, by alias. */
export const TOKEN_ROW = 'credential~';

export interface PollerStates {
  /** `{ failures: 0 }` for a poller that never ran. */
  get(name: string): Promise<PollerState>;
  put(name: string, state: PollerState): Promise<void>;
  /** `put` for many by name, in few requests. */
  putAll(states: ReadonlyMap<string, PollerState>): Promise<void>;
  list(): Promise<Map<string, PollerState>>;
}
