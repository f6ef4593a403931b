import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { waitUntil } from '../wait-until.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const REPO = 'group/service-a';
let environment: Environment;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    maxRunners: 1,
    pollingIntervalMs: 1000,
    runnerEnv: SHORT_LEASE,
  });
});
afterAll(() => environment.close());

/**
 * Kills the runner the moment a stage is durable, and then does something before the next one takes over: none gets the
 * message until that is done, also when its lease has ended before.
 */
function interrupt(stage: string, meanwhile: () => Promise<void>): void {
  let done = false;
  environment.proxy.onTableInsert(async (table, entity) => {
    if (done || !table.endsWith('runevents') || entity['name'] !== stage) return;
    done = true;
    const over = killRunner().then(meanwhile);
    environment.proxy.hold('queue:receive', over);
    await over;
  });
}

async function killRunner(): Promise<void> {
  const runner = environment.jobs.running()[0];
  runner?.kill('SIGKILL');
  await runner?.exited;
}

it('reports a merge request that people merged before the runner that opened it could', async () => {
  const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
  interrupt('merge-request-open', async () => {
    const ada = environment.gitlab.as('ada');
    ada.edit(REPO, 1, { title: 'Merge this' });
    await ada.merge(REPO, 1);
  });
  await environment.fire('poll-jira');
  await environment.settle();

  const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
  expect(run).toMatchObject({ state: 'done', attempt: 2, result: { what: 'merge-request', mergeRequestIid: 1 } });
  expect(environment.gitlab.project(REPO).mergeRequests).toHaveLength(1);
  const { repository } = environment.gitlab.project(REPO);
  const commits = await repository.git(['log', '--all', '--format=%H', `--grep=Cmap-Run: ${run?.runId}`]);
  expect(commits.split('\n')).toEqual([run?.result?.commitSha]);
  expect(reportsOn(environment, key)).toEqual([expect.stringContaining('!1')]);
});

it('leaves a ticket in its trigger that was handed over again while a killed runner had its work finished', async () => {
  const key = createTriggeredIssue(environment, 'PROJ', 'another-page', 'Write a page');
  interrupt('pushed', async () => {
    environment.jira.addComment(key, 'And one more line, please.');
    environment.jira.moveIssue(key, 'AI Ready');
  });
  await environment.fire('poll-jira');
  await waitUntil('the first run has ended', async () => {
    await environment.fire('sweep');
    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    return run?.state === 'done';
  });
  expect(environment.jira.issue(key).status.name).toBe('AI Ready');

  await environment.fire('poll-jira');
  await environment.settle();
  const runs = await environment.storage.ledger.listRecent(`issue~${key}`, 10);
  expect(runs.map(({ state }) => state)).toEqual(['done', 'done']);
  expect(environment.jira.issue(key).status.name).toBe('In Review');
  const receivedMarkers = environment.model?.requests.filter(({ body }) => body.includes('And one more line, please.'));
  expect(receivedMarkers?.length).toBeGreaterThan(0);
});

it('takes a commit that carries the trailer of the run for one of a person, and does its own work on top', async () => {
  const key = createTriggeredIssue(environment, 'PROJ', 'another-page', 'Greet');
  let forged = '';
  interrupt('agent-started', async () => {
    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    const message = `${key}: Greet\n\nLooks done.\n\nCmap-Run: ${run?.runId}`;
    const files = { '.gitlab-ci.yml': 'steal: {script: env}\n' };
    await environment.gitlab.as('ada').push(REPO, { branch: `agent/${key}`, files, message });
    forged = (await environment.gitlab.log(REPO, `agent/${key}`))[0]?.sha ?? '';
  });
  await environment.fire('poll-jira');
  await environment.settle();

  const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
  expect(run).toMatchObject({ state: 'done', attempt: 2, result: { what: 'merge-request' } });
  expect(run?.result?.commitSha).not.toBe(forged);
  const [own, theirs] = await environment.gitlab.log(REPO, `agent/${key}`);
  expect(own?.sha).toBe(run?.result?.commitSha);
  expect(theirs?.sha).toBe(forged);
  expect(run?.facts).toMatchObject({ baseSha: forged, promptHash: expect.any(String) });
});
