import { afterAll, beforeAll, expect, it } from 'vitest';

import type { World } from '../../sandbox/environment/start-environment.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsWorld, waitUntil } from './two-teams.ts';

const REPO = 'group/service-a';
let world: World;

beforeAll(async () => {
  world = await startTwoTeamsWorld({ maxRunners: 1, pollingIntervalMs: 500, runnerEnv: { RUNNER_LEASE_SECONDS: '3' } });
});
afterAll(() => world.close());

/** Kills the runner the moment a stage is durable, and then does something before the next one takes over. */
function interrupt(stage: string, meanwhile: () => Promise<void>): void {
  let done = false;
  world.proxy.onTableInsert(async (table, entity) => {
    if (done || !table.endsWith('runevents') || entity['name'] !== stage) return;
    done = true;
    const runner = world.jobs.running()[0];
    runner?.kill('SIGKILL');
    await runner?.exited;
    await meanwhile();
  });
}

it('reports a merge request that people merged before the runner that opened it could', async () => {
  const key = createTriggeredIssue(world, 'PROJ', 'edit-and-submit');
  interrupt('merge-request-open', async () => {
    const ada = world.gitlab.as('ada');
    ada.edit(REPO, 1, { title: 'Merge this' });
    await ada.merge(REPO, 1);
  });
  await world.fire('poll-jira');
  await world.settle();

  const [run] = await world.storage.ledger.listRecent(`issue~${key}`, 1);
  expect(run).toMatchObject({ state: 'done', attempt: 2, result: { what: 'merge-request', mergeRequestIid: 1 } });
  expect(world.gitlab.project(REPO).mergeRequests).toHaveLength(1);
  const { repository } = world.gitlab.project(REPO);
  const commits = await repository.git(['log', '--all', '--format=%H', `--grep=Cmap-Run: ${run?.runId}`]);
  expect(commits.split('\n')).toEqual([run?.result?.commitSha]);
  expect(reportsOn(world, key)).toEqual([expect.stringContaining('!1')]);
});

it('leaves a ticket in its trigger that was handed over again while a killed runner had its work finished', async () => {
  const key = createTriggeredIssue(world, 'PROJ', 'another-page', 'Write a page');
  interrupt('pushed', async () => {
    world.jira.addComment(key, 'And one more line, please.');
    world.jira.moveIssue(key, 'AI Ready');
  });
  await world.fire('poll-jira');
  await waitUntil('the first run has ended', async () => {
    await world.fire('sweep');
    const [run] = await world.storage.ledger.listRecent(`issue~${key}`, 1);
    return run?.state === 'done';
  });
  expect(world.jira.issue(key).status.name).toBe('AI Ready');

  await world.fire('poll-jira');
  await world.settle();
  const runs = await world.storage.ledger.listRecent(`issue~${key}`, 10);
  expect(runs.map(({ state }) => state)).toEqual(['done', 'done']);
  expect(world.jira.issue(key).status.name).toBe('In Review');
  const heard = world.model?.requests.filter(({ body }) => body.includes('And one more line, please.'));
  expect(heard?.length).toBeGreaterThan(0);
});
