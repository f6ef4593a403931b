import { expect, it } from 'vitest';
import { aBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { JiraBinding } from '../../domain/mapping/binding.ts';
import { buildDedupKey, buildRunId } from '../../domain/runs/run-id.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { RegistryEntry } from '../projects/registry-entry.ts';
import { createRouteIssue, reportUnrouted } from './route-issue.ts';

const routes = [aRoute('web', { when: { label: 'web' } }), aRoute('api', { when: { label: 'api' } })];
const bindings = someRoutes(routes, { repo: 'group/rest' });

interface Given {
  /** Of the task. */
  id?: string;
  labels?: string[];
  /** Routes of earlier runs, oldest first; `rest` is none. */
  earlier?: string[];
  /** Routes in whose repository a merge request of the issue is open. */
  open?: string[];
  /** Routes whose repository cannot be reached. */
  quarantined?: string[];
  among?: readonly JiraBinding[];
}

async function route({
  id = 'coding~PROJ-12~now',
  labels = [],
  earlier = [],
  open = [],
  quarantined = [],
  among = bindings,
}: Given) {
  const clock = createManualClock();
  const { ledger } = createMemoryStorage({ clock });
  for (const [index, name] of earlier.entries()) {
    await clock.advance(MINUTE);
    const task = aCodingTask({ id: `coding~PROJ-12~${index}`, ...(name === 'rest' ? {} : { route: name }) });
    const run = await ledger.create({ runId: buildRunId(task.id), dedupKey: buildDedupKey(task.id), task });
    const running = run && (await ledger.update(run, { state: 'running', attempt: 1 }));
    if (running) await ledger.update(running, { state: 'done', result: { what: 'merge-request', mergeRequestIid: 3 } });
  }
  const asked: string[] = [];
  const nameOf = (number: number) => ['rest', 'web', 'api'][number] ?? '';
  const registry = {
    async byJira(jiraProject: string, name?: string): Promise<RegistryEntry | undefined> {
      const binding = among.find((one) => one.jiraProject === jiraProject && one.route?.name === name);
      if (!binding) return undefined;
      if (quarantined.includes(name ?? 'rest')) {
        const quarantine = { reason: 'unreachable' as const, hint: '', since: 0, retryAt: 0 };
        return { state: 'quarantined', binding, quarantine };
      }
      const projectId = ['rest', 'web', 'api'].indexOf(name ?? 'rest');
      return { state: 'ready', binding, project: { projectId, cloneUrl: '', webUrl: '' } };
    },
  };
  const routeIssue = createRouteIssue({
    jira: {
      async getIssue() {
        asked.push('jira');
        return anIssue({ labels });
      },
    },
    ledger,
    mapping: { current: async () => ({ registry }) },
    gitlabFor: async () => ({
      async findOpenMergeRequest(projectId, branch) {
        asked.push(`${nameOf(projectId)} ${branch}`);
        return open.includes(nameOf(projectId)) ? aMergeRequest() : undefined;
      },
    }),
  });
  const choice = await routeIssue(aCodingTask({ id }), among);
  return { to: 'binding' in choice ? choice.binding.repo : choice.problem, asked };
}

const typed = someRoutes(routes, {
  repo: 'group/rest',
  branch_prefix: '{type}/',
  type_words: { Bug: 'fix', other: 'chore' },
});

it.each<{ name: string; given: Given; to: string; asked: string[] }>([
  {
    name: 'where its merge request is open, by any branch its type may have given it',
    given: { labels: ['api'], earlier: ['web', 'rest'], open: ['web'], among: typed },
    to: 'group/web',
    asked: ['jira', 'rest fix/PROJ-12', 'rest chore/PROJ-12', 'web fix/PROJ-12'],
  },
  {
    name: 'to the only repository of a project, without a question',
    given: { among: [aBinding()] },
    to: 'group/app',
    asked: [],
  },
  { name: 'by its route', given: { labels: ['web'] }, to: 'group/web', asked: ['jira'] },
  { name: 'to the repository for all others', given: {}, to: 'group/rest', asked: ['jira'] },
  { name: 'nowhere where it fits two', given: { labels: ['web', 'api'] }, to: 'several-routes', asked: ['jira'] },
  {
    name: 'by the same route as before, without a question',
    given: { labels: ['web'], earlier: ['web'], open: ['web'] },
    to: 'group/web',
    asked: ['jira'],
  },
  {
    name: 'where its merge request is open, whatever it says by now',
    given: { labels: ['api'], earlier: ['web'], open: ['web'] },
    to: 'group/web',
    asked: ['jira', 'web agent/PROJ-12'],
  },
  {
    name: 'where its merge request is open, also when it fits two by now',
    given: { labels: ['web', 'api'], earlier: ['rest'], open: ['rest'] },
    to: 'group/rest',
    asked: ['jira', 'rest agent/PROJ-12'],
  },
  {
    name: 'elsewhere once that is merged or closed',
    given: { labels: ['api'], earlier: ['rest', 'web'] },
    to: 'group/api',
    asked: ['jira', 'web agent/PROJ-12', 'rest agent/PROJ-12'],
  },
  {
    name: 'to a repository out of reach that has a merge request of it',
    given: { labels: ['api'], earlier: ['web'], quarantined: ['web'] },
    to: 'group/web',
    asked: ['jira'],
  },
  {
    name: 'by the run of the same request, without a question, also when it fits two by now',
    given: { id: 'coding~PROJ-12~0', labels: ['web', 'api'], earlier: ['api'] },
    to: 'group/api',
    asked: [],
  },
  {
    name: 'to what is open anywhere, where the map has lost its route',
    given: { labels: ['api'], earlier: ['gone'], open: ['web'] },
    to: 'group/web',
    asked: ['jira', 'rest agent/PROJ-12', 'web agent/PROJ-12'],
  },
])('an issue goes $name', async ({ given, to, asked }) => {
  expect(await route(given)).toEqual({ to, asked });
});

it('decides nothing while Jira does not answer', async () => {
  const { ledger } = createMemoryStorage();
  const routeIssue = createRouteIssue({
    jira: { getIssue: () => Promise.reject(new TaskError('jira-unavailable')) },
    ledger,
    mapping: { current: () => Promise.reject(new Error('not asked')) },
    gitlabFor: () => Promise.reject(new Error('not asked')),
  });
  await expect(routeIssue(aCodingTask(), bindings)).rejects.toMatchObject({ code: 'jira-unavailable' });
});

it('has the ticket told once which routes there are, and keeps it for explain', async () => {
  const { skipLog, outbox } = createMemoryStorage();
  const about = { issueKey: 'PROJ-12', jiraProject: 'PROJ', by: 'change' } as const;
  const choice = { problem: 'no-route' as const, routes: bindings.flatMap((binding) => binding.route ?? []) };
  for (let times = 0; times < 2; times += 1) await reportUnrouted({ ...about, choice }, { skipLog, outbox });
  expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([
    { kind: 'unrouted', ...about, problem: 'no-route', routes: ['`web`: label `web`', '`api`: label `api`'] },
  ]);
  expect(await skipLog.list('issue~PROJ-12')).toMatchObject([{ reason: 'no-route', detail: 'web, api' }]);
});

it.each<{ name: string; versions: string[]; ran?: string; open?: string; to: string | undefined }>([
  { name: 'of its fix version', versions: ['2.4'], to: 'release/2.4' },
  { name: 'nowhere without one', versions: [], to: 'no-version' },
  {
    name: 'of its merge request while that is open',
    versions: ['3.0'],
    ran: 'release/2.4',
    open: 'release/2.4',
    to: 'release/2.4',
  },
  { name: 'of its new fix version once that is closed', versions: ['3.0'], ran: 'release/2.4', to: 'release/3.0' },
])('a request goes to the branch $name', async ({ versions, ran, open, to }) => {
  const { ledger } = createMemoryStorage();
  const task = aCodingTask({ id: 'coding~PROJ-12~0', ...(ran === undefined ? {} : { targetBranch: ran }) });
  if (ran !== undefined) await ledger.create({ runId: 'run-0', dedupKey: 'run-0', task });
  const binding = aBinding({ target_branch: 'release/{version}' });
  const project = { projectId: 7, cloneUrl: '', webUrl: '' };
  const entry: RegistryEntry = { state: 'ready', binding, project };
  const details = { subtasks: [], links: [], components: [], fixVersions: versions, fields: [] };
  const routeIssue = createRouteIssue({
    jira: { getIssue: async () => anIssue({ details }) },
    ledger,
    mapping: { current: async () => ({ registry: { byJira: async () => entry } }) },
    gitlabFor: async () => ({
      findOpenMergeRequest: async () => (open === undefined ? undefined : aMergeRequest({ targetBranch: open })),
    }),
  });
  const choice = await routeIssue(aCodingTask({ id: 'coding~PROJ-12~now' }), [binding]);
  expect('binding' in choice ? choice.targetBranch : choice.problem).toBe(to);
});
