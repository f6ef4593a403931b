import { expect, it } from 'vitest';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import { type ActiveCoding, readCodingRun } from './coding-run.ts';

const routes = [aRoute('web', { when: { label: 'web' } }), aRoute('api', { when: { label: 'api' } })];

interface Given {
  /** Of the task; none is the repository for all others. */
  route?: string;
  labels?: string[];
  /** Whether the map names a repository for all others. */
  hasRest?: boolean;
  attempt?: number;
}

/** Where the run works, and where the ticket would go by now where that is elsewhere. */
async function read({ route, labels = [], hasRest = true, attempt = 1 }: Given) {
  const bindings = createBindings(someRoutes(routes, hasRest ? { repo: 'group/rest' } : {}));
  const issue: Issue = anIssue({ labels });
  const deps = {
    mapping: async () => ({
      bindings,
      registry: {
        async byJira(jiraProject: string, name?: string) {
          const binding = bindings.find(jiraProject, name);
          return binding && { state: 'ready', binding, project: {} };
        },
      },
    }),
    jira: only<Jira>({ getIssue: async () => issue }),
    listEarlierRuns: async () => [],
    maskWritten: createRedactor().maskWritten,
  } as unknown as ActiveCoding['deps']; // what else is called fails
  const task = aCodingTask(route === undefined ? {} : { route });
  const context = aRunContext(task, { attempt });
  const run = await readCodingRun({ task, context, deps: { ...deps, log: context.log } }, new AbortController().signal);
  return typeof run === 'string' ? run : [run.binding.repo, run.fitsNow?.binding.repo];
}

it.each<{ name: string; given: Given; place: [string, string | undefined] }>([
  { name: 'by its route', given: { route: 'web', labels: ['web'] }, place: ['group/web', undefined] },
  { name: 'for all others', given: {}, place: ['group/rest', undefined] },
  {
    name: 'by its route after the ticket was changed',
    given: { route: 'web', labels: ['api'] },
    place: ['group/web', 'group/api'],
  },
  { name: 'for all others after that', given: { labels: ['api'] }, place: ['group/rest', 'group/api'] },
  { name: 'by its route when it fits none', given: { route: 'web', hasRest: false }, place: ['group/web', undefined] },
  { name: 'by its route when it fits no other', given: { route: 'web' }, place: ['group/web', 'group/rest'] },
  {
    name: 'by its route when it fits two',
    given: { route: 'web', labels: ['api', 'web'] },
    place: ['group/web', undefined],
  },
  {
    name: 'by the ticket once its route is gone',
    given: { route: 'gone', labels: ['api'] },
    place: ['group/api', undefined],
  },
  {
    name: 'by the ticket once the map has routes only',
    given: { labels: ['web'], hasRest: false },
    place: ['group/web', undefined],
  },
])('a run works in the repository it was sent to: $name', async ({ given, place }) => {
  expect(await read(given)).toEqual(place);
});

it('ends where its route is gone and the ticket does not say which one it is', async () => {
  await expect(read({ route: 'gone', labels: ['web', 'api'] })).rejects.toMatchObject({
    code: 'route-undecided',
    detail: '- `web`: label `web`\n- `api`: label `api`',
  });
});

it('goes nowhere else once it has begun', async () => {
  const begun = read({ route: 'gone', labels: ['api'], attempt: 2 });
  await expect(begun).rejects.toMatchObject({ code: 'binding-unknown', detail: 'PROJ/gone' });
});

it.each<{ name: string; task: { targetBranch?: string }; versions: string[]; branch: (string | undefined)[] }>([
  {
    name: 'that its task was given',
    task: { targetBranch: 'release/2.4' },
    versions: ['3.0'],
    branch: ['release/2.4', 'release/3.0'],
  },
  {
    name: 'that is still that of its ticket',
    task: { targetBranch: 'release/2.4' },
    versions: ['2.4'],
    branch: ['release/2.4', undefined],
  },
  {
    name: 'of the fix version, for a task of another map',
    task: {},
    versions: ['3.0'],
    branch: ['release/3.0', undefined],
  },
])('a run goes to the branch $name', async ({ task, versions, branch }) => {
  expect(await readTarget(task, versions)).toEqual(branch);
});

it('ends where a task of another map has no branch and the fix versions name none', async () => {
  await expect(readTarget({}, [])).rejects.toMatchObject({ code: 'route-undecided', detail: '- `release/{version}`' });
});

/** The branch of the run, and the one the ticket names by now where that is another. */
async function readTarget(given: { targetBranch?: string }, fixVersions: string[]) {
  const binding = aBinding({ target_branch: 'release/{version}' });
  const entry = { state: 'ready', binding, project: {} };
  const details = { subtasks: [], links: [], components: [], fixVersions, fields: [] };
  const deps = {
    mapping: async () => ({ bindings: createBindings([binding]), registry: { byJira: async () => entry } }),
    jira: only<Jira>({ getIssue: async () => anIssue({ details }), listRemoteLinks: async () => [] }),
    listEarlierRuns: async () => [],
    maskWritten: createRedactor().maskWritten,
  } as unknown as ActiveCoding['deps']; // what else is called fails
  const task = aCodingTask(given);
  const run = await readCodingRun({ task, context: aRunContext(task), deps }, new AbortController().signal);
  return typeof run === 'string' ? [run] : [run.binding.targetBranch, run.fitsNow?.targetBranch];
}
