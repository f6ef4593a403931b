import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { AuditPolicy } from '../audit/policy/audit-policy.ts';
import {
  type AgentWork,
  type Binding,
  type BindingMode,
  type BotRules,
  hasJiraProject,
  type McpServer,
  type McpValue,
  type PlanMode,
  type RouteCondition,
  type Trigger,
  type ValidateValue,
} from './binding.ts';
import { BUILT_IN_DEFAULTS } from './defaults.ts';
import type { EventFormat, EventType } from './event-rules.ts';
import type { Severity } from './severity.ts';

/** A server of the Model Context Protocol, by its name. */
export interface RuntimeMcpServer {
  command?: string;
  args?: string[];
  env?: Record<string, string | { secret_ref: string }>;
  url?: string;
  headers?: Record<string, string | { secret_ref: string }>;
  tools?: string[];
  for?: AgentWork[];
  optional: boolean;
}

/**
 * One binding as the runtime is given it: every field is there, and one that is not set is `null`. What older releases
 * do not know, routes and the conventions of a house, is there only where it is set, because they refuse it.
 */
export interface RuntimeBinding {
  /** `null` where issues that fit no route have no repository. */
  repo: string | null;
  target_branch: string;
  back_ports?: string | { branch: string; resolve_conflicts: true };
  credential_ref: string;
  trigger: { status: string } | { assignee: string } | { label: string };
  askers: { groups: string[]; roles: string[] } | null;
  statuses: {
    in_progress: string;
    in_review: string;
    done: string;
    stopped: string | null;
    needs_answer: string | null;
  };
  reviewer: string | null;
  stopped_label: string | null;
  needs_answer_label: string | null;
  plan: PlanMode;
  plan_label: string | null;
  merge_request: {
    title?: string;
    description?: string | { template: string };
    labels: string[];
    assignee: string | null;
    reviewers: string[] | { users: string[]; codeowners: boolean; jira: 'reporter' | 'assignee' | 'off'; max: number };
    ready?: 'when-green';
    tell_requested_changes?: true;
    squash?: boolean;
  };
  validate: string | null;
  validate_env: Record<string, string | { secret_ref: string }> | null;
  image: string | null;
  repair_rounds: number;
  refused_work?: 'branch' | 'drop';
  allow_refused?: 'off';
  merge_target: 'on' | 'off';
  repair_pipelines: 'on' | 'off';
  protected_paths: string[];
  limits: {
    max_files: number;
    max_file_kb: number;
    max_binary_kb: number;
    max_change_kb: number;
    max_deleted_percent: number;
  };
  commit: { subject: string; sign_off: boolean; co_authors?: string[]; signing_key_ref?: string };
  review: {
    enabled: boolean;
    on_push: boolean;
    paths: string[];
    skip_labels: string[];
    skip_title_words: string[];
    skip_branches: string[];
    resolution: 'suggest' | 'resolve' | 'off';
    min_severity: Severity;
    status: 'on' | 'off';
    fix_own_findings?: true;
    bots?: BotRules['mergeRequests'];
    dependency_updates?: BotRules['dependencyUpdates'];
    bot_authors?: string[];
    dependency_branches?: string[];
    dependency_labels?: string[];
  };
  ticket_fields: string[];
  acceptance_criteria_field: string | null;
  attachments: { max_files: number; max_file_kb: number } | 'off';
  instructions: Record<'all' | AgentWork, string | null> | null;
  model: string | Record<AgentWork, string | null> | null;
  budget: {
    max_turns: number;
    max_tokens: number;
    max_minutes: number;
    runs_per_day: number | null;
    tokens_per_day: number | null;
    runs_per_month?: number;
    tokens_per_month?: number;
    cost_per_month?: number;
  };
  branch_prefix: string;
  max_concurrent_runs: number | null;
  audit: (AuditPolicy & { paths: string[] }) | null;
  events: { url_ref: string; format: EventFormat; on: EventType[] } | null;
  notices_issue: string | null;
  mcp_servers?: Record<string, RuntimeMcpServer>;
  models_by_label?: Record<string, string>;
  skills?: 'on';
  type_words?: Record<string, string>;
  paths?: string[];
  routes?: RuntimeRoute[];
  mode?: Exclude<BindingMode, 'live'>;
}

/** A route with all that is its own, resolved: nothing of it depends on the binding around it. */
export interface RuntimeRoute {
  name: string;
  when: {
    component?: string[];
    label?: string[];
    issue_type?: string[];
    field?: { name: string; value: string[] };
  };
  repo: string;
  target_branch: string;
  credential_ref: string;
  reviewer: string | null;
  validate: string | null;
  image: string | null;
  paths: string[];
}

/**
 * A binding without a Jira project: what it cannot have is not there. Older releases refuse its key, so that none of
 * them works on it with rules of its own.
 */
export type RuntimeReviewBinding = Pick<RuntimeBinding, (typeof WITHOUT_JIRA)[number]>;

/** What a binding without a Jira project may say: nothing of it is about tickets or changes. */
export const WITHOUT_JIRA = [
  'repo',
  'credential_ref',
  'image',
  'review',
  'instructions',
  'model',
  'budget',
  'max_concurrent_runs',
  'events',
  'mcp_servers',
  'mode',
] as const satisfies readonly (keyof RuntimeBinding)[];

export type RuntimeEntry = RuntimeBinding | RuntimeReviewBinding;

/**
 * What `cmap render-json` prints and the app setting `JIRA_PROJECT_MAP` holds: bindings by Jira project key, and by the
 * path of the repository where they have none.
 */
export interface RuntimeMapping {
  mappings: Record<string, RuntimeEntry>;
}

/** Writes the bindings of one entry in the words of the mapping. */
export function toRuntimeEntry(first: Binding, others: readonly Binding[]): RuntimeEntry {
  return hasJiraProject(first) ? toRuntimeProject(first, others) : withoutJira(toRuntimeBinding(first));
}

function withoutJira(binding: RuntimeBinding): RuntimeReviewBinding {
  const known = new Set<string>(WITHOUT_JIRA);
  const kept = Object.entries(binding).filter(([field]) => known.has(field));
  // What was left are the fields of the list, each with its own value.
  return Object.fromEntries(kept) as unknown as RuntimeReviewBinding;
}

function toRuntimeProject(first: Binding, others: readonly Binding[]): RuntimeBinding {
  const bindings = [first, ...others];
  const rest = bindings.find(({ route }) => route === undefined);
  const routes = bindings.flatMap(toRuntimeRoute);
  if (routes.length === 0) return toRuntimeBinding(first);
  // Without a repository of its own the binding has nothing that could not stand in its routes.
  return { ...(rest ? toRuntimeBinding(rest) : withoutRepository(first)), routes };
}

function withoutRepository({ paths: _, ...first }: Binding): RuntimeBinding {
  const { targetBranch: target_branch, credentialRef: credential_ref } = BUILT_IN_DEFAULTS;
  const none = { repo: null, reviewer: null, validate: null, image: null };
  return { ...toRuntimeBinding(first), target_branch, credential_ref, ...none };
}

function toRuntimeRoute(binding: Binding): RuntimeRoute[] {
  const { route, repo, targetBranch, credentialRef, reviewer, validate, image, paths } = binding;
  if (!route) return [];
  return [
    {
      name: route.name,
      when: toRuntimeCondition(route.when),
      repo,
      target_branch: targetBranch,
      credential_ref: credentialRef,
      reviewer: reviewer ?? null,
      validate: validate ?? null,
      image: image ?? null,
      paths: [...(paths ?? [])],
    },
  ];
}

function toRuntimeBackPorts({ backPorts, resolveBackPorts }: Binding): Pick<RuntimeBinding, 'back_ports'> {
  if (backPorts === undefined) return {};
  return { back_ports: resolveBackPorts ? { branch: backPorts, resolve_conflicts: true } : backPorts };
}

function toRuntimeCondition({ components, labels, issueTypes, field }: RouteCondition): RuntimeRoute['when'] {
  return {
    ...(components ? { component: [...components] } : {}),
    ...(labels ? { label: [...labels] } : {}),
    ...(issueTypes ? { issue_type: [...issueTypes] } : {}),
    ...(field ? { field: { name: field.name, value: [...field.values] } } : {}),
  };
}

/** Writes one binding without what other routes of its project say. */
export function toRuntimeBinding(binding: Binding): RuntimeBinding {
  const { statuses, mergeRequest, review, budget, limits, commit } = binding;
  return {
    repo: binding.repo,
    target_branch: binding.targetBranch,
    ...toRuntimeBackPorts(binding),
    credential_ref: binding.credentialRef,
    trigger: toRuntimeTrigger(binding.trigger),
    askers: binding.askers ? { groups: [...binding.askers.groups], roles: [...binding.askers.roles] } : null,
    statuses: {
      in_progress: statuses.inProgress,
      in_review: statuses.inReview,
      done: statuses.done,
      stopped: statuses.stopped ?? null,
      needs_answer: statuses.needsAnswer ?? null,
    },
    reviewer: binding.reviewer ?? null,
    stopped_label: binding.stoppedLabel ?? null,
    needs_answer_label: binding.needsAnswerLabel ?? null,
    plan: binding.plan,
    plan_label: binding.planLabel ?? null,
    merge_request: toRuntimeMergeRequest(mergeRequest),
    validate: binding.validate ?? null,
    validate_env: binding.validateEnv ? toRuntimeVariables(binding.validateEnv) : null,
    image: binding.image ?? null,
    repair_rounds: binding.repairRounds,
    ...(binding.refusedWork === 'patch' ? {} : { refused_work: binding.refusedWork }),
    ...(binding.allowRefused === 'off' ? { allow_refused: 'off' as const } : {}),
    merge_target: binding.mergeTarget,
    repair_pipelines: binding.repairPipelines,
    protected_paths: [...binding.protectedPaths],
    limits: {
      max_files: limits.maxFiles,
      max_file_kb: limits.maxFileKb,
      max_binary_kb: limits.maxBinaryKb,
      max_change_kb: limits.maxChangeKb,
      max_deleted_percent: limits.maxDeletedPercent,
    },
    commit: {
      subject: commit.subject,
      sign_off: commit.signOff,
      ...(commit.coAuthors ? { co_authors: [...commit.coAuthors] } : {}),
      ...(commit.signingKeyRef === undefined ? {} : { signing_key_ref: commit.signingKeyRef }),
    },
    review: {
      enabled: review.enabled,
      on_push: review.onPush,
      paths: [...review.paths],
      skip_labels: [...review.skipLabels],
      skip_title_words: [...review.skipTitleWords],
      skip_branches: [...review.skipBranches],
      resolution: review.resolution,
      min_severity: review.minSeverity,
      status: review.status,
      // Earlier releases refuse it, and a map without it is still theirs.
      ...(review.fixOwnFindings ? { fix_own_findings: true as const } : {}),
      ...toRuntimeBots(review.bots),
    },
    ticket_fields: [...binding.ticketFields],
    acceptance_criteria_field: binding.acceptanceCriteriaField ?? null,
    attachments: toRuntimeAttachments(binding.attachments),
    instructions: toRuntimeInstructions(binding.instructions),
    model: toRuntimeModel(binding.model),
    budget: {
      max_turns: budget.maxTurns,
      max_tokens: budget.maxTokens,
      max_minutes: budget.maxMinutes,
      runs_per_day: budget.runsPerDay ?? null,
      tokens_per_day: budget.tokensPerDay ?? null,
      // Earlier releases refuse these, and a map without them is still theirs.
      ...(budget.runsPerMonth === undefined ? {} : { runs_per_month: budget.runsPerMonth }),
      ...(budget.tokensPerMonth === undefined ? {} : { tokens_per_month: budget.tokensPerMonth }),
      ...(budget.costPerMonth === undefined ? {} : { cost_per_month: budget.costPerMonth }),
    },
    branch_prefix: binding.branchPrefix,
    max_concurrent_runs: binding.maxConcurrentRuns ?? null,
    audit: binding.audit ? { ...binding.audit.policy, paths: [...binding.audit.paths] } : null,
    events: binding.events
      ? { url_ref: binding.events.urlRef, format: binding.events.format, on: [...binding.events.on] }
      : null,
    notices_issue: binding.noticesIssue ?? null,
    ...(binding.mcpServers ? { mcp_servers: toRuntimeServers(binding.mcpServers) } : {}),
    ...(binding.modelsByLabel
      ? { models_by_label: Object.fromEntries(binding.modelsByLabel.map(({ label, model }) => [label, model])) }
      : {}),
    ...(binding.skills === 'off' ? {} : { skills: binding.skills }),
    ...(binding.typeWords ? { type_words: toRuntimeWords(binding.typeWords) } : {}),
    ...(binding.paths ? { paths: [...binding.paths] } : {}),
    ...(binding.mode === 'live' ? {} : { mode: binding.mode }),
  };
}

/** Only what differs from what is built in: earlier releases refuse these. */
function toRuntimeBots(bots: BotRules): Partial<RuntimeBinding['review']> {
  const { bots: builtIn } = BUILT_IN_DEFAULTS.review;
  const differs = (name: keyof BotRules) => canonicalJson(bots[name]) !== canonicalJson(builtIn[name]);
  return {
    ...(differs('mergeRequests') ? { bots: bots.mergeRequests } : {}),
    ...(differs('dependencyUpdates') ? { dependency_updates: bots.dependencyUpdates } : {}),
    ...(differs('authors') ? { bot_authors: [...bots.authors] } : {}),
    ...(differs('dependencyBranches') ? { dependency_branches: [...bots.dependencyBranches] } : {}),
    ...(differs('dependencyLabels') ? { dependency_labels: [...bots.dependencyLabels] } : {}),
  };
}

function toRuntimeMergeRequest(rules: Binding['mergeRequest']): RuntimeBinding['merge_request'] {
  const { title, description, labels, assignee, reviewers, findReviewers, ready, squash, tellRequestedChanges } = rules;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description ? { description: 'text' in description ? description.text : { ...description } } : {}),
    labels: [...labels],
    assignee: assignee ?? null,
    reviewers: findReviewers ? { users: [...reviewers], jira: 'off', ...findReviewers } : [...reviewers],
    ...(ready ? { ready } : {}),
    ...(tellRequestedChanges ? { tell_requested_changes: true as const } : {}),
    ...(squash === undefined ? {} : { squash }),
  };
}

function toRuntimeWords({ listed, other }: NonNullable<Binding['typeWords']>): Record<string, string> {
  return { ...Object.fromEntries(listed.map(({ type, word }) => [type, word])), other };
}

function toRuntimeServers(servers: readonly McpServer[]): Record<string, RuntimeMcpServer> {
  const written = servers.map(({ name, reachedBy, tools, work, isOptional }): [string, RuntimeMcpServer] => [
    name,
    {
      ...(reachedBy.kind === 'stdio'
        ? { command: reachedBy.command, args: [...reachedBy.args], env: toRuntimeVariables(reachedBy.env) }
        : { url: reachedBy.url, headers: toRuntimeVariables(reachedBy.headers) }),
      ...(tools ? { tools: [...tools] } : {}),
      ...(work ? { for: [...work] } : {}),
      optional: isOptional,
    },
  ]);
  return Object.fromEntries(written);
}

function toRuntimeVariables(
  variables: Readonly<Record<string, ValidateValue | McpValue>>,
): Record<string, string | { secret_ref: string }> {
  const written = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : { secret_ref: value.secretRef },
  ]);
  return Object.fromEntries(written);
}

function toRuntimeAttachments(rules: Binding['attachments']): RuntimeBinding['attachments'] {
  return rules === 'off' ? 'off' : { max_files: rules.maxFiles, max_file_kb: rules.maxFileKb };
}

function toRuntimeInstructions(texts: Binding['instructions']): RuntimeBinding['instructions'] {
  if (!texts) return null;
  const { all = null, coding = null, review = null, reply = null } = texts;
  return { all, coding, review, reply };
}

/** One name where all work has it, as older versions read it. */
function toRuntimeModel(models: Binding['model']): RuntimeBinding['model'] {
  if (!models) return null;
  const { coding = null, review = null, reply = null } = models;
  return coding === review && review === reply ? coding : { coding, review, reply };
}

function toRuntimeTrigger(trigger: Trigger): RuntimeBinding['trigger'] {
  switch (trigger.kind) {
    case 'status':
      return { status: trigger.status };
    case 'assignee':
      return { assignee: trigger.accountId };
    case 'label':
      return { label: trigger.label };
  }
}
