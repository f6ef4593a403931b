import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { nextUtcMonth } from '../../shared/kernel/utc-day.ts';
import { waitUntil } from '../wait-until.ts';
import { cmap, operatorEnvironment } from './cmap.ts';
import { admit, openTestMergeRequest, ownNotes, REPO, replyTaskFor, textOf } from './merge-request-steps.ts';
import { passTurn, turnHookMs } from './pass-turn.ts';
import { reloadMap } from './reload-map.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

let environment: Environment;
let folder: string;
let source: string;

const writeMap = (runs: number) =>
  writeFile(
    source,
    JSON.stringify({
      mappings: {
        PROJ: { repo: REPO, budget: { runs_per_month: runs } },
        OPS: { repo: 'group/platform-tools', target_branch: 'develop', credential_ref: 'platform_team' },
      },
    }),
  );

// The second test has the month of the first.
beforeAll(() => passTurn(nextUtcMonth, 2), turnHookMs(2));
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cmap-months-'));
  source = path.join(folder, 'map.json');
  await writeMap(1);
  const env = { JIRA_PROJECT_MAP: '', JIRA_PROJECT_MAP_SOURCE: source, RUNS_PER_MONTH: '3' };
  environment = await startTwoTeamsEnvironment({ functionInstances: 2, functionsEnv: env, runnerEnv: env });
});
afterAll(async () => {
  await environment.close();
  await rm(folder, { recursive: true, force: true });
});

const runOf = async (key: string) => (await environment.storage.ledger.listRecent(`issue~${key}`, 1))[0];
const sweepAll = () => Promise.all(environment.functions.map((instance) => instance.fire('sweep')));
const waitsFor = (what: string, isSo: () => Promise<boolean>) =>
  waitUntil(what, async () => {
    await sweepAll();
    return isSo();
  });
const month = () => new Date(nextUtcMonth(Date.now())).toISOString().slice(0, 10);
const explain = async (key: string) =>
  (await cmap(['explain', key], { ...operatorEnvironment(environment, ''), JIRA_PROJECT_MAP_SOURCE: source })).stdout;

it('puts work off when the month is used up, says so once, and begins when the budget is raised', async () => {
  const first = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
  await environment.fire('poll-jira');
  await waitsFor('the first run is done', async () => (await runOf(first))?.state === 'done');

  const second = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit', 'Greet by night');
  await environment.fire('poll-jira');
  await waitsFor('the second is put off', async () => (await runOf(second))?.parkedReason === 'month-budget');
  const mergeRequest = await openTestMergeRequest(environment, 'none');
  const question = environment.gitlab.as('ada').note(REPO, mergeRequest.iid, '@agent-a Why is it called greet?');
  const runId = await admit(environment, replyTaskFor(mergeRequest, question));
  await waitUntil('the question is put off', async () => {
    return (await environment.storage.ledger.find(runId))?.parkedReason === 'month-budget';
  });
  // The person who asked is told at once, not when the month has turned.
  expect(ownNotes(mergeRequest, 'waiting').map(textOf)).toEqual([
    expect.stringContaining(`The agent begins on ${month()} at 00:00 UTC.`),
  ]);
  // The first sweep that sees them has them look once more.
  for (const _ of [1, 2]) await Promise.all([environment.fire('poll-jira'), sweepAll()]);
  await waitsFor('they wait', async () => (await runOf(second))?.state === 'parked');
  expect(await runOf(second)).toMatchObject({ attempt: 0, parkedUntil: Date.parse(month()) });
  expect(reportsOn(environment, second)).toEqual([
    `**The agent begins on ${month()} at 00:00 UTC.** All runs the project PROJ may have per month are used up for this month. It begins earlier when the platform team raises \`runs_per_month\` of the project; nothing has to be done here.`,
  ]);
  const said = await explain(second);
  expect(said).toContain('its project has used up the budget of this month');
  expect(said).toContain('raise `runs_per_month`');

  await writeMap(9);
  expect(await reloadMap(environment.functions[0])).toMatchObject({ status: 200 });
  await waitsFor('both are done', async () => {
    const states = [await runOf(second), await environment.storage.ledger.find(runId)].map((run) => run?.state);
    return states.every((state) => state === 'done');
  });
  expect(ownNotes(mergeRequest, 'waiting').map(textOf)).toEqual([expect.stringContaining('does not wait')]);
});

it('puts the work of every project off when the deployment has used up its month', async () => {
  const key = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');
  await environment.fire('poll-jira');
  await waitsFor('it is put off', async () => (await runOf(key))?.parkedReason === 'deployment-budget');
  expect(reportsOn(environment, key)).toEqual([expect.stringContaining('All runs this deployment may have per month')]);
  expect(await explain(key)).toContain('the deployment has used up its budget of this month');
});
