import { expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { aBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReplyTask } from '../../../test/builders/tasks.ts';
import { holdToPaths } from './hold-to-paths.ts';
import type { MergeRequestRun } from './merge-request-run.ts';

const mono = { repo: 'group/mono' };
const routes = someRoutes(
  [aRoute('web', { ...mono, paths: ['web/**'] }), aRoute('api', { ...mono, paths: ['api/**'] })],
  mono,
);

/** The paths a reply on a branch is held to, after runs of these routes, newest first. */
async function pathsOf(
  sourceBranch: string,
  { bindings = routes as readonly Binding[], ran = [] as (string | undefined)[] } = {},
) {
  const task = aReplyTask();
  const asked: string[] = [];
  const run = {
    task,
    bindings,
    binding: bindings[0],
    mergeRequest: aMergeRequest({ sourceBranch }),
    context: aRunContext(task),
    deps: {
      async listEarlierRuns(about: { task: { scope: string } }) {
        asked.push(about.task.scope);
        return ran.map((route) => aRun({ task: aCodingTask(route === undefined ? {} : { route }) }));
      },
    },
  } as unknown as MergeRequestRun; // what else is asked for is not there
  return { paths: (await holdToPaths(run)).binding.paths, asked };
}

it.each<{ name: string; branch: string; ran?: string[]; bindings?: readonly Binding[]; paths: string[] | undefined }>([
  { name: 'of its ticket', branch: 'agent/PROJ-12', ran: ['api', 'web'], paths: ['api/**'] },
  {
    name: 'of a route that is left, where the newest is gone',
    branch: 'agent/PROJ-12',
    ran: ['gone', 'web'],
    paths: ['web/**'],
  },
  { name: 'of the first that has some, where no run is known', branch: 'agent/PROJ-12', paths: ['web/**'] },
  { name: 'of the one that speaks, on a branch of a person', branch: 'feature', ran: ['api'], paths: undefined },
  {
    name: 'of the only binding of its project',
    branch: 'agent/OPS-1',
    bindings: [aBinding({ ...mono, paths: ['a'] }), aBinding({ jira_project: 'OPS', ...mono, paths: ['ops/**'] })],
    paths: ['ops/**'],
  },
])('a reply is held to the paths $name', async ({ branch, ran = [], bindings = routes, paths }) => {
  expect((await pathsOf(branch, { bindings, ran })).paths).toEqual(paths);
});

it('asks for the runs of the ticket, and only where several bindings could be meant', async () => {
  expect((await pathsOf('agent/PROJ-12')).asked).toEqual(['issue~PROJ-12']);
  expect((await pathsOf('agent/PROJ-12', { bindings: [aBinding(mono)] })).asked).toEqual([]);
  expect((await pathsOf('feature')).asked).toEqual([]);
});
