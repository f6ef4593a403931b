import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SandboxGitLab, startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { type Azurite, startAzurite } from '../../sandbox/storage/azurite.ts';
import { type StorageProxy, startStorageProxy } from '../../sandbox/storage/storage-proxy.ts';
import { createStorage } from '../../shared/adapters/storage/storage.ts';
import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { aMergeRequestHook } from '../../test/builders/gitlab.ts';
import { aFunctionsEnvironment, someFunctionsSettings } from '../../test/builders/settings.ts';

const TOKEN = 'glpat-token-of-a-test';
const SECRET = 'webhook-secret-of-a-test';

const WAIT = { timeout: 300_000 };

const STARTED_AT = Date.now();
/** Stands still: an app that has looked at its map more than a second ago asks storage whether it is still in force. */
const clock: Clock = { now: () => STARTED_AT, sleep: systemClock.sleep };

let gitlab: SandboxGitLab;
let azurite: Azurite;
let storage: StorageProxy;

beforeAll(async () => {
  // What the build puts into a program.
  vi.stubGlobal('CMAP_MAP_CODE', 'the code of this test');
  gitlab = await startSandboxGitLab({
    users: [{ username: 'ada' }, { username: 'cmap', bot: true, tokens: [TOKEN] }],
    projects: [{ path: 'group/app', members: { ada: 40, cmap: 30 }, files: { 'README.md': '# App\n' } }],
  });
  azurite = await startAzurite();
  storage = await startStorageProxy(azurite);
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await storage.stop();
  await azurite.stop();
  await gitlab.close();
});

/** A new process of the app over the same storage, as soon as it serves and nothing of its start is under way. */
async function startApp() {
  const environment = aFunctionsEnvironment({
    AzureWebJobsStorage: storage.connectionString,
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: TOKEN,
    GITLAB_WEBHOOK_SECRET: SECRET,
    JIRA_PROJECT_MAP: '{"mappings":{"PROJ":{"repo":"group/app","review":{"enabled":true}}}}',
  });
  const lines: string[] = [];
  const { loadApp } = await import('./load-app.ts');
  const app = await loadApp(someFunctionsSettings(environment), {
    program: 'functions',
    environment,
    clock,
    write: (line) => lines.push(line),
  });
  await app.open();
  await vi.waitFor(() => expect(lines.join('\n')).toContain('"event":"binding"'), WAIT);
  return app.handlers;
}

let deliveries = 0;

/** A delivery about one merge request, with a head that is new each time. */
async function deliver(handlers: Awaited<ReturnType<typeof startApp>>): Promise<number | undefined> {
  deliveries += 1;
  const { id } = gitlab.project('group/app');
  const head = { id: String(deliveries).padStart(40, 'a'), message: 'x' };
  const change = { target_project_id: id, source_project_id: id, action: 'update', oldrev: 'f'.repeat(40) };
  const hook = aMergeRequestHook(
    { ...change, last_commit: head },
    { project: { id, path_with_namespace: 'group/app' } },
  );
  const body = Buffer.from(JSON.stringify(hook));
  const request = new HttpRequest({
    method: 'POST',
    url: 'http://localhost/api/webhooks/gitlab',
    headers: { 'x-gitlab-token': SECRET, 'webhook-id': `${deliveries}`, 'content-length': String(body.length) },
    body: { bytes: body },
  });
  const answer = await handlers['gitlab-webhook']?.(request, new InvocationContext({ functionName: 'gitlab-webhook' }));
  return answer?.status;
}

async function askHealth(handlers: Awaited<ReturnType<typeof startApp>>): Promise<number | undefined> {
  const request = new HttpRequest({ method: 'GET', url: 'http://localhost/api/health' });
  return (await handlers.health?.(request, new InvocationContext({ functionName: 'health' })))?.status;
}

async function findChecked() {
  const { MAP_RULES = '' } = await import('../../shared/app/map-rules.ts');
  const { connectionString } = azurite;
  return createStorage({ connectionString }).appliedMaps.findChecked(MAP_RULES);
}

function forget(): void {
  storage.resetCounts();
  gitlab.requests.clear();
}

describe('an app on an account that a process of its release has used', () => {
  beforeAll(async () => {
    const first = await startApp();
    expect(await deliver(first)).toBe(202);
    expect(await askHealth(first)).toBe(200);
    // What the next ones find is kept after the answers.
    await vi.waitFor(async () => expect(await findChecked()).toHaveProperty('source'), WAIT);
  });

  it('makes three requests to storage when it starts, and none to GitLab', async () => {
    forget();
    await startApp();
    // Which map is in force, and what is remembered of the repository; the map as it was understood.
    expect(storage.counts()).toEqual({ 'table:get': 2, 'table:query': 1 });
    expect(gitlab.requests.count()).toBe(0);
  });

  it('makes four for its first webhook and three for the next ones, and asks GitLab nothing', async () => {
    const handlers = await startApp();
    forget();
    expect(await deliver(handlers)).toBe(202);
    expect(storage.counts()).toEqual({ 'queue:send': 1, 'table:get': 1, 'table:transaction': 2 });
    storage.resetCounts();
    expect(await deliver(handlers)).toBe(202);
    expect(storage.counts()).toEqual({ 'queue:send': 1, 'table:transaction': 2 });
    expect(gitlab.requests.count()).toBe(0);
  });

  it('asks GitLab nothing for its health', async () => {
    const handlers = await startApp();
    forget();
    expect(await askHealth(handlers)).toBe(200);
    expect(gitlab.requests.count()).toBe(0);
  });
});
