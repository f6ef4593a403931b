import type { PoisonedMessage } from '../../../shared/domain/ports/task-queue.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { mergeRequestScope } from '../../../shared/domain/tasks/build-task.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import { type Marker, parseMarker } from '../../../shared/kernel/text/marker.ts';
import { parseFooter } from '../../../shared/services/notifications/report-footer.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { ADA, AGENT, REPOSITORIES, type Team } from '../environment/teams.ts';
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
}

/** What the systems themselves hold when everything is over. */
export interface Facts {
  entries: TriggerEntry[];
  runs: Run[];
  /** When a run asked the agent for the last time; absent where it never did. */
  sessionAt: ReadonlyMap<string, number>;
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
  const [runs, openRuns, depth, poison, scopes, commits] = await Promise.all([
    readRuns(subjects, torture),
    storage.ledger.listOpen(),
    storage.queue.getDepth(),
    storage.queue.listPoison(),
    storage.scopes.list(),
    Promise.all(REPOSITORIES.map(async (team) => [team.repo, await readCommits(team, torture)] as const)),
  ]);
  return {
    entries: jira.issueKeys.flatMap((key) => readEntries(key, torture)),
    runs,
    sessionAt: await torture.memory.sessions(runs),
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
  return discussions.flatMap(({ notes }) =>
    notes.flatMap(({ id, author, system, body }) => {
      const marker = author.bot && !system ? parseMarker(body) : undefined;
      return marker ? [{ repo: project.path, iid, noteId: id, ...marker }] : [];
    }),
  );
}

async function readCommits({ repo }: Team, { environment: { gitlab } }: TortureEnvironment) {
  const { repository } = gitlab.project(repo);
  const text = await repository.git([
    'log',
    '--all',
    '-z',
    '--format=%H%x01%(trailers:key=Cmap-Run,valueonly,separator=%x2C)',
  ]);
  return text.split('\0').map((line) => {
    const [sha = '', runs = ''] = line.split('\x01');
    return {
      sha,
      runs: runs
        .split(',')
        .map((run) => run.trim())
        .filter((run) => run !== ''),
    };
  });
}
