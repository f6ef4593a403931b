import type { PoisonedMessage } from '../../../shared/domain/ports/task-queue.ts';
import { ASKED_EVENT } from '../../../shared/domain/runs/reviewers-event.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { mergeRequestScope } from '../../../shared/domain/tasks/build-task.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import { type Marker, parseMarker } from '../../../shared/kernel/text/marker.ts';
import { parseFooter } from '../../../shared/services/notifications/report-footer.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import type { RunRecord } from '../environment/memory.ts';
import { ADA, AGENT, BRANCHING, KEEPING, MENDING, REPOSITORIES, type Repository } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';

/** One time a ticket came into its trigger. */
export interface TriggerEntry {
  issueKey: string;
  /** As task ids name it: the id of the change, or `0` for a ticket that was created there. */
  revision: string;
  at: number;
  /** A person took the ticket out of the trigger, or out of work, later. */
  withdrawn: boolean;
}

interface TicketReport {
  issueKey: string;
  commentId: string;
  purpose: string;
  runId: string;
  text: string;
}

/** A note of the agent, by its marker. */
interface AgentNote extends Marker {
  repo: string;
  iid: number;
  noteId: number;
  discussionId: string;
  text: string;
}

/** A commit of the agent that is to be merged, with what it changes. */
export interface AgentCommit {
  sha: string;
  runs: string[];
  /** With the id of the content; all zeros where it is deleted. */
  files: { path: string; blob: string }[];
}

/** What the systems themselves hold when everything is over. */
export interface Facts {
  entries: TriggerEntry[];
  runs: Run[];
  /** When a run asked the agent for the last time; absent where it never did. */
  sessionAt: ReadonlyMap<string, number>;
  /** What finished coding runs recorded of refused work, and of what a person let pass in them. */
  records: ReadonlyMap<string, Pick<RunRecord, 'refused' | 'allowed'>>;
  /** When people were asked to review, by the run that opened the merge request. */
  askedAt: ReadonlyMap<string, number>;
  /** What the agent has attached to tickets. */
  attachments: { issueKey: string; name: string }[];
  /** Branches that only keep refused work. */
  keptBranches: { repo: string; branch: string; sha: string }[];
  /** Commits of the agent outside these, where some of its work is refused. */
  gated: ReadonlyMap<string, AgentCommit[]>;
  /** Markers that reached the model. */
  receivedMarkers: ReadonlySet<string>;
  openRuns: Run[];
  reports: TicketReport[];
  notes: AgentNote[];
  mergeRequests: SandboxMergeRequest[];
  /** Commits of every branch by repository, each once. */
  commits: Map<string, { sha: string; runs: string[] }[]>;
  queued: number;
  poisonCount: number;
  poison: PoisonedMessage[];
  scopes: string[];
}

/** Reads all systems; says nothing about whether it is right. */
export async function readFacts(torture: TortureEnvironment): Promise<Facts> {
  const { storage, gitlab, jira } = torture.environment;
  const mergeRequests = gitlab.state.projects.flatMap((project) => project.mergeRequests);
  const subjects = [
    ...jira.issueKeys.map(issueScope),
    ...mergeRequests.map(({ project, iid }) => mergeRequestScope(project.id, iid)),
  ];
  const [runs, openRuns, depth, poison, scopes, commits, gated] = await Promise.all([
    readRuns(subjects, torture),
    storage.ledger.listOpen(),
    storage.queue.getDepth(),
    storage.queue.listPoison(),
    storage.scopes.list(),
    Promise.all(REPOSITORIES.map(async (team) => [team.repo, await readCommits(team, torture)] as const)),
    Promise.all(GATED.map(async (team) => [team.repo, await readGated(team, torture)] as const)),
  ]);
  const records = await torture.memory.records(runs);
  return {
    entries: jira.issueKeys.flatMap((key) => readEntries(key, torture)),
    runs,
    sessionAt: new Map([...records].map(([runId, { sessionAt }]) => [runId, sessionAt])),
    records,
    askedAt: await readAsked(runs, torture),
    attachments: jira.issueKeys.flatMap((key) => readAttachments(key, torture)),
    keptBranches: GATED.flatMap((team) => listKeptBranches(team, torture)),
    gated: new Map(gated),
    receivedMarkers: torture.memory.receivedMarkers(),
    openRuns,
    reports: jira.issueKeys.flatMap((key) => readReports(key, torture)),
    notes: mergeRequests.flatMap(readNotes),
    mergeRequests,
    commits: new Map(commits),
    queued: depth.count,
    poisonCount: depth.poisonCount,
    poison,
    scopes: scopes.map(({ scope, runId }) => `${scope} (${runId})`),
  };
}

/** More runs than this of one subject would hide older ones. */
const MAX_RUNS = 100;

async function readRuns(subjects: string[], { environment: { storage } }: TortureEnvironment): Promise<Run[]> {
  const found: Run[] = [];
  for (const subject of subjects) {
    const runs = await storage.ledger.listRecent(subject, MAX_RUNS);
    if (runs.length >= MAX_RUNS) throw new Error(`${subject} has too many runs to be looked at`);
    found.push(...runs);
  }
  return found;
}

function readEntries(issueKey: string, { environment: { jira } }: TortureEnvironment): TriggerEntry[] {
  const { changes } = jira.issue(issueKey);
  const moves = changes.flatMap(({ id, authorId, at, items }) =>
    items
      .filter(({ field }) => field === 'status')
      .map((item) => ({ id, authorId, at, from: item.fromString, to: item.toString })),
  );
  const [first] = moves;
  const begins = [
    ...((first?.from ?? jira.issue(issueKey).status.name) === 'AI Ready' ? [{ id: '0', at: 0, next: 0 }] : []),
    ...moves.flatMap(({ id, at, to }, index) => (to === 'AI Ready' ? [{ id, at, next: index + 1 }] : [])),
  ];
  return begins.map(({ id, at, next }) => ({
    issueKey,
    revision: id,
    at,
    withdrawn: moves.slice(next).some(({ authorId, to }) => authorId === ADA && to !== 'AI Ready'),
  }));
}

function readReports(issueKey: string, { environment: { jira } }: TortureEnvironment): TicketReport[] {
  return jira.comments(issueKey).flatMap(({ id, authorId, markdown }) => {
    const footer = authorId === AGENT ? parseFooter(markdown) : undefined;
    if (!footer) return [];
    return [{ issueKey, commentId: id, purpose: footer.purpose, runId: footer.runId, text: markdown }];
  });
}

function readNotes({ project, iid, discussions }: SandboxMergeRequest): AgentNote[] {
  return discussions.flatMap(({ id: discussionId, notes }) =>
    notes.flatMap(({ id, author, system, body }) => {
      const marker = author.bot && !system ? parseMarker(body) : undefined;
      return marker ? [{ repo: project.path, iid, noteId: id, discussionId, text: body, ...marker }] : [];
    }),
  );
}

function readAttachments(issueKey: string, { environment: { jira } }: TortureEnvironment) {
  return jira
    .issue(issueKey)
    .attachments.filter(({ authorId }) => authorId === AGENT)
    .map(({ name }) => ({ issueKey, name }));
}

/** The event comes when the run is long over. */
async function readAsked(runs: readonly Run[], { environment: { storage } }: TortureEnvironment) {
  const askedAt = new Map<string, number>();
  for (const { runId, task, result } of runs) {
    if (task.kind !== 'coding' || task.jiraProject !== MENDING || result?.mergeRequestIid === undefined) continue;
    const asked = (await storage.ledger.listEvents(runId)).find(({ name }) => name === ASKED_EVENT);
    if (asked) askedAt.set(runId, asked.at);
  }
  return askedAt;
}

/** Teams some of whose work is refused. */
const GATED = REPOSITORIES.filter(({ jiraProject }) => jiraProject === KEEPING || jiraProject === BRANCHING);
const KEPT_BRANCH = /^agent\/[A-Z]+-\d+--refused$/;

function listKeptBranches({ repo }: Repository, { environment: { gitlab } }: TortureEnvironment) {
  const { branches } = gitlab.project(repo).repository;
  return [...branches].flatMap(([branch, sha]) => (KEPT_BRANCH.test(branch) ? [{ repo, branch, sha }] : []));
}

async function readGated(
  { repo }: Repository,
  { environment: { gitlab } }: TortureEnvironment,
): Promise<AgentCommit[]> {
  const text = await gitlab
    .project(repo)
    .repository.git([
      'log',
      '--exclude=refs/heads/*--refused',
      '--all',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      `--format=%x02%H%x01${RUNS_OF_COMMIT}`,
    ]);
  return text
    .split('\x02')
    .slice(1)
    .map(readCommit)
    .filter(({ runs }) => runs.length > 0);
}

/** `SHA^ARUNS`, and a line `:MODE MODE BLOB BLOB STATUS<tab>PATH` for each file. */
function readCommit(text: string): AgentCommit {
  const [head = '', ...lines] = text.split('\n');
  const [sha = '', runs = ''] = head.split('\x01');
  const files = lines.flatMap((line) => {
    const [, blob = '', path = ''] = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*\t(.*)$/.exec(line) ?? [];
    return path === '' ? [] : [{ path, blob }];
  });
  return { sha, runs: splitRuns(runs), files };
}

const RUNS_OF_COMMIT = '%(trailers:key=Cmap-Run,valueonly,separator=%x2C)';

function splitRuns(text: string): string[] {
  return text
    .split(',')
    .map((run) => run.trim())
    .filter((run) => run !== '');
}

async function readCommits({ repo }: Repository, { environment: { gitlab } }: TortureEnvironment) {
  const { repository } = gitlab.project(repo);
  const text = await repository.git(['log', '--all', '-z', `--format=%H%x01${RUNS_OF_COMMIT}`]);
  return text.split('\0').map((line) => {
    const [sha = '', runs = ''] = line.split('\x01');
    return { sha, runs: splitRuns(runs) };
  });
}
