import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { waitUntil } from '../wait-until.ts';
import { cmap, follow, operatorEnvironment } from './cmap.ts';
import { reloadMap } from './reload-map.ts';
import { CANARIES, createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const FIRST = { PROJ: { repo: 'group/service-a' } };
const SECOND = {
  ...FIRST,
  OPS: { repo: 'group/platform-tools', target_branch: 'develop', credential_ref: 'platform_team' },
};

describe('a map that changes while the app runs', () => {
  let environment: Environment;
  let source: string;
  let directory: string;
  const writeMap = (mappings: object) => writeFile(source, JSON.stringify({ mappings }));

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'cmap-operations-'));
    source = path.join(directory, 'map.json');
    await writeMap(FIRST);
    const env = { JIRA_PROJECT_MAP: '', JIRA_PROJECT_MAP_SOURCE: source };
    environment = await startTwoTeamsEnvironment({ functionInstances: 2, functionsEnv: env, runnerEnv: env });
  });
  afterAll(async () => {
    await environment.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('starts the second project on every instance, and says what was added', async () => {
    const key = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');
    await environment.fire('poll-jira');
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 1)).toEqual([]);

    await writeMap(SECOND);
    // It has never seen the map that is in use, only the changed source.
    const cold = await environment.addFunctions();
    expect(await reloadMap(cold, '?dry-run=1')).toMatchObject({
      status: 200,
      body: { generation: 0, added: ['OPS'] },
    });
    expect(await reloadMap(cold)).toEqual({
      status: 200,
      body: { generation: 1, added: ['OPS'], removed: [], changed: [] },
    });

    const other = environment.functions[1];
    await waitUntil('the other instance has the new map and admits the issue', async () => {
      await other?.fire('poll-jira');
      return (await environment.storage.ledger.listRecent(`issue~${key}`, 1)).length > 0;
    });
    await environment.settle();
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 5)).toMatchObject([{ state: 'done' }]);
    const health = await fetch(`${other?.url}/api/health`, {
      headers: { 'x-cmap-admin-secret': CANARIES.adminSecret },
    });
    expect(await health.json()).toMatchObject({
      status: 'ok',
      generation: 1,
      bindings: [{ jiraProject: 'PROJ' }, { jiraProject: 'OPS', state: 'ready' }],
    });
    expect(environment.logs.filter((line) => line.includes('issue deduplication reset by reload'))).toHaveLength(1);
  });

  it.each([
    { name: 'without a secret', headers: {} },
    { name: 'with another secret', headers: { 'x-cmap-admin-secret': 'x'.repeat(40) } },
    {
      name: 'with another secret and a large body',
      headers: { 'x-cmap-admin-secret': 'x' },
      body: 'x'.repeat(300_000),
    },
  ])('refuses a reload $name and asks storage nothing', async ({ headers, body }) => {
    const [first] = environment.functions;
    await fetch(`${first?.url}/api/health`);
    // One that has worked looks for another task for a while.
    await waitUntil('no runner is left', () => environment.jobs.running().length === 0);
    environment.proxy.resetCounts();

    const response = await fetch(`${first?.url}/api/config/reload`, {
      method: 'POST',
      headers,
      ...(body ? { body } : {}),
    });

    expect(response.status).toBe(401);
    expect(environment.proxy.counts()).toEqual({});
  });

  it('refuses a bad map with every problem and goes on with the one before', async () => {
    await writeMap({ ...SECOND, PROJ: { repo: 'nowhere' }, OPS: { repo: 'group/platform-tools', colour: 'red' } });
    const [first] = environment.functions;

    const { status, body } = await reloadMap(first);

    expect(status).toBe(422);
    expect(body['problems']).toMatchObject([{ where: 'mappings.PROJ' }, { where: 'mappings.OPS' }]);
    const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    await environment.fire('poll-jira');
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 1)).toHaveLength(1);
    // The runner of this run and the instance that is added now start with the broken source in place.
    await environment.settle();
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 1)).toMatchObject([{ state: 'done' }]);

    const cold = await environment.addFunctions();
    const health = await fetch(`${cold.url}/api/health`, { headers: { 'x-cmap-admin-secret': CANARIES.adminSecret } });
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      reasons: [expect.stringContaining('mappings.PROJ')],
      generation: 1,
      bindings: [{ state: 'ready' }, { state: 'ready' }],
    });
    expect(environment.logs.some((line) => line.includes('"event":"project map refused"'))).toBe(true);
    const env = operatorEnvironment(environment, JSON.stringify({ mappings: SECOND }));
    const explained = await cmap(['explain', key], env);
    expect(explained.stdout).toMatch(/source of the project map cannot be used since .*\n *mappings\.PROJ/);
    await writeMap(SECOND);
  });

  it('refuses an alias that is not configured and says what to do about it', async () => {
    await writeMap({ ...SECOND, OPS: { repo: 'group/platform-tools', credential_ref: 'new_team' } });

    const { status, body } = await reloadMap(environment.functions[0]);

    expect(status).toBe(422);
    expect(JSON.stringify(body)).toMatch(
      /mappings\.OPS.*GITLAB_TOKEN__NEW_TEAM.*after a restart.*Key Vault secret at once/,
    );
    await writeMap(SECOND);
  });
});

describe('work that was given up', () => {
  let environment: Environment;
  let env: Record<string, string>;
  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({ runnerEnv: { RUNNER_MAX_ATTEMPTS: '1' } });
    env = operatorEnvironment(environment, JSON.stringify({ mappings: SECOND }));
  });
  afterAll(() => environment.close());

  it('sends a task through queue and runner, and says how long that took', async () => {
    const { code, stdout } = await cmap(['smoke', '--json'], env);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    const { runId, state } = JSON.parse(stdout) as { runId: string; state: string };
    expect(state).toBe('done');
    expect(await environment.storage.ledger.get(runId)).toMatchObject({ state: 'done', result: { what: 'echo' } });
  });

  it('is reported on the ticket, shown by cmap, and done after `cmap queue requeue`', async () => {
    const key = createTriggeredIssue(environment, 'PROJ', 'fails-always');
    await environment.fire('poll-jira');
    await environment.settle();
    const [failed] = await environment.storage.ledger.listRecent(`issue~${key}`, 5);
    expect(reportsOn(environment, key)).toEqual([expect.stringContaining('The model endpoint did not answer.')]);

    const listed = await cmap(['queue', 'ls', '--json'], env);
    const { messages } = JSON.parse(listed.stdout) as { messages: { messageId: string; runId: string }[] };
    expect(messages).toMatchObject([{ place: 'poison', reason: 'model-unavailable', runId: failed?.runId }]);
    const messageId = messages[0]?.messageId ?? '';
    expect((await cmap(['explain', key], env)).stdout).toMatch(
      new RegExp(`^${key} failed: This was tried several times`),
    );
    expect((await cmap(['queue', 'show', messageId.slice(0, 8)], env)).stdout).toContain(`coding ${key}`);

    expect((await cmap(['ready', 'PROJ'], env)).stdout).not.toContain(`${key}  yes`);
    const unclaimed = await cmap(['claims', 'release', key], env);
    expect(unclaimed).toMatchObject({ code: 1, stderr: expect.stringContaining(`nothing claims ${key}`) });

    environment.jira.describeIssue(key, 'scenario: edit-and-submit');
    const requeued = await cmap(['queue', 'requeue', messageId], env);
    expect(requeued).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(`coding ${key} is on the queue again as run run-`),
    });
    await environment.settle();

    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 5)).toMatchObject([
      { state: 'done', result: { what: 'merge-request' } },
      { state: 'failed' },
    ]);
    expect(await environment.storage.queue.listPoison()).toEqual([]);
    expect((await cmap(['queue', 'requeue', messageId], env)).code).toBe(1);
    expect((await cmap(['explain', key], env)).stdout).toMatch(
      new RegExp(`^${key} is done: run run-.* with a merge request, http`),
    );
    const run = await cmap(['run', 'show', /as run (\S+)/.exec(requeued.stdout)?.[1] ?? ''], env);
    expect(run.stdout).toMatch(/merge-request-open[\s\S]*transcripts\/run-/);
    const happened = await cmap(['activity', key, '--since', '1h'], env);
    expect(happened.stdout).toMatch(
      /coding \S+ +planned[\s\S]* {2}failed[\s\S]* {2}planned[\s\S]* {2}merge-request-open[\s\S]* {2}done/,
    );
  });

  it('lists which issues start now, and keeps one closed for a person, over the command line', async () => {
    const key = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');
    expect((await cmap(['ready', 'ops'], env)).stdout).toMatch(
      new RegExp(`${key} +yes +ready: the next poll starts it`),
    );

    expect((await cmap(['claims', 'extend', key, '--for', '1h'], env)).code).toBe(0);
    const { issues } = JSON.parse((await cmap(['ready', '--json'], env)).stdout) as { issues: object[] };
    expect(issues).toContainEqual(expect.objectContaining({ issueKey: key, ready: false, reason: 'claimed' }));
    expect((await cmap(['claims', 'ls'], env)).stdout).toMatch(
      new RegExp(`^${key} +person +\\S.* +in \\d+ (min|h)`, 'm'),
    );
    expect(await cmap(['claims', 'release', key], env)).toMatchObject({ code: 0, stdout: `${key} is free` });

    await environment.fire('poll-jira');
    await environment.settle();
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 5)).toMatchObject([{ state: 'done' }]);
  });

  it('follows what happens until it is interrupted, and ends well', async () => {
    const lines: string[] = [];
    const following = follow(['activity', '--follow', '--json', '--since', '10m'], env, (line) => lines.push(line));
    const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    await environment.fire('poll-jira');
    await environment.settle();
    const names = () =>
      lines
        .map((line) => JSON.parse(line) as { scope: string; name: string })
        .flatMap(({ scope, name }) => (scope === `issue~${key}` ? [name] : []));
    await waitUntil('the end is shown', () => names().includes('done'));
    following.kill('SIGINT');
    expect(await following.exited).toEqual({ code: 0, signal: null });
    expect(names().filter((name) => name === 'planned')).toHaveLength(1);
    expect(names()).toContain('agent-step');
  });

  it('says who it is and whether everything would work', async () => {
    const doctor = await cmap(['doctor', '--json'], env);
    const { checks } = JSON.parse(doctor.stdout) as { checks: { level: string; about: string; finding: string }[] };
    const said = checks.map(({ level, about, finding }) => `${level} ${about}: ${finding}`);
    expect(said.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(doctor.code).toBe(0);
    expect(said).toContain('OK PROJ: group/service-a is reachable for agent-a as Developer');
    expect(said).toContain('OK OPS: target branch develop exists and is protected');
    expect(said).toContain('OK OPS: Jira project visible, all statuses exist');

    const { stdout } = await cmap(['whoami'], env);
    expect(stdout).toMatch(
      /gitlab +default +agent-a \(\d+\)\ngitlab +platform_team +agent-b \(\d+\)\njira .*Agent \(agent\)/,
    );
    for (const value of Object.values(CANARIES)) expect(`${stdout}${doctor.stdout}`).not.toContain(value);
  });

  it.each([
    { name: 'a token of another project', change: { GITLAB_TOKEN: CANARIES.platformToken }, about: 'PROJ' },
    { name: 'an unknown token', change: { GITLAB_TOKEN: 'glpat-nobody0123456789' }, about: 'credential default' },
    {
      name: 'storage that is not there',
      // The port of a person's own emulator may have one.
      change: { AzureWebJobsStorage: 'UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:1' },
      about: 'storage queue',
    },
    { name: 'an unknown Jira token', change: { JIRA_API_TOKEN: 'jira-nobody-0123456789' }, about: 'jira' },
    {
      name: 'a status that does not exist',
      change: {
        JIRA_PROJECT_MAP: JSON.stringify({ mappings: { PROJ: { ...FIRST.PROJ, statuses: { in_review: 'Lookin' } } } }),
      },
      about: 'PROJ',
    },
    {
      name: 'a reviewer who does not exist',
      change: { JIRA_PROJECT_MAP: JSON.stringify({ mappings: { PROJ: { ...FIRST.PROJ, reviewer: 'nobody' } } }) },
      about: 'PROJ',
    },
    {
      name: 'a target branch that does not exist',
      change: { JIRA_PROJECT_MAP: JSON.stringify({ mappings: { PROJ: { ...FIRST.PROJ, target_branch: 'gone' } } }) },
      about: 'PROJ',
    },
  ])('finds $name', async ({ change, about }) => {
    const { code, stdout } = await cmap(['doctor'], { ...env, ...change });

    expect(stdout).toMatch(new RegExp(`^FAIL  ${about}: `, 'm'));
    expect(code).toBe(1);
  });
});

describe('programs that are asked to stop', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      functionInstances: 2,
      maxRunners: 0,
      runnerEnv: { RUNNER_GRACE_SECONDS: '2' },
      // How long a test takes to let a poll go on is not what ends it.
      functionsEnv: { SANDBOX_STOP_WAIT_MS: String(10 * MINUTE) },
    });
  });
  afterAll(() => environment.close());

  it('a runner gives its run back at once, and the next one finishes it in the same attempt', async () => {
    const key = createTriggeredIssue(environment, 'PROJ', 'runs-long');
    await environment.fire('poll-jira');
    const first = environment.startRunner();
    const newest = async () => (await environment.storage.ledger.listRecent(`issue~${key}`, 1))[0];
    await waitUntil('the agent runs a command', async () => {
      const run = await newest();
      const events = run ? await environment.storage.ledger.listEvents(run.runId) : [];
      return events.some(({ name, fields }) => name === 'agent-step' && fields?.['tool'] === 'bash');
    });

    environment.jira.describeIssue(key, 'scenario: edit-and-submit');
    first.kill('SIGTERM');
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const given = await newest();
    expect(given).toMatchObject({ state: 'queued', attempt: 0, interruptions: 1 });
    // Long before the lease of 180 seconds would have ended.
    expect(await environment.storage.queue.peek()).toMatchObject([{ runId: given?.runId }]);
    expect(await environment.storage.scopes.list()).toEqual([]);

    const second = environment.startRunner();
    expect(await second.exited).toEqual({ code: 0, signal: null });
    expect(await newest()).toMatchObject({ runId: given?.runId, state: 'done', attempt: 1 });
    expect(await environment.storage.queue.peek()).toEqual([]);
    expect(environment.gitlab.project('group/service-a').mergeRequests).toHaveLength(1);
    expect(reportsOn(environment, key)).toHaveLength(1);
  });

  it('an instance of the functions finishes the poll it is in, refuses what comes after, and ends', async () => {
    const key = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');
    const instance = environment.functions[1];
    const refused = Promise.withResolvers<void>();
    environment.jira.failNext({ match: { endpoint: 'search' }, until: refused.promise, times: 1 });
    const searches = environment.jira.countRequests('search');
    const poll = instance?.fire('poll-jira');
    await waitUntil('the poll has begun', () => environment.jira.countRequests('search') > searches);

    instance?.child.kill('SIGTERM');
    await waitUntil('the instance refuses', async () => {
      const response = await fetch(`${instance?.url}/api/health`);
      return response.status === 503 && (await response.text()).includes('stopping');
    });
    refused.resolve();
    await poll;

    expect(await instance?.child.exited).toEqual({ code: 0, signal: null });
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 5)).toMatchObject([{ state: 'queued' }]);
  });
});
