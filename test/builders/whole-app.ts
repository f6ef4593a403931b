import { examine } from '../../functions/health/examine.ts';
import { createAdmit } from '../../functions/ingest/create-admit.ts';
import { createPollGitLab } from '../../functions/polling/gitlab/poll-gitlab.ts';
import { createPollJira } from '../../functions/polling/jira/poll-jira.ts';
import { createSweep } from '../../functions/sweep/sweep.ts';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { renderMapping } from '../../shared/domain/mapping/render-mapping.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';
import type { GitLab, Project } from '../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { createRegistry } from '../../shared/services/projects/create-registry.ts';
import { createLiveMapping, type LiveMapping } from '../../shared/services/projects/live-mapping.ts';
import type { RegistryEntry } from '../../shared/services/projects/registry-entry.ts';
import { purge } from '../../shared/services/runs/purge.ts';
import { createMemoryLog, type MemoryLog } from '../doubles/memory-log.ts';
import { only } from '../doubles/only.ts';
import { unrouted } from '../doubles/unrouted.ts';
import { aGitLabUser, aProject } from './gitlab.ts';
import { timerContext } from './ingress.ts';
import { theAgent } from './jira.ts';

const GITLAB_URL = 'https://gitlab.example.com';

/** The app over a storage, in a quiet GitLab and Jira: what each part of it does while nothing new happens. */
export interface WholeApp {
  log: MemoryLog;
  /** How often GitLab was asked. */
  countGitLabCalls(): number;
  /** What the timer function does in a minute. */
  tick(): Promise<void>;
  sweep(): Promise<void>;
  pollGitLab(): Promise<void>;
  pollJira(): Promise<void>;
  health(): Promise<unknown>;
  /** An event that is new. */
  admit(number: number): Promise<unknown>;
  /** What a process that has just been started has to know for the review of a repository. */
  beginReview(projectId: number): Promise<readonly RegistryEntry[]>;
  /** One step of the purge. */
  purge(): Promise<unknown>;
}

/** Bindings in top-level groups of ten, or of another size; their projects have the ids from 1 on. */
export function someBindings(count: number, ofOneGroup = 10): Binding[] {
  return Array.from({ length: count }, (_, index) => {
    const repo = `group-${Math.floor(index / ofOneGroup)}/app-${index}`;
    return resolveBinding({ jira_project: `P${index}`, repo, review: { enabled: true } });
  });
}

/** Over a storage in which everything is there that `ensure` makes. */
export function createWholeApp({
  storage,
  clock,
  bindings,
}: {
  storage: Storage;
  clock: Clock;
  bindings: readonly Binding[];
}): WholeApp {
  const log = createMemoryLog();
  let calls = 0;
  const onCall = () => {
    calls += 1;
  };
  const gitlab = only<GitLab>(createQuietGitLab(bindings, onCall));
  const jira = only<Jira>({
    searchIssues: async () => ({ issues: [], unreadable: [], truncated: false }),
    listComments: async () => [],
    getMyself: async () => theAgent(),
  });
  const gitlabFor = async () => gitlab;
  const json = JSON.stringify(renderMapping(bindings));
  const openMapping = (): LiveMapping =>
    createLiveMapping({
      readText: async () => json,
      generation: storage.generation,
      applied: storage.appliedMaps,
      checkCredentials: async () => [],
      createRegistry: (list, withheld) =>
        createRegistry({
          bindings: list,
          withheld,
          gitlabFor,
          gitlabUrl: GITLAB_URL,
          cache: storage.projects,
          clock,
          log,
        }),
      clock,
      log,
    });
  const mapping = openMapping();
  const common = { ...storage, mapping, gitlabFor, traceparent: () => undefined, clock, log };
  const polled = { ...common, admit: createAdmit('poll', common) };
  const sweep = createSweep({
    ...common,
    notify: async () => {},
    performOutboxEntry: async () => 'complete',
    credentials: { describe: () => [] },
  });
  const pollGitLab = createPollGitLab(polled);
  const asking = {
    jira,
    mentionWords: ['/copilot'],
    checkAsker: async () => undefined,
    agentId: 'cmap',
    routeIssue: unrouted,
  };
  const pollJira = createPollJira({ ...polled, ...asking });
  const admit = createAdmit('webhook', common);
  const startedAt = clock.now();
  const app: WholeApp = {
    log,
    countGitLabCalls: () => calls,
    async sweep() {
      await sweep(...timerContext('sweep'));
    },
    async pollGitLab() {
      await pollGitLab(...timerContext('poll-gitlab'));
    },
    async pollJira() {
      await pollJira(...timerContext('poll-jira'));
    },
    async tick() {
      for (const timer of [app.sweep, app.pollJira, app.pollGitLab]) await timer();
    },
    health: () => examine({ ...common, tokenStates: async () => [], hasJira: true, startedAt }),
    admit: (number) => admit(buildReviewTask({ projectId: 7, mergeRequestIid: number, headSha: 'abc123' })),
    async beginReview(projectId) {
      const { registry } = await openMapping().current();
      return registry.listOfProject(projectId);
    },
    purge: () => purge({ ...storage, clock }, { runsMs: 0, skipLogMs: 0 }),
  };
  return app;
}

/** A GitLab in which all repositories are there and nothing changes. */
function createQuietGitLab(bindings: readonly Binding[], onCall: () => void): Partial<GitLab> {
  const projects = new Map<string, Project>();
  for (const [index, { repo }] of bindings.entries())
    projects.set(repo, aProject({ id: index + 1, path: repo, cloneUrl: `${GITLAB_URL}/${repo}.git` }));
  return {
    getCurrentUser: async () => aGitLabUser({ id: 99, username: 'cmap', bot: true }),
    async findProject(path) {
      onCall();
      return projects.get(path);
    },
    async listProjects(groupPath, page) {
      onCall();
      const inGroup = [...projects.values()].filter(({ path }) => path.startsWith(`${groupPath}/`));
      return { projects: inGroup.slice((page - 1) * 100, page * 100), hasNext: inGroup.length > page * 100 };
    },
    async listMergeRequests() {
      onCall();
      return [];
    },
  };
}
