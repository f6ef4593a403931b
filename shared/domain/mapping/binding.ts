import type { AuditPolicy } from '../audit/policy/audit-policy.ts';
import type { ShadowMode } from '../runs/shadow-mode.ts';
import type { EventRules } from './event-rules.ts';
import type { Severity } from './severity.ts';

/** The event on a Jira issue that starts work: a status, an assignee (account id) or a label. */
export type Trigger =
  | { kind: 'status'; status: string }
  | { kind: 'assignee'; accountId: string }
  | { kind: 'label'; label: string };

/**
 * Whether the agent makes a plan before it changes anything: `ask` waits for a person to approve it, `show` goes on
 * with it at once.
 */
export type PlanMode = 'ask' | 'show' | 'off';

/**
 * `live` delivers what the agent does. In `shadow` a run does all of its work and nothing leaves the runner but what
 * people judge it by: on the ticket, or with `shadow-board` on the board alone.
 */
export type BindingMode = 'live' | ShadowMode;

/**
 * Where work is kept that is still refused when a run ends: on a branch of its own, as a patch on the ticket, or
 * nowhere.
 */
export type RefusedWorkMode = 'branch' | 'patch' | 'drop';

export interface BindingStatuses {
  inProgress: string;
  inReview: string;
  /** `off` leaves the ticket alone when its merge request is merged; who merged it is recorded all the same. */
  done: string | 'off';
  /** Set when the agent ends without a merge request; absent leaves the ticket where it is. */
  stopped?: string;
  /** Set in place of `stopped` when the agent has a question. */
  needsAnswer?: string;
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
  /** The least severity that is posted as a thread; what is below it stands in the summary. */
  minSeverity: Severity;
  /** Whether the reviewed commit gets the status `cmap/review`. */
  status: 'on' | 'off';
  /**
   * What its review finds in a merge request of the agent goes back to the agent, once, before people are asked;
   * absent: people decide.
   */
  fixOwnFindings?: true;
  bots: BotRules;
}

/** What becomes of merge requests of other bots. */
export interface BotRules {
  /** Of those that are no dependency update. */
  mergeRequests: 'skip' | 'review';
  /** With `summary` what is found stands in the summary only. */
  dependencyUpdates: 'skip' | 'summary' | 'review';
  /** Globs of usernames that are bots besides those that GitLab or their name says are. */
  authors: string[];
  /** Globs of source branches of dependency updates. */
  dependencyBranches: string[];
  dependencyLabels: string[];
}

/** A word for each issue type, for `{type}` in names and titles. */
export interface TypeWords {
  /** In the order of the map. */
  listed: { type: string; word: string }[];
  /** For every other type. */
  other: string;
}

/** Where the description of a merge request comes from: a text of the binding, or a template of the repository. */
export type DescriptionForm = { text: string } | { template: string };

/** Where more reviewers come from, by change and ticket. */
export interface ReviewerRules {
  /** Owners of the paths that change, by CODEOWNERS of the target branch. */
  codeowners: boolean;
  /** The person of the issue; absent is none. */
  jira?: 'reporter' | 'assignee';
  /** Reviewers of one merge request at most, those by name among them. */
  max: number;
}

/** What a merge request of the agent is given when it is opened, and only then: what people change later stays. */
export interface MergeRequestRules {
  /** With `{key}`, `{summary}` and `{type}`; absent is `{key}: {summary}`. */
  title?: string;
  /** Absent: as the product writes it. */
  description?: DescriptionForm;
  labels: string[];
  /** GitLab username. */
  assignee?: string;
  /** GitLab usernames. */
  reviewers: string[];
  /** Who else is asked to review; absent is none. */
  findReviewers?: ReviewerRules;
  /**
   * The agent takes it out of draft when its pipeline is green and the criteria are met; absent leaves it to people.
   */
  ready?: 'when-green';
  /** The ticket says who asks for changes in it; absent: only the merge request does. */
  tellRequestedChanges?: true;
  /** Whether merging makes one commit of it; absent leaves it to the project. */
  squash?: boolean;
}

/** What may be used in one UTC month; absent means unlimited. */
export interface MonthLimits {
  runsPerMonth?: number;
  tokensPerMonth?: number;
  /** Money, in the currency of the deployment. */
  costPerMonth?: number;
}

export interface Budget extends MonthLimits {
  /** Per run. */
  maxTurns: number;
  maxTokens: number;
  maxMinutes: number;
  /** Per binding and UTC day; absent means unlimited. */
  runsPerDay?: number;
  tokensPerDay?: number;
}

/** How much one run may change at most: what is new counts, not the size of a file that is changed. */
export interface ChangeLimits {
  maxFiles: number;
  /** New text in one file, in KiB. */
  maxFileKb: number;
  /** A new or changed binary file, in KiB. */
  maxBinaryKb: number;
  /** All that is new together, in KiB. */
  maxChangeKb: number;
  /** The share of the repository's files that may be deleted, 0 to 100. */
  maxDeletedPercent: number;
}

/** Which attachments of an issue agents are given. */
export interface AttachmentRules {
  /** Files of one issue. */
  maxFiles: number;
  /** One file, in KiB. */
  maxFileKb: number;
}

/** How the agent's commits are written. */
export interface CommitRules {
  /** With `{key}` for the issue key, `{summary}` for what was done and `{type}` for the word of its type. */
  subject: string;
  /** A `Signed-off-by` line for the author of the commits. */
  signOff: boolean;
  /** `Name <address>` of people who get a `Co-authored-by` line; absent is none. */
  coAuthors?: string[];
  /** Alias of the SSH key that signs them; absent signs none. */
  signingKeyRef?: string;
}

/**
 * Who may start work on a ticket, besides being a person: members of one of these groups, or with one of these roles.
 */
export interface Askers {
  /** Names of groups of the Jira site. */
  groups: string[];
  /** Names of roles of the Jira project. */
  roles: string[];
}

/** How releases of the repository are audited. */
export interface AuditRules {
  policy: AuditPolicy;
  /** Globs; empty means the whole repository. */
  paths: string[];
}

/** A value of the environment of `validate`: as it stands, or the alias of a secret. */
export type ValidateValue = string | { secretRef: string };

/** The kinds of work an agent does. */
export const AGENT_WORK = ['coding', 'review', 'reply'] as const;
export type AgentWork = (typeof AGENT_WORK)[number];

/** A value an MCP server is given: as it stands, or the alias of a secret. */
export type McpValue = string | { secretRef: string };

/** A server of the Model Context Protocol whose tools the agent may use. */
export interface McpServer {
  /** Unique in its binding; its tools are called `<name>-<tool>`. */
  name: string;
  reachedBy:
    | { kind: 'stdio'; command: string; args: string[]; env: Record<string, McpValue> }
    | { kind: 'http'; url: string; headers: Record<string, McpValue> };
  /** Absent: all that it has. */
  tools?: string[];
  /** Absent: every kind. */
  work?: AgentWork[];
  /** Whether a session goes on without it when it does not start. */
  isOptional: boolean;
}

/** Texts for every kind of work, and for one. */
export type AgentInstructions = Partial<Record<'all' | AgentWork, string>>;

export interface LabelledModel {
  label: string;
  model: string;
}

export type AgentModels = Partial<Record<AgentWork, string>>;

/** What a route asks of an issue, by names as Jira shows them: all that is said here, of each list one name. */
export interface RouteCondition {
  components?: string[];
  labels?: string[];
  issueTypes?: string[];
  /** By the name or the id of the field. */
  field?: { name: string; values: string[] };
}

/** Which issues of a Jira project go to a repository of their own. */
export interface Route {
  /** Unique in its binding; tasks and logs name it. */
  name: string;
  when: RouteCondition;
}

/**
 * One Jira project bound to one GitLab repository, every field resolved: what the runtime works with. A project with
 * routes has one for each of them, and one without a route where its other issues have a repository.
 * The YAML source with its optional fields is `MappingSource`.
 */
export interface Binding {
  /**
   * Upper case, e.g. `PROJ`. Absent: no ticket is worked on, and the agent only reviews merge requests and answers
   * notes. What is about tickets and changes then has its built-in value, and nothing reads it.
   */
  jiraProject?: string;
  /** Full path, e.g. `group/sub/app`. */
  repo: string;
  /** Absent: the only repository of its project, or the one for the issues that fit no route. */
  route?: Route;
  targetBranch: string;
  /**
   * The branch of each fix version that a merged change is taken over to, with `{version}` in it; absent: people do
   * that.
   */
  backPorts?: string;
  /** What conflicts there goes to the agent, once; absent: people do that, too. */
  resolveBackPorts?: true;
  mode: BindingMode;
  /** Lower-cased alias. */
  credentialRef: string;
  trigger: Trigger;
  /** Absent: every person of the site who may comment or move the ticket. */
  askers?: Askers;
  statuses: BindingStatuses;
  /** Jira account id the ticket is assigned to when it is in review; absent assigns it to the person who moved it. */
  reviewer?: string;
  /** The Jira label a ticket carries while the agent has ended without a merge request. */
  stoppedLabel?: string;
  /** The one in place of it when the agent has a question. */
  needsAnswerLabel?: string;
  plan: PlanMode;
  /** The Jira label that asks for a plan as `ask` does, on the ticket that carries it. */
  planLabel?: string;
  mergeRequest: MergeRequestRules;
  /** A shell command the runner executes before pushing. */
  validate?: string;
  /** Variables of that command; absent where it is given none. */
  validateEnv?: Record<string, ValidateValue>;
  /** Servers whose tools the agent may use; absent where there are none. */
  mcpServers?: McpServer[];
  /** The runner image its tasks are performed in; absent is the default one. */
  image?: string;
  /** How often a change that is refused goes back to the agent in one coding run. */
  repairRounds: number;
  refusedWork: RefusedWorkMode;
  /** Whether a maintainer of the project may let refused files pass once. */
  allowRefused: 'maintainer' | 'off';
  /**
   * Whether the target branch is merged into the branch of an issue: on rework, on `/copilot rebase`, and when GitLab
   * says that the merge request has conflicts.
   */
  mergeTarget: 'on' | 'off';
  /** Whether a failed pipeline of a merge request of the agent goes to the agent. */
  repairPipelines: 'on' | 'off';
  /** Globs of paths the agent may not change. */
  protectedPaths: string[];
  /** Globs of the part of the repository the agent may change; absent means all of it. */
  paths?: string[];
  limits: ChangeLimits;
  commit: CommitRules;
  review: ReviewRules;
  /** Fields of the issue, by name or id, that the agent is shown besides those every issue has. */
  ticketFields: string[];
  /** The field that holds the acceptance criteria, by name or id; absent looks for them in the description. */
  acceptanceCriteriaField?: string;
  /** `off`: agents know nothing of attachments. */
  attachments: AttachmentRules | 'off';
  /** What the team asks of the agent; absent where it asks nothing of its own. */
  instructions?: AgentInstructions;
  /** Model id for each kind of work; absent means the deployment's. */
  model?: AgentModels;
  /** Models by a label of the issue or merge request, in the order of the map: the first that fits counts. */
  modelsByLabel?: readonly LabelledModel[];
  /** Whether agents are offered the skills of the repository as a tool. */
  skills: 'on' | 'off';
  budget: Budget;
  /** `agent/` unless configured; the branch is this, with the word of the issue type for `{type}`, plus the key. */
  branchPrefix: string;
  /** Absent where no name or title needs them. */
  typeWords?: TypeWords;
  /** At most this many runs of this binding at once; absent means no limit of its own. */
  maxConcurrentRuns?: number;
  /** Absent: the whole repository, by the built-in policy. */
  audit?: AuditRules;
  /** Absent: no webhook is notified. */
  events?: EventRules;
  /** Key of the Jira issue on which the agent writes that the credential ends; absent writes nowhere. */
  noticesIssue?: string;
}

/** A binding whose issues are worked on. */
export type JiraBinding = Binding & { jiraProject: string };

/** Whether a binding has a Jira project: without one nothing of the agent is about a ticket. */
export function hasJiraProject(binding: Binding): binding is JiraBinding {
  return binding.jiraProject !== undefined;
}
