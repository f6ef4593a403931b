/** The event on a Jira issue that starts work: a status, an assignee (account id) or a label. */
export type Trigger =
  | { kind: 'status'; status: string }
  | { kind: 'assignee'; accountId: string }
  | { kind: 'label'; label: string };

export interface BindingStatuses {
  inProgress: string;
  inReview: string;
  /** `off` leaves the ticket alone when its merge request is merged; who merged it is recorded all the same. */
  done: string | 'off';
}

export interface ReviewRules {
  enabled: boolean;
  /** Review again when commits are pushed, not only when the merge request is opened. */
  onPush: boolean;
  /** Globs; empty means every path. */
  paths: string[];
  skipLabels: string[];
  skipTitleWords: string[];
  /** Globs of source branches that are never reviewed. */
  skipBranches: string[];
  /** What happens to our own thread when the code is fixed and only the agent wrote in it. */
  resolution: 'suggest' | 'resolve' | 'off';
}

/** What a merge request of the agent is given when it is opened, and only then: what people change later stays. */
export interface MergeRequestRules {
  labels: string[];
  /** GitLab username. */
  assignee?: string;
  /** GitLab usernames. */
  reviewers: string[];
}

export interface Budget {
  /** Per run. */
  maxTurns: number;
  maxTokens: number;
  maxMinutes: number;
  /** Per binding and UTC day; absent means unlimited. */
  runsPerDay?: number;
  tokensPerDay?: number;
}

/**
 * One Jira project bound to one GitLab repository, every field resolved: what the runtime works with.
 * The YAML source with its optional fields is `MappingSource`.
 */
export interface Binding {
  /** Upper case, e.g. `PROJ`. */
  jiraProject: string;
  /** Full path, e.g. `group/sub/app`. */
  repo: string;
  targetBranch: string;
  /** Lower-cased alias. */
  credentialRef: string;
  trigger: Trigger;
  statuses: BindingStatuses;
  /** Jira account id the ticket is assigned to when it is in review; absent assigns it to the person who moved it. */
  reviewer?: string;
  mergeRequest: MergeRequestRules;
  /** A shell command the runner executes before pushing. */
  validate?: string;
  /** Globs of paths the agent may not change. */
  protectedPaths: string[];
  review: ReviewRules;
  /** Model id; absent means the deployment's. */
  model?: string;
  budget: Budget;
  /** `agent/` unless configured; the branch is this plus the issue key. */
  branchPrefix: string;
  /** At most this many runs of this binding at once; absent means no limit of its own. */
  maxConcurrentRuns?: number;
}
