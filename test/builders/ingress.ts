import { HttpRequest, type HttpResponseInit, InvocationContext, type TimerHandler } from '@azure/functions';
import { createPollGitLab, type PollGitLabDeps } from '../../functions/polling/gitlab/poll-gitlab.ts';
import { createGitLabWebhook, type GitLabWebhookDeps } from '../../functions/webhooks/gitlab/gitlab-webhook.ts';
import { createJiraWebhook, type JiraWebhookDeps } from '../../functions/webhooks/jira/jira-webhook.ts';
import { silentMetrics } from '../../shared/adapters/telemetry/metrics.ts';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import type { Discussion, GitLabUser, MergeRequest } from '../../shared/domain/ports/gitlab.ts';
import type { Issue, IssueComment, RoleActors } from '../../shared/domain/ports/jira.ts';
import type { Pipeline } from '../../shared/domain/ports/pipelines.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { MappingView } from '../../shared/services/projects/live-mapping.ts';
import type { RegistryEntry } from '../../shared/services/projects/registry-entry.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { createAskerCheck } from '../../shared/services/runs/create-asker-check.ts';
import { endRun } from '../../shared/services/runs/end-run.ts';
import { createRouteIssue } from '../../shared/services/runs/route-issue.ts';
import { createManualClock } from '../doubles/manual-clock.ts';
import { createMemoryLog } from '../doubles/memory-log.ts';
import { createMemoryStorage } from '../doubles/memory-storage.ts';
import { aReviewedBinding } from '../fixtures/discussions.ts';
import { aGitLabUser } from './gitlab.ts';
import { theAgent } from './jira.ts';

export const GITLAB_SECRET = 'gitlab-hook-secret-of-a-test';
export const JIRA_SECRET = 'jira-hook-secret-of-a-test';

/** The contents of GitLab and Jira, to be changed by a test. */
export interface Outside {
  self: GitLabUser;
  mergeRequests: MergeRequest[];
  failedPipelines: Pipeline[];
  passedPipelines: Pipeline[];
  /** Heads by name, the same in every project. */
  branches: Map<string, string>;
  discussions: Map<string, Discussion[]>;
  issues: Map<string, Issue>;
  comments: Map<string, IssueComment[]>;
  /** Names of groups, by account id. */
  groups: Map<string, string[]>;
  roles: Map<string, RoleActors>;
  /** Thrown by the next call of this name, or whose name begins with these words; stays until it is deleted. */
  failures: Map<string, Error>;
}

export interface IngressOptions {
  bindings?: { binding: Binding; projectId: number }[];
  entries?: RegistryEntry[];
  webhook?: Partial<GitLabWebhookDeps>;
  jira?: Partial<JiraWebhookDeps>;
  poll?: Partial<PollGitLabDeps>;
  /** The trace that every invocation is part of. */
  traceparent?: string;
}

/** Everything that comes in, over memory and doubles that write down each call. */
export function createIngress(options: IngressOptions = {}) {
  const clock = createManualClock();
  const calls: string[] = [];
  const storage = createMemoryStorage({ clock });
  for (const [name, rows] of Object.entries(storage.parts.rows)) {
    for (const method of ['find', 'write', 'list'] as const) spy(rows, method, `storage.${method} ${name}`);
  }
  spy(storage.parts.tasks, 'send', 'storage.send');

  const outside: Outside = {
    self: aGitLabUser({ id: 99, username: 'cmap', name: 'cmap', bot: true }),
    mergeRequests: [],
    failedPipelines: [],
    passedPipelines: [],
    branches: new Map(),
    discussions: new Map(),
    issues: new Map(),
    comments: new Map(),
    groups: new Map(),
    roles: new Map(),
    failures: new Map(),
  };
  /** Notes each call of a method, and goes on with it. */
  function spy<Name extends string>(part: Record<Name, (...args: never[]) => unknown>, method: Name, label: string) {
    const original = part[method];
    part[method] = (...args) => {
      note(label);
      return original(...args);
    };
  }
  function note(call: string): void {
    calls.push(call);
    const failure = [...outside.failures].find(([name]) => `${call} `.startsWith(`${name} `));
    if (failure) throw failure[1];
  }

  const entries = options.entries ?? toEntries(options.bindings ?? [{ binding: aReviewedBinding(), projectId: 7 }]);
  const view: MappingView = {
    bindings: createBindings(entries.map(({ binding }) => binding)),
    registry: createRegistryDouble(entries),
    generation: 4,
    reloadedAt: 0,
  };
  const log = createMemoryLog();
  const gitlab = {
    async getCurrentUser() {
      note('gitlab.getCurrentUser');
      return outside.self;
    },
    async listMergeRequests(
      where: { groupPath: string } | { projectId: number },
      { updatedAfter }: { updatedAfter: number },
    ) {
      note(`gitlab.listMergeRequests ${'groupPath' in where ? where.groupPath : where.projectId}`);
      const inside = (mr: MergeRequest) => 'groupPath' in where || mr.projectId === where.projectId;
      return outside.mergeRequests.filter((mr) => inside(mr) && mr.updatedAt >= updatedAfter);
    },
    async listOpenMergeRequestsBy(projectId: number, authorId: number) {
      note(`gitlab.listOpenMergeRequestsBy ${projectId}`);
      const isWanted = (mr: MergeRequest) => mr.state === 'opened' && mr.author.id === authorId;
      return outside.mergeRequests.filter((mr) => mr.projectId === projectId && isWanted(mr));
    },
    async listFailedPipelines(projectId: number, { updatedAfter }: { updatedAfter: number }) {
      note(`gitlab.listFailedPipelines ${projectId} ${updatedAfter}`);
      return outside.failedPipelines;
    },
    async listPassedPipelines(projectId: number, { updatedAfter }: { updatedAfter: number }) {
      note(`gitlab.listPassedPipelines ${projectId} ${updatedAfter}`);
      return outside.passedPipelines;
    },
    async findMergeRequest(projectId: number, iid: number) {
      note(`gitlab.findMergeRequest ${projectId}!${iid}`);
      return outside.mergeRequests.find((mr) => mr.projectId === projectId && mr.iid === iid);
    },
    async findBranch(projectId: number, name: string) {
      note(`gitlab.findBranch ${projectId} ${name}`);
      const sha = outside.branches.get(name);
      return sha === undefined ? undefined : { name, sha, isProtected: false };
    },
    async listDiscussions(projectId: number, iid: number) {
      note(`gitlab.listDiscussions ${projectId}!${iid}`);
      return outside.discussions.get(`${projectId}!${iid}`) ?? [];
    },
    async findDiscussion(projectId: number, iid: number, id: string) {
      note(`gitlab.findDiscussion ${projectId}!${iid}`);
      return outside.discussions.get(`${projectId}!${iid}`)?.find((discussion) => discussion.id === id);
    },
    async findOpenMergeRequest(projectId: number, sourceBranch: string) {
      note(`gitlab.findOpenMergeRequest ${projectId} ${sourceBranch}`);
      return outside.mergeRequests.find(
        (mr) => mr.projectId === projectId && mr.sourceBranch === sourceBranch && mr.state === 'opened',
      );
    },
    async getMergeRequest(projectId: number, iid: number) {
      note(`gitlab.getMergeRequest ${projectId}!${iid}`);
      const found = outside.mergeRequests.find((mr) => mr.projectId === projectId && mr.iid === iid);
      if (!found) throw new Error(`The test has no merge request !${iid}`);
      return found;
    },
  };
  const jira = {
    async findIssue(key: string) {
      note(`jira.findIssue ${key}`);
      return outside.issues.get(key);
    },
    async getIssue(key: string) {
      note(`jira.getIssue ${key}`);
      const found = outside.issues.get(key);
      if (!found) throw new Error(`The test has no issue ${key}`);
      return found;
    },
    async listComments(key: string) {
      note(`jira.listComments ${key}`);
      return outside.comments.get(key) ?? [];
    },
    async listGroups(accountId: string) {
      note(`jira.listGroups ${accountId}`);
      return outside.groups.get(accountId) ?? [];
    },
    async listRoleActors(projectKey: string, role: string) {
      note(`jira.listRoleActors ${projectKey} ${role}`);
      return outside.roles.get(role) ?? { accountIds: [], groups: [] };
    },
    async getMyself() {
      note('jira.getMyself');
      return theAgent();
    },
  };
  const { ledger, queue, skipLog, watermarks, pollers, outbox } = storage;
  const common = {
    mapping: {
      async current() {
        note('mapping.current');
        return view;
      },
    },
    async gitlabFor(credentialRef: string) {
      note(`gitlabFor ${credentialRef}`);
      return gitlab;
    },
    admit: (...[task, generation]: Parameters<JiraWebhookDeps['admit']>) =>
      admitTask(task, { ledger, queue, clock, log }, generation),
    skipLog,
    outbox,
    traceparent: () => options.traceparent,
    clock,
    log,
    metrics: silentMetrics,
  };
  const gitlabHandler = createGitLabWebhook({ ...common, secretToken: new Secret(GITLAB_SECRET), ...options.webhook });
  const jiraHandler = createJiraWebhook({
    ...common,
    jira,
    ledger,
    secret: new Secret(JIRA_SECRET),
    agentId: 'cmap-test',
    mentionWords: ['/copilot', '@cmap'],
    checkAsker: createAskerCheck({ jira, clock, log }),
    routeIssue: createRouteIssue({ ...common, jira, ledger }),
    ...options.jira,
  });
  const pollHandler = createPollGitLab({ ...common, watermarks, pollers, ...options.poll });

  return {
    clock,
    storage,
    outside,
    calls,
    lines: log.lines,
    view,
    /** Calls since the last time, without those that look at the map. */
    takeCalls: () => calls.splice(0).filter((call) => call !== 'mapping.current'),
    gitlabWebhook: (body: HookBody, headers: Record<string, string> = { 'x-gitlab-token': GITLAB_SECRET }) =>
      call(gitlabHandler, body, headers),
    jiraWebhook: (body: HookBody, headers: Record<string, string> = { 'x-cmap-secret': JIRA_SECRET }) =>
      call(jiraHandler, body, headers),
    async poll() {
      await pollHandler(...timerContext('poll-gitlab'));
    },
    /** The ids of all admitted tasks, oldest first. */
    async tasks() {
      const runs = await ledger.listRecent(EVERYTHING, 100);
      return runs.map(({ task }) => task.id).sort();
    },
  };
}

/** A runner finds that the newest run is not wanted, and ends it; nothing happens where it has ended already. */
export async function supersedeNewest(
  { storage, clock }: Pick<ReturnType<typeof createIngress>, 'storage' | 'clock'>,
  reason: string,
): Promise<void> {
  const [newest] = await storage.ledger.listRecent(EVERYTHING, 1);
  await clock.advance(1);
  if (newest) await endRun(newest.runId, { state: 'superseded', reason }, { ledger: storage.ledger, clock });
}

/** What the host hands to a timer function. */
export function timerContext(functionName: string): Parameters<TimerHandler> {
  const timer = { isPastDue: false, schedule: { adjustForDST: false } };
  return [
    { ...timer, scheduleStatus: { last: '', next: '', lastUpdated: '' } },
    new InvocationContext({ functionName }),
  ];
}

/** An object is sent as JSON, bytes and text as they are. */
export type HookBody = object | string | Uint8Array;

async function call(
  handler: ReturnType<typeof createGitLabWebhook>,
  body: HookBody,
  headers: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const request = new HttpRequest({ method: 'POST', url: 'http://localhost/api/webhooks/x', headers, body: { bytes } });
  // Our handlers answer with an init object.
  const answer = (await handler(request, new InvocationContext({ functionName: 'webhook' }))) as HttpResponseInit;
  return {
    status: answer.status ?? 200,
    body: (answer.jsonBody ?? {}) as Record<string, unknown>, // an object in every answer
    headers: new Headers(answer.headers as Record<string, string> | undefined),
  };
}

function toEntries(bindings: { binding: Binding; projectId: number }[]): RegistryEntry[] {
  return bindings.map(({ binding, projectId }) => ({
    state: 'ready',
    binding,
    project: {
      projectId,
      cloneUrl: `https://gitlab.example/${binding.repo}.git`,
      webUrl: `https://gitlab.example/${binding.repo}`,
    },
  }));
}

function createRegistryDouble(entries: RegistryEntry[]) {
  const find = (projectId: number) =>
    entries.find((entry) => entry.state === 'ready' && entry.project.projectId === projectId);
  return {
    start: async () => {},
    byJira: async (key: string, route?: string) =>
      entries.find(({ binding }) => binding.jiraProject === key && binding.route?.name === route),
    byProjectId: async (projectId: number) => find(projectId),
    listOfProject: async (projectId: number) => entries.filter((entry) => entry === find(projectId)),
    list: async () => entries,
    status: () =>
      entries.map(({ binding: { route, ...binding }, ...entry }) => ({
        ...binding,
        ...(route ? { route: route.name } : {}),
        state: entry.state,
        ...(entry.state === 'ready' ? { projectId: entry.project.projectId } : {}),
      })),
  };
}
