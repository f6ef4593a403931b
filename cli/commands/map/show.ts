import * as z from 'zod';
import {
  type Binding,
  type DescriptionForm,
  hasJiraProject,
  type MergeRequestRules,
  type ReviewRules,
} from '../../../shared/domain/mapping/binding.ts';
import { listBranchPrefixes } from '../../../shared/domain/mapping/branch-of-issue.ts';
import { DEFAULT_CREDENTIAL_REF } from '../../../shared/domain/mapping/credential-names.ts';
import { BUILT_IN_DEFAULTS } from '../../../shared/domain/mapping/defaults.ts';
import { renderMapping } from '../../../shared/domain/mapping/render-mapping.ts';
import { findSharedRepositories, type SharedRepository } from '../../../shared/domain/mapping/shared-repositories.ts';
import type { NamedInstructions } from '../../../shared/domain/mapping/source/parse-mapping.ts';
import { isRepositoryKey } from '../../../shared/domain/mapping/source/to-entry-source.ts';
import { describeWithheld, findMap } from '../../clients/find-map.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { readMapping } from '../../io/read-mapping.ts';
import { answer } from '../../output/answer.ts';
import { describeSharedRepository } from '../../output/describe-shared-repository.ts';
import { formatLimits, formatRunBudget } from '../../output/format-limits.ts';
import { formatModels, formatServers } from '../../output/format-sessions.ts';
import { formatTable } from '../../output/format-table.ts';
import { refuse } from '../../output/refuse.ts';
import { refuseMapping } from '../../output/refuse-mapping.ts';
import { formatAuditRules } from './format-audit-rules.ts';
import { formatRouteCondition } from './format-route-condition.ts';
import { formatTrigger } from './format-trigger.ts';

export const ShowOptions = z.object({ path: z.string().optional(), json: z.boolean().default(false) });
export type ShowOptions = z.infer<typeof ShowOptions>;

/**
 * Prints one line per binding and one per route, with everything filled in from the defaults. Whether a plan is made
 * first, what new merge requests are given, how often a refused change goes back to the agent, what is done about
 * conflicts and failed pipelines, which fields of tickets it is shown, its models, MCP servers and budgets, how
 * releases are audited, and who is notified of events have a column where any binding says something about it. Without
 * a file it is the map in force, with what is odd about it.
 */
export async function show(
  { path, json }: ShowOptions,
  io: CliIO,
  tools: () => Pick<Tools, 'storage' | 'bindings'> = () => createTools(io),
): Promise<number> {
  if (path === undefined) return showInForce(json, io, tools());
  const mapping = await readMapping(path, io);
  if ('problems' in mapping) return refuseMapping({ path, ...mapping, json }, io);

  const { bindings, instructionFiles = [] } = mapping;
  return print(bindings, { path, json, notes: [], instructionFiles }, io);
}

async function showInForce(json: boolean, io: CliIO, tools: Pick<Tools, 'storage' | 'bindings'>): Promise<number> {
  const { bindings, withheld, notes } = await findMap(tools);
  if (!bindings) return refuse({ error: notes.join(' '), json }, io);
  return print(bindings, { json, notes: [...describeWithheld(withheld), ...notes] }, io);
}

interface Printed {
  path?: string;
  json: boolean;
  notes: string[];
  /** The map in force has their texts and not their names. */
  instructionFiles?: readonly NamedInstructions[];
}

function print(bindings: readonly Binding[], { path, json, notes, instructionFiles = [] }: Printed, io: CliIO): number {
  const rows = Object.entries(renderMapping(bindings).mappings).map(([key, binding]) => ({
    jira_project: isRepositoryKey(key) ? null : key,
    ...binding,
  }));
  const shared = findSharedRepositories(bindings);
  const document = {
    ...(path === undefined ? { notes } : { path }),
    bindings: rows,
    ...(shared.length > 0 ? { sharedRepositories: shared } : {}),
    ...(instructionFiles.length > 0 ? { instructionFiles } : {}),
  };
  const text = () => [
    describe(bindings, io),
    ...describeFiles(instructionFiles),
    ...shared.flatMap(describeShared),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
  return answer({ json, document, text }, io);
}

function describeFiles(files: readonly NamedInstructions[]): string[] {
  if (files.length === 0) return [];
  return ['', 'Instructions in files:', ...files.map(({ where, field, file }) => `- ${where}: ${field} is ${file}`)];
}

function describeShared(shared: SharedRepository): string[] {
  return ['', describeSharedRepository(shared)];
}

function describe(bindings: readonly Binding[], io: CliIO): string {
  const said = [
    ...[
      MODE,
      ROUTE,
      PATHS,
      PLAN,
      BRANCHES,
      MERGE_REQUEST,
      IMAGE,
      REPAIRS,
      REFUSED,
      MERGE_TARGET,
      BACK_PORTS,
      PIPELINES,
      TICKET,
    ],
    ...[INSTRUCTIONS, SKILLS, MODEL, MCP, BUDGET, AUDIT, EVENTS],
  ].filter(({ cell }) => bindings.some((binding) => cell(binding) !== ''));
  const columns = [...COLUMNS, ...said];
  const rows = bindings.map((binding) => columns.map(({ cell }) => cell(binding)));
  const heading = columns.map(({ title }) => title);
  return formatTable(heading, rows, io);
}

interface Column {
  title: string;
  cell(binding: Binding): string;
}

const COLUMNS: readonly Column[] = [
  { title: 'JIRA', cell: ({ jiraProject = 'none' }) => jiraProject },
  { title: 'REPO', cell: ({ repo }) => repo },
  { title: 'BRANCH', cell: (binding) => (hasJiraProject(binding) ? binding.targetBranch : '-') },
  { title: 'CREDENTIAL', cell: ({ credentialRef: ref }) => (ref === DEFAULT_CREDENTIAL_REF ? ref : `named: ${ref}`) },
  { title: 'TRIGGER', cell: (binding) => (hasJiraProject(binding) ? formatTrigger(binding.trigger) : '-') },
  { title: 'REVIEW', cell: ({ review }) => formatReview(review) },
];

const MODE: Column = { title: 'MODE', cell: ({ mode }) => (mode === BUILT_IN_DEFAULTS.mode ? '' : mode) };

const PLAN: Column = {
  title: 'PLAN',
  cell: ({ plan, planLabel }) =>
    [...(plan === 'off' ? [] : [plan]), ...(planLabel === undefined ? [] : [`label ${planLabel}`])].join(', '),
};

const ROUTE: Column = {
  title: 'ROUTE',
  cell: ({ route }) => (route ? `${route.name}: ${formatRouteCondition(route.when)}` : ''),
};

const PATHS: Column = { title: 'PATHS', cell: ({ paths = [] }) => paths.join(', ') };

const BRANCHES: Column = {
  title: 'BRANCHES',
  cell: (binding) =>
    binding.branchPrefix === BUILT_IN_DEFAULTS.branchPrefix || !binding.typeWords
      ? ''
      : listBranchPrefixes(binding)
          .map((prefix) => `${prefix}*`)
          .join(', '),
};

const MERGE_REQUEST: Column = { title: 'MERGE REQUEST', cell: ({ mergeRequest }) => formatMergeRequest(mergeRequest) };

const IMAGE: Column = { title: 'IMAGE', cell: ({ image = '' }) => image };

const REPAIRS: Column = {
  title: 'REPAIRS',
  cell: ({ repairRounds }) => (repairRounds === BUILT_IN_DEFAULTS.repairRounds ? '' : String(repairRounds)),
};

const REFUSED: Column = {
  title: 'REFUSED WORK',
  cell: ({ refusedWork, allowRefused }) =>
    [
      ...(refusedWork === BUILT_IN_DEFAULTS.refusedWork ? [] : [refusedWork]),
      ...(allowRefused === BUILT_IN_DEFAULTS.allowRefused ? [] : ['never allowed']),
    ].join(', '),
};

const MERGE_TARGET: Column = {
  title: 'MERGE TARGET',
  cell: ({ mergeTarget }) => (mergeTarget === BUILT_IN_DEFAULTS.mergeTarget ? '' : mergeTarget),
};

const BACK_PORTS: Column = {
  title: 'BACK-PORTS',
  cell: ({ backPorts = '', resolveBackPorts }) => (resolveBackPorts ? `${backPorts}, conflicts too` : backPorts),
};

const PIPELINES: Column = {
  title: 'PIPELINES',
  cell: ({ repairPipelines }) => (repairPipelines === BUILT_IN_DEFAULTS.repairPipelines ? '' : 'repaired'),
};

const MODEL: Column = {
  title: 'MODEL',
  cell: ({ model, modelsByLabel = [] }) =>
    [formatModels(model), ...modelsByLabel.map((one) => `${one.model} by the label ${one.label}`)]
      .filter((part) => part !== '')
      .join(', '),
};

const SKILLS: Column = { title: 'SKILLS', cell: ({ skills }) => (skills === 'off' ? '' : skills) };

const MCP: Column = { title: 'MCP SERVERS', cell: ({ mcpServers }) => formatServers(mcpServers) };

const BUDGET: Column = {
  title: 'BUDGET',
  cell: (binding) => [...formatRunBudget(binding.budget), ...formatLimits(binding)].join(', '),
};

/** Texts are long; what is asked stands in the map. */
const INSTRUCTIONS: Column = {
  title: 'INSTRUCTIONS',
  cell: ({ instructions }) => Object.keys(instructions ?? {}).join(', '),
};

const TICKET: Column = {
  title: 'TICKET FIELDS',
  cell: ({ ticketFields, acceptanceCriteriaField: criteria, attachments }) =>
    [
      ...ticketFields,
      ...(criteria === undefined ? [] : [`criteria: ${criteria}`]),
      ...formatAttachmentRules(attachments),
    ].join(', '),
};

/** Nothing where it is as built in. */
function formatAttachmentRules(rules: Binding['attachments']): string[] {
  if (rules === 'off') return ['no attachments'];
  const { maxFiles, maxFileKb } = BUILT_IN_DEFAULTS.attachments;
  if (rules.maxFiles === maxFiles && rules.maxFileKb === maxFileKb) return [];
  return [`attachments: ${rules.maxFiles} of ${rules.maxFileKb} KB`];
}

const AUDIT: Column = { title: 'AUDIT', cell: ({ audit }) => formatAuditRules(audit) };

const EVENTS: Column = {
  title: 'EVENTS',
  cell: ({ events, noticesIssue }) =>
    [
      ...(events ? [`${events.format} ${events.urlRef}: ${events.on.join(', ')}`] : []),
      ...(noticesIssue === undefined ? [] : [`notices on ${noticesIssue}`]),
    ].join('; '),
};

/** What differs from a plain review stands behind `on`. */
function formatReview({ enabled, minSeverity, status, fixOwnFindings, bots }: ReviewRules): string {
  if (!enabled) return 'off';
  const floor = minSeverity === BUILT_IN_DEFAULTS.review.minSeverity ? [] : [`from ${minSeverity}`];
  const more = [...(status === 'on' ? ['status'] : []), ...(fixOwnFindings ? ['fixes own findings'] : [])];
  const ofBots = bots.mergeRequests === 'skip' ? [] : ['bots'];
  const updates = bots.dependencyUpdates === 'skip' ? [] : [`dependency updates: ${bots.dependencyUpdates}`];
  return ['on', ...floor, ...more, ...ofBots, ...updates].join(', ');
}

/** Texts are long; what is written stands in the map. */
function formatDescription(description: DescriptionForm): string {
  return 'text' in description ? 'description' : `template ${description.template}`;
}

function formatMergeRequest({
  title,
  description,
  labels,
  assignee,
  reviewers,
  findReviewers,
  ready,
  tellRequestedChanges,
}: MergeRequestRules): string {
  return [
    ...(title === undefined ? [] : [`title ${title}`]),
    ...(description === undefined ? [] : [formatDescription(description)]),
    ...(labels.length > 0 ? [`labels ${labels.join(', ')}`] : []),
    ...(assignee === undefined ? [] : [`assignee ${assignee}`]),
    ...formatReviewers(reviewers, findReviewers),
    ...(ready ? ['ready when green'] : []),
    ...(tellRequestedChanges ? ['tells of requested changes'] : []),
  ].join('; ');
}

function formatReviewers(names: readonly string[], found: MergeRequestRules['findReviewers']): string[] {
  const all = [
    ...names,
    ...(found?.codeowners ? ['code owners'] : []),
    ...(found?.jira ? [`${found.jira} in Jira`] : []),
  ];
  return all.length === 0 ? [] : [`reviewers ${all.join(', ')}${found ? `, at most ${found.max}` : ''}`];
}
