import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { startChild } from '../../sandbox/job/child.ts';
import {
  CANARIES,
  createTriggeredIssue,
  GREETINGS,
  reportsOn,
  startTwoTeamsEnvironment,
} from './two-teams-environment.ts';

const members = { ada: 40, 'agent-a': 30 };

describe('what people and repositories get wrong is said where they look', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      runnerEnv: { RUNNER_MAX_ATTEMPTS: '1' },
      bindings: {
        NOBRANCH: { repo: 'group/no-branch', target_branch: 'release' },
        EMPTY: { repo: 'group/empty' },
        LOCKED: { repo: 'group/locked' },
        GONE: { repo: 'group/does-not-exist' },
        GUARDED: { repo: 'group/guarded', protected_paths: ['greet.mjs'] },
        RED: { repo: 'group/red', validate: 'echo "2 tests failed"; exit 3', repair_rounds: 0 },
      },
      projects: [
        { path: 'group/no-branch', members, files: GREETINGS },
        { path: 'group/empty', members },
        { path: 'group/locked', members, files: GREETINGS, protectedBranches: ['main', 'agent/LOCKED-1'] },
        { path: 'group/guarded', members, files: GREETINGS },
        { path: 'group/red', members, files: GREETINGS },
      ],
    });
  });
  afterAll(() => environment.close());

  it.each([
    { project: 'NOBRANCH', code: 'target-branch-missing', notified: 'The target branch does not exist' },
    { project: 'EMPTY', code: 'too-many-attempts', notified: 'no commit yet' },
    { project: 'LOCKED', code: 'push-rejected', notified: 'GitLab refused the push' },
    { project: 'GONE', code: 'too-many-attempts', notified: 'repository of this binding cannot be reached' },
    {
      project: 'GUARDED',
      scenario: 'insists-on-a-protected-file',
      code: 'change-refused',
      notified: 'tried to repair it 2 times',
    },
    { project: 'RED', code: 'validation-failed', notified: '2 tests failed' },
  ])('$project: the ticket names it and the next step', async ({ project, scenario, code, notified }) => {
    const key = createTriggeredIssue(environment, project, scenario ?? 'edit-and-submit');

    await environment.fire('poll-jira');
    await environment.settle();

    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    expect(run).toMatchObject({ state: 'failed', code, notified: true });
    expect(reportsOn(environment, key)).toHaveLength(1);
    expect(reportsOn(environment, key)[0]?.replaceAll('\\', '')).toContain(notified);
    expect(reportsOn(environment, key)[0]).toContain('Next step: ');
  });

  it('GUARDED: each round is in the record, and no commit of any is in GitLab', async () => {
    const [run] = await environment.storage.ledger.listRecent('issue~GUARDED-1', 1);
    const events = await environment.storage.ledger.listEvents(run?.runId ?? '');
    const rounds = events.filter(({ name }) => name === 'repair').map(({ fields }) => fields);
    expect(rounds).toEqual([1, 2].map((round) => ({ round, reason: 'change-refused' })));
    expect(run?.detail).toContain('`greet.mjs`: Is protected by "greet.mjs"');
    expect(environment.gitlab.project('group/guarded').repository.branches.has('agent/GUARDED-1')).toBe(false);
  });

  it.each([
    { name: 'no description at all', description: null },
    { name: 'a description of 5 MB', description: aDocument('All work and no play. '.repeat(240_000)) },
  ])('works on an issue with $name', async ({ description }) => {
    const key = environment.jira.createIssue({
      project: 'PROJ',
      summary: 'Write a page',
      description,
      status: 'AI Ready',
    });

    await environment.fire('poll-jira');
    await environment.settle();

    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    expect(run).toMatchObject({ state: 'done', result: { what: 'merge-request' } });
  });

  it('leaves other issues alone when one cannot be read', async () => {
    const broken = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    const fine = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    environment.jira.corruptIssue(broken);

    await environment.fire('poll-jira');
    await environment.settle();

    expect(await environment.storage.ledger.listRecent(`issue~${broken}`, 1)).toEqual([]);
    expect(await environment.storage.ledger.listRecent(`issue~${fine}`, 1)).toMatchObject([{ state: 'done' }]);
    expect(await environment.storage.skipLog.list(`issue~${broken}`)).toMatchObject([{ reason: 'unreadable' }]);
  });

  it('keeps polling after Jira asked it to slow down, with the pause it asked for', async () => {
    environment.jira.failNext({ match: { endpoint: 'search' }, status: 429, headers: { 'retry-after': '600' } });

    const askedAt = Date.now();
    await environment.fire('poll-jira');

    const state = await environment.storage.pollers.get('jira');
    expect(state).toMatchObject({ failures: 1, code: 'jira-rate-limited' });
    expect(state.nextAllowedAt).toBeGreaterThanOrEqual(askedAt + 600_000);
    const headers = { 'x-cmap-admin-secret': CANARIES.adminSecret };
    const health = await fetch(`${environment.functions[0]?.url}/api/health`, { headers });
    expect(await health.json()).toMatchObject({ pollers: [{ name: 'jira', failures: 1 }] });
  });

  it('shows the quarantined binding in health, with the reason, and only to who may see it', async () => {
    const url = `${environment.functions[0]?.url}/api/health`;
    const detailed = await (await fetch(url, { headers: { 'x-cmap-admin-secret': CANARIES.adminSecret } })).json();
    const plain = await (await fetch(url)).text();

    expect(detailed).toMatchObject({ status: 'degraded' });
    expect(JSON.stringify(detailed)).toContain('group/does-not-exist');
    expect(plain).not.toContain('group/');
  });
});

describe('a program that cannot start says everything that is wrong, and nothing secret', () => {
  const settings = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    GITLAB_URL: 'https://gitlab.example.com',
    GITLAB_TOKEN: CANARIES.defaultToken,
    JIRA_PROJECT_MAP: '{"mappings":{"PROJ":{"repo":"group/app"}}}',
    COPILOT_PROVIDER_BASE_URL: 'https://model.example.com/v1',
    COPILOT_MODEL: 'gpt',
  };

  it.each([
    {
      name: 'missing settings',
      change: { GITLAB_URL: '', COPILOT_MODEL: '' },
      notified: ['GITLAB_URL is missing', 'COPILOT_MODEL is missing'],
    },
    {
      name: 'an unresolved reference',
      change: { GITLAB_TOKEN: '@Microsoft.KeyVault(SecretUri=https://v.example/s)' },
      notified: ['GITLAB_TOKEN'],
    },
    { name: 'storage out of reach', change: {}, notified: ['storage-unavailable', 'AzureWebJobsStorage'] },
    { name: 'a map that is YAML', change: { JIRA_PROJECT_MAP: 'bindings: []' }, notified: ['looks like YAML'] },
    {
      name: 'a map with an unknown alias',
      change: { JIRA_PROJECT_MAP: '{"mappings":{"PROJ":{"repo":"group/app","credential_ref":"nobody"}}}' },
      notified: ['nobody', 'GITLAB_TOKEN__NOBODY'],
    },
  ])('$name', async ({ change, notified }) => {
    const lines: string[] = [];
    const runner = startChild({
      entry: path.resolve(import.meta.dirname, '../../runner-container/main.ts'),
      env: { ...settings, ...change, AzureWebJobsStorage: UNREACHABLE },
      onLine: (line) => lines.push(line),
    });

    const { code } = await runner.exited;

    const output = lines.join('\n');
    expect(code).toBe(1);
    for (const text of notified) expect(output).toContain(text);
    expect(output).not.toContain(CANARIES.defaultToken);
    expect(output).not.toContain('node_modules');
  });
});

function aDocument(text: string) {
  return { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
}

/** Nothing listens on port 1. */
const UNREACHABLE =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=ZW1wdHk=;' +
  'BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:1/devstoreaccount1;TableEndpoint=http://127.0.0.1:1/devstoreaccount1';
