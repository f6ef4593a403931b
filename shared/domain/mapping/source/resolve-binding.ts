import type * as z from 'zod';
import type {
  AgentInstructions,
  AgentModels,
  Askers,
  Binding,
  BotRules,
  Budget,
  ChangeLimits,
  CommitRules,
  DescriptionForm,
  JiraBinding,
  McpServer,
  McpValue,
  MergeRequestRules,
  ReviewRules,
  RouteCondition,
  Trigger,
  TypeWords,
  ValidateValue,
} from '../binding.ts';
import { toAlias } from '../credential-names.ts';
import { BUILT_IN_DEFAULTS as BUILT_IN, DEFAULT_REVIEWERS } from '../defaults.ts';
import { EVENT_DEFAULTS, type EventRules } from '../event-rules.ts';
import { defaultsWithoutJira } from './fields-without-jira.ts';
import type { FoundReviewers } from './mapping-blocks.ts';
import type { BindingSource, DefaultsSource, RouteSource } from './mapping-source.ts';
import { resolveAudit } from './resolve-audit.ts';
import { withoutEffects } from './without-effects.ts';

/**
 * Fills in what a binding leaves out, and makes one binding of each route besides the one for issues that fit none,
 * where the source names a repository for those.
 */
export function resolveBindings(source: BindingSource, defaults: DefaultsSource = {}): Binding[] {
  const { repo, routes } = source;
  const own = resolveBinding({ ...source, repo: repo ?? '' }, defaults);
  return [...(repo == null ? [] : [own]), ...(routes ?? []).map((route) => resolveRoute(own, route))];
}

function resolveRoute(own: Binding, source: RouteSource): Binding {
  const { reviewer, validate, image, paths, ...shared } = own;
  const pick = <Value>(said: Value | null | undefined, inherited: Value | undefined) =>
    said === undefined ? inherited : (said ?? undefined);
  const said = {
    reviewer: pick(source.reviewer, reviewer),
    validate: pick(source.validate, validate),
    image: pick(source.image, image),
    paths: pick(source.paths, paths),
  };
  return {
    ...shared,
    repo: source.repo,
    route: { name: source.name, when: resolveCondition(source.when) },
    targetBranch: source.target_branch ?? own.targetBranch,
    credentialRef: source.credential_ref === undefined ? own.credentialRef : toAlias(source.credential_ref),
    ...(said.reviewer === undefined ? {} : { reviewer: said.reviewer }),
    ...(said.validate === undefined ? {} : { validate: said.validate }),
    ...(said.image === undefined ? {} : { image: said.image }),
    ...resolvePaths(said.paths),
  };
}

function resolveCondition({ component, label, issue_type, field }: RouteSource['when']): RouteCondition {
  return {
    ...(component === undefined ? {} : { components: [component].flat() }),
    ...(label === undefined ? {} : { labels: [label].flat() }),
    ...(issue_type === undefined ? {} : { issueTypes: [issue_type].flat() }),
    ...(field === undefined ? {} : { field: { name: field.name, values: [field.value].flat() } }),
  };
}

/** An empty list is all of the repository. */
function resolvePaths(paths: readonly string[] | null | undefined): Pick<Binding, 'paths'> {
  return paths && paths.length > 0 ? { paths: [...paths] } : {};
}

/**
 * The binding without its routes: its own value of each field, else the one from `defaults`, else the built-in one.
 */
export function resolveBinding(
  source: BindingSource & { repo: string; jira_project: string },
  defaults?: DefaultsSource,
): JiraBinding;
export function resolveBinding(source: BindingSource & { repo: string }, defaults?: DefaultsSource): Binding;
export function resolveBinding(source: BindingSource & { repo: string }, defaults: DefaultsSource = {}): Binding {
  const binding = resolveFields(source, source.jira_project === undefined ? defaultsWithoutJira(defaults) : defaults);
  return binding.mode === 'live' ? binding : withoutEffects(binding);
}

function resolveFields(source: BindingSource & { repo: string }, defaults: DefaultsSource): Binding {
  const pick = <Key extends keyof DefaultsSource>(key: Key) =>
    source[key] === undefined ? defaults[key] : source[key];
  const askers = resolveAskers(pick('askers'));
  const reviewer = pick('reviewer');
  const validate = pick('validate');
  const validateEnv = resolveValidateEnv(pick('validate_env'));
  const mcpServers = resolveMcpServers(pick('mcp_servers'));
  const image = pick('image');
  const stoppedLabel = pick('stopped_label');
  const stopped = source.statuses?.stopped === undefined ? defaults.statuses?.stopped : source.statuses.stopped;
  const needsAnswerLabel = pick('needs_answer_label');
  const planLabel = pick('plan_label');
  const needsAnswer =
    source.statuses?.needs_answer === undefined ? defaults.statuses?.needs_answer : source.statuses.needs_answer;
  const acceptanceCriteriaField = pick('acceptance_criteria_field');
  const model = resolveModel(pick('model'));
  const modelsByLabel = Object.entries(pick('models_by_label') ?? {}).map(([label, model]) => ({ label, model }));
  const instructions = joinInstructions(defaults.instructions, source.instructions);
  const maxConcurrentRuns = pick('max_concurrent_runs');
  const audit = resolveAudit(source.audit, defaults.audit);
  const events = resolveEvents(pick('events'));
  const noticesIssue = pick('notices_issue');
  const backPorts = pick('back_ports');
  const typeWords = resolveTypeWords(pick('type_words'));

  return {
    ...(source.jira_project === undefined ? {} : { jiraProject: source.jira_project }),
    repo: source.repo,
    targetBranch: pick('target_branch') ?? BUILT_IN.targetBranch,
    ...resolveBackPorts(backPorts),
    mode: pick('mode') ?? BUILT_IN.mode,
    credentialRef: toAlias(pick('credential_ref') ?? BUILT_IN.credentialRef),
    trigger: resolveTrigger(pick('trigger')),
    ...(askers ? { askers } : {}),
    statuses: {
      inProgress: source.statuses?.in_progress ?? defaults.statuses?.in_progress ?? BUILT_IN.statuses.inProgress,
      inReview: source.statuses?.in_review ?? defaults.statuses?.in_review ?? BUILT_IN.statuses.inReview,
      done: resolveDone(source.statuses?.done ?? defaults.statuses?.done ?? BUILT_IN.statuses.done),
      ...(stopped == null ? {} : { stopped }),
      ...(needsAnswer == null ? {} : { needsAnswer }),
    },
    ...(reviewer == null ? {} : { reviewer }),
    ...(stoppedLabel == null ? {} : { stoppedLabel }),
    ...(needsAnswerLabel == null ? {} : { needsAnswerLabel }),
    plan: pick('plan') ?? BUILT_IN.plan,
    ...(planLabel == null ? {} : { planLabel }),
    mergeRequest: resolveMergeRequest({ ...defaults.merge_request, ...source.merge_request }),
    ...(validate == null ? {} : { validate }),
    ...(validateEnv ? { validateEnv } : {}),
    ...(mcpServers ? { mcpServers } : {}),
    ...(image == null ? {} : { image }),
    repairRounds: pick('repair_rounds') ?? BUILT_IN.repairRounds,
    refusedWork: pick('refused_work') ?? BUILT_IN.refusedWork,
    allowRefused: pick('allow_refused') ?? BUILT_IN.allowRefused,
    mergeTarget: pick('merge_target') ?? BUILT_IN.mergeTarget,
    repairPipelines: pick('repair_pipelines') ?? BUILT_IN.repairPipelines,
    protectedPaths: [...(pick('protected_paths') ?? BUILT_IN.protectedPaths)],
    ...resolvePaths(source.paths),
    limits: resolveLimits({ ...defaults.limits, ...source.limits }),
    commit: resolveCommit({ ...defaults.commit, ...source.commit }),
    review: resolveReview(toReviewBlock(source.review), toReviewBlock(defaults.review)),
    ticketFields: [...(pick('ticket_fields') ?? BUILT_IN.ticketFields)],
    ...(acceptanceCriteriaField == null ? {} : { acceptanceCriteriaField }),
    attachments: resolveAttachments(source.attachments, defaults.attachments),
    ...(instructions ? { instructions } : {}),
    ...(model ? { model } : {}),
    ...(modelsByLabel.length > 0 ? { modelsByLabel } : {}),
    skills: pick('skills') ?? BUILT_IN.skills,
    budget: resolveBudget({ ...defaults.budget, ...source.budget }),
    branchPrefix: pick('branch_prefix') ?? BUILT_IN.branchPrefix,
    ...(typeWords ? { typeWords } : {}),
    ...(maxConcurrentRuns == null ? {} : { maxConcurrentRuns }),
    ...(audit ? { audit } : {}),
    ...(events ? { events } : {}),
    ...(noticesIssue == null ? {} : { noticesIssue }),
  };
}

function resolveValidateEnv(source: DefaultsSource['validate_env']): Binding['validateEnv'] {
  const variables = Object.entries(source ?? {}).map(([name, value]): [string, ValidateValue] => [
    name,
    typeof value === 'string' ? value : { secretRef: toAlias(value.secret_ref) },
  ]);
  return variables.length > 0 ? Object.fromEntries(variables) : undefined;
}

/** By name, so that the order in a file changes nothing. */
function resolveMcpServers(source: DefaultsSource['mcp_servers']): McpServer[] | undefined {
  const servers = Object.entries(source ?? {}).map(([name, server]): McpServer => {
    const { command, args = [], env = {}, url = '', headers = {}, tools, optional = false } = server;
    return {
      name,
      reachedBy:
        command === undefined
          ? { kind: 'http', url, headers: resolveMcpValues(headers) }
          : { kind: 'stdio', command, args: [...args], env: resolveMcpValues(env) },
      ...(tools ? { tools: [...tools] } : {}),
      ...(server.for ? { work: [...server.for] } : {}),
      isOptional: optional,
    };
  });
  return servers.length > 0 ? servers.toSorted((one, other) => (one.name < other.name ? -1 : 1)) : undefined;
}

function resolveMcpValues(source: Readonly<Record<string, string | { secret_ref: string }>>): Record<string, McpValue> {
  const values = Object.entries(source).map(([name, value]): [string, McpValue] => [
    name,
    typeof value === 'string' ? value : { secretRef: toAlias(value.secret_ref) },
  ]);
  return Object.fromEntries(values);
}

function resolveModel(source: DefaultsSource['model']): AgentModels | undefined {
  if (typeof source === 'string') return { coding: source, review: source, reply: source };
  return keepGiven(source ?? {});
}

/** The company's come first. */
function joinInstructions(...sources: readonly DefaultsSource['instructions'][]): AgentInstructions | undefined {
  const join = (kind: keyof AgentInstructions) =>
    sources.flatMap((source) => textOf(source?.[kind])).join('\n\n') || undefined;
  return keepGiven({ all: join('all'), coding: join('coding'), review: join('review'), reply: join('reply') });
}

/** The name of a file is no text: the file is put in its place before a map is resolved. */
function textOf(instruction: string | { file: string } | null | undefined): string[] {
  return typeof instruction === 'string' ? [instruction.trim()] : [];
}

/** `undefined` where nothing is given. */
function keepGiven<Key extends string>(
  source: Partial<Record<Key, string | null | undefined>>,
): Partial<Record<Key, string>> | undefined {
  const given = Object.entries<string | null | undefined>(source).filter(([, value]) => value != null);
  return given.length > 0 ? (Object.fromEntries(given) as Partial<Record<Key, string>>) : undefined;
}

function resolveTrigger(source: DefaultsSource['trigger']): Trigger {
  if (typeof source === 'string') return { kind: 'status', status: source };
  if (source?.assignee !== undefined) return { kind: 'assignee', accountId: source.assignee };
  if (source?.label !== undefined) return { kind: 'label', label: source.label };
  return { kind: 'status', status: source?.status ?? BUILT_IN.trigger.status };
}

function resolveAskers(source: DefaultsSource['askers']): Askers | undefined {
  if (source == null) return undefined;
  const { groups = [], roles = [] } = source;
  return { groups: [...groups], roles: [...roles] };
}

/** As a whole: a webhook of another team is notified in another way. */
function resolveEvents(source: DefaultsSource['events']): EventRules | undefined {
  if (source == null) return undefined;
  const { url_ref, format = EVENT_DEFAULTS.format, on = EVENT_DEFAULTS.on } = source;
  return { urlRef: toAlias(url_ref), format, on: [...new Set(on)] };
}

function resolveMergeRequest(source: NonNullable<DefaultsSource['merge_request']>): MergeRequestRules {
  const { labels = BUILT_IN.mergeRequest.labels, assignee, reviewers = BUILT_IN.mergeRequest.reviewers } = source;
  const { title, description, ready, squash, tell_requested_changes } = source;
  return {
    ...(title == null ? {} : { title }),
    ...(description == null ? {} : { description: resolveDescription(description) }),
    labels: [...labels],
    ...(assignee == null ? {} : { assignee }),
    ...resolveReviewers(reviewers),
    ...(ready === 'when-green' ? { ready } : {}),
    ...(tell_requested_changes ? { tellRequestedChanges: true as const } : {}),
    ...(squash == null ? {} : { squash }),
  };
}

function resolveBackPorts(source: DefaultsSource['back_ports']): Pick<Binding, 'backPorts' | 'resolveBackPorts'> {
  if (source == null) return {};
  if (typeof source === 'string') return { backPorts: source };
  return { backPorts: source.branch, ...(source.resolve_conflicts ? { resolveBackPorts: true } : {}) };
}

function resolveCommit(source: NonNullable<DefaultsSource['commit']>): CommitRules {
  const { subject, sign_off, co_authors = [], signing_key_ref } = source;
  return {
    subject: subject ?? BUILT_IN.commit.subject,
    signOff: sign_off ?? BUILT_IN.commit.signOff,
    ...(co_authors.length > 0 ? { coAuthors: [...new Set(co_authors)] } : {}),
    ...(signing_key_ref == null ? {} : { signingKeyRef: toAlias(signing_key_ref) }),
  };
}

function resolveReviewers(
  source: readonly string[] | z.infer<typeof FoundReviewers>,
): Pick<MergeRequestRules, 'reviewers' | 'findReviewers'> {
  if (!('length' in source)) {
    const { users = [], codeowners = false, jira = 'off', max = DEFAULT_REVIEWERS } = source;
    const findReviewers = { codeowners, ...(jira === 'off' ? {} : { jira }), max };
    return { reviewers: [...users], findReviewers };
  }
  return { reviewers: [...source] };
}

function resolveDescription(source: string | { template: string }): DescriptionForm {
  return typeof source === 'string' ? { text: source } : { template: source.template };
}

/** As a whole: with some words of its own a binding has all of its own. */
function resolveTypeWords(source: DefaultsSource['type_words']): TypeWords | undefined {
  if (source == null) return undefined;
  const { other = '', ...types } = source;
  return { listed: Object.entries(types).map(([type, word]) => ({ type, word })), other };
}

function resolveLimits(source: NonNullable<DefaultsSource['limits']>): ChangeLimits {
  const { limits } = BUILT_IN;
  return {
    maxFiles: source.max_files ?? limits.maxFiles,
    maxFileKb: source.max_file_kb ?? limits.maxFileKb,
    maxBinaryKb: source.max_binary_kb ?? limits.maxBinaryKb,
    maxChangeKb: source.max_change_kb ?? limits.maxChangeKb,
    maxDeletedPercent: source.max_deleted_percent ?? limits.maxDeletedPercent,
  };
}

/** The word or block of the binding decides whether there are any; numbers it leaves out come from the defaults. */
function resolveAttachments(
  own: DefaultsSource['attachments'],
  defaults: DefaultsSource['attachments'],
): Binding['attachments'] {
  const chosen = own ?? defaults;
  if (chosen === 'off' || chosen === false) return 'off';
  const { max_files, max_file_kb } = { ...toAttachmentBlock(defaults), ...toAttachmentBlock(own) };
  const { attachments } = BUILT_IN;
  return { maxFiles: max_files ?? attachments.maxFiles, maxFileKb: max_file_kb ?? attachments.maxFileKb };
}

function toAttachmentBlock(source: DefaultsSource['attachments']) {
  return typeof source === 'object' ? source : {};
}

type ReviewBlock = Exclude<DefaultsSource['review'], boolean | 'on' | 'off' | undefined>;

function toReviewBlock(source: DefaultsSource['review']): ReviewBlock {
  if (source === 'on' || source === 'off') return { enabled: source === 'on' };
  return typeof source === 'boolean' ? { enabled: source } : (source ?? {});
}

function resolveReview(own: ReviewBlock, defaults: ReviewBlock): ReviewRules {
  return {
    enabled: own.enabled ?? defaults.enabled ?? BUILT_IN.review.enabled,
    onPush: own.on_push ?? defaults.on_push ?? BUILT_IN.review.onPush,
    paths: [...(own.paths ?? defaults.paths ?? BUILT_IN.review.paths)],
    skipLabels: [...(own.skip_labels ?? defaults.skip_labels ?? BUILT_IN.review.skipLabels)],
    skipTitleWords: [...(own.skip_title_words ?? defaults.skip_title_words ?? BUILT_IN.review.skipTitleWords)],
    skipBranches: [...(own.skip_branches ?? defaults.skip_branches ?? BUILT_IN.review.skipBranches)],
    resolution: own.resolution ?? defaults.resolution ?? BUILT_IN.review.resolution,
    minSeverity: own.min_severity ?? defaults.min_severity ?? BUILT_IN.review.minSeverity,
    status: own.status ?? defaults.status ?? BUILT_IN.review.status,
    ...((own.fix_own_findings ?? defaults.fix_own_findings) ? { fixOwnFindings: true as const } : {}),
    bots: resolveBots({ ...defaults, ...own }),
  };
}

function resolveBots(review: ReviewBlock): BotRules {
  const { bots } = BUILT_IN.review;
  return {
    mergeRequests: review.bots ?? bots.mergeRequests,
    dependencyUpdates: review.dependency_updates ?? bots.dependencyUpdates,
    authors: [...(review.bot_authors ?? bots.authors)],
    dependencyBranches: [...(review.dependency_branches ?? bots.dependencyBranches)],
    dependencyLabels: [...(review.dependency_labels ?? bots.dependencyLabels)],
  };
}

function resolveBudget(source: NonNullable<DefaultsSource['budget']>): Budget {
  return {
    maxTurns: source.max_turns ?? BUILT_IN.budget.maxTurns,
    maxTokens: source.max_tokens ?? BUILT_IN.budget.maxTokens,
    maxMinutes: source.max_minutes ?? BUILT_IN.budget.maxMinutes,
    ...(source.runs_per_day == null ? {} : { runsPerDay: source.runs_per_day }),
    ...(source.tokens_per_day == null ? {} : { tokensPerDay: source.tokens_per_day }),
    ...(source.runs_per_month == null ? {} : { runsPerMonth: source.runs_per_month }),
    ...(source.tokens_per_month == null ? {} : { tokensPerMonth: source.tokens_per_month }),
    ...(source.cost_per_month == null ? {} : { costPerMonth: source.cost_per_month }),
  };
}

/** `Off` is written as often as `off`, and names no status that we know of. */
function resolveDone(status: string): string {
  return /^off$/i.test(status) ? 'off' : status;
}
