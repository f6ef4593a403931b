import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it, vi } from 'vitest';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { rememberAccount } from '../../shared/services/credentials/remember-account.ts';
import type { MappingView, SourceState } from '../../shared/services/projects/live-mapping.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import type { BindingStatus, RegistryEntry } from '../../shared/services/projects/registry-entry.ts';
import { anEchoTask } from '../../test/builders/tasks.ts';
import { createMemoryStorage, type MemoryStorage } from '../../test/doubles/memory-storage.ts';
import { aReviewedBinding } from '../../test/fixtures/discussions.ts';
import { createHealth } from './health.ts';
import { HealthReport, HealthSummary } from './health-report.ts';

const SECRET = 'admin-secret-of-a-test';
const NOW = Date.UTC(2026, 5, 1);

const READY: BindingStatus = {
  jiraProject: 'PROJ',
  repo: 'group/app',
  targetBranch: 'main',
  credentialRef: 'default',
  state: 'ready',
  projectId: 7,
};
const GROUP = 'gitlab~default~group';

const QUARANTINED: BindingStatus = {
  ...READY,
  jiraProject: 'OPS',
  repo: 'group/gone',
  state: 'quarantined',
  quarantine: {
    reason: 'not-found',
    code: 'gitlab-not-found',
    status: 404,
    hint: 'Check repo.',
    since: NOW,
    retryAt: NOW,
  },
};

interface Options {
  images?: string[];
  bindings?: BindingStatus[];
  expiresAt?: string;
  /** Repositories in the map, with the credential each is read with. */
  repos?: { repo: string; ref: string }[];
  hasJira?: boolean;
  current?: () => Promise<MappingView>;
  source?: SourceState;
  /** Another instance, with whose storage and clock this one works. */
  shared?: { time: { now: number }; storage: MemoryStorage };
}

function anApp({
  images = [],
  bindings = [READY],
  expiresAt,
  repos = [],
  current,
  hasJira = true,
  source = { state: 'in-force' },
  shared,
}: Options = {}) {
  const time = shared?.time ?? { now: NOW };
  const clock = { now: () => time.now, sleep: () => new Promise<void>(() => {}) };
  const storage = shared?.storage ?? createMemoryStorage({ clock, images });
  const reads = { count: 0 };
  for (const rows of Object.values(storage.parts.rows)) {
    const list = rows.list;
    rows.list = (...about) => {
      reads.count += 1;
      return list(...about);
    };
  }
  const findTokenInfo = vi.fn(async () => ({ name: 'cmap bot', scopes: ['api'], ...(expiresAt ? { expiresAt } : {}) }));
  const token = { value: 'glpat-of-a-test-1' };
  const gitlab = rememberAccount('default', { findTokenInfo } as unknown as GitLab, {
    accounts: storage.accounts,
    credentials: { get: async () => new Secret(token.value) },
    baseUrl: 'https://gitlab.example.com',
    clock,
    log: silentLog,
  });
  const entries: RegistryEntry[] = repos.map(({ repo, ref }, index) => ({
    state: 'ready',
    binding: { ...aReviewedBinding(), repo, credentialRef: ref },
    project: { projectId: index + 1, cloneUrl: '', webUrl: '' },
  }));
  const registry = { list: async () => entries, status: () => bindings };
  // Only these are asked.
  const view = { bindings: createBindings([]), registry, generation: 4 } as unknown as MappingView;
  const handler = createHealth({
    ...storage,
    mapping: { current: current ?? (async () => view), examineSource: async () => source },
    credentials: { describe: () => [{ alias: 'default', source: 'environment', name: 'GITLAB_TOKEN' }] },
    gitlabFor: async () => gitlab,
    adminSecret: new Secret(SECRET),
    hasJira,
    clock,
    log: silentLog,
  });
  const ask = async (headers: Record<string, string> = { 'x-cmap-admin-secret': SECRET }) => {
    const request = new HttpRequest({ method: 'GET', url: 'http://localhost/api/health', headers });
    const response = await handler(request, new InvocationContext());
    if (!response || !('jsonBody' in response)) throw new Error('no JSON body');
    // One shape in every state that a test brings about.
    const shape = headers['x-cmap-admin-secret'] === SECRET ? HealthReport : HealthSummary;
    expect(shape.safeParse(response.jsonBody).error).toBeUndefined();
    return { status: response.status, body: response.jsonBody as unknown };
  };
  const head = async () =>
    handler(new HttpRequest({ method: 'HEAD', url: 'http://localhost/api/health' }), new InvocationContext());
  const countReads = () => reads.count;
  return { ask, head, storage, time, token, findTokenInfo, countReads };
}

it('shows bindings, pollers, queue and credentials with the admin secret', async () => {
  const repos = [{ repo: 'group/app', ref: 'default' }];
  const { ask, storage } = anApp({ bindings: [READY, QUARANTINED], expiresAt: '2026-06-11', repos });
  await storage.queue.enqueue(anEchoTask(), { runId: 'run-1' });
  await storage.pollers.put('jira', {
    failures: 2,
    lastSuccessAt: NOW - 5000,
    nextAllowedAt: NOW + 30_000,
    code: 'jira-unavailable',
  });
  await storage.pollers.put(GROUP, { failures: 0, lastSuccessAt: NOW });
  await storage.pollers.put('sweeper', { failures: 0, lastSuccessAt: NOW - 60_000 });
  await storage.watermarks.advance(GROUP, String(NOW - 120_000), undefined);

  const { status, body } = await ask();

  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'degraded',
    reasons: ['bindings quarantined: 1', 'credentials that end within 14 days: 1'],
    generation: 4,
    bindings: [READY, QUARANTINED],
    pollers: [
      { name: GROUP, secondsSinceSuccess: 0, failures: 0, watermarkAgeSeconds: 120, stalled: false, late: false },
      {
        name: 'jira',
        secondsSinceSuccess: 5,
        failures: 2,
        code: 'jira-unavailable',
        backOffSeconds: 30,
        stalled: false,
        late: false,
      },
    ],
    sweeper: { secondsSinceSuccess: 60, late: false },
    queue: { count: 1, oldestSeconds: 0, poison: 0, parked: 0, running: 0 },
    credentials: [
      {
        alias: 'default',
        source: 'environment',
        name: 'GITLAB_TOKEN',
        tokenName: 'cmap bot',
        scopes: ['api'],
        expiresAt: '2026-06-11',
        expiresInDays: 10,
      },
    ],
  });
});

it.each([
  { name: 'a request without a secret', headers: {} },
  { name: 'a request with another secret', headers: { 'x-cmap-admin-secret': 'guess' } },
])('shows counts and no names to $name', async ({ headers }) => {
  const { ask } = anApp({ bindings: [READY, QUARANTINED] });

  const { status, body } = await ask(headers);

  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'degraded', bindings: { ready: 1, quarantined: 1 } });
  expect(JSON.stringify(body)).not.toMatch(/group|PROJ|GITLAB_TOKEN|cmap bot/);
});

it.each([
  { name: 'no binding is usable', options: { bindings: [QUARANTINED] }, reason: 'every binding is quarantined' },
  {
    name: 'the map cannot be used',
    options: { current: () => Promise.reject(new MappingError([{ where: 'mapping', message: 'it is empty' }])) },
    reason: 'The project map cannot be used:\n  mapping: it is empty',
  },
  {
    name: 'storage does not answer',
    options: { current: () => Promise.reject(new TaskError('storage-unavailable')) },
    reason: 'storage-unavailable',
  },
])('answers 503 when $name', async ({ options, reason }) => {
  expect(await anApp(options).ask()).toMatchObject({ status: 503, body: { status: 'down', reasons: [reason] } });
});

it.each([
  { name: 'degraded', options: { bindings: [READY, QUARANTINED] }, status: 200 },
  { name: 'down', options: { bindings: [QUARANTINED] }, status: 503 },
])('answers a HEAD request with the status alone when it is $name', async ({ options, status }) => {
  expect(await anApp(options).head()).toEqual({ status });
});

it.each([
  { name: 'a refused credential', code: 'jira-unauthorized', status: 'degraded' },
  { name: 'a missing permission', code: 'jira-forbidden', status: 'degraded' },
  { name: 'an outage', code: 'jira-unavailable', status: 'ok' },
])('$name of Jira at the first poll: $status', async ({ code, status }) => {
  const { ask, storage } = anApp();
  await storage.pollers.put('jira', { failures: 1, lastSuccessAt: NOW - MINUTE, code });
  const reasons = status === 'ok' ? [] : [`poller jira fails: ${code}`];
  expect(await ask()).toMatchObject({ status: 200, body: { status, reasons } });
  expect(await ask({})).toMatchObject({ status: 200, body: { status, reasons } });
});

it('is degraded by the name of each project Jira refuses to search, which only the secret shows', async () => {
  const { ask, storage } = anApp();
  await storage.pollers.put('jira', { failures: 0, lastSuccessAt: NOW, refused: ['OPS', 'PROJ'] });
  expect(await ask()).toMatchObject({
    status: 200,
    body: {
      status: 'degraded',
      reasons: ['projects Jira refuses to search: OPS, PROJ'],
      pollers: [{ refused: ['OPS', 'PROJ'] }],
    },
  });
  expect(await ask({})).toMatchObject({
    body: { reasons: ['projects Jira refuses to search: 2'], pollers: [{ refused: 2 }] },
  });
});

it('counts repositories that are more than a row of storage holds, which keeps no other state unwritten', async () => {
  const { ask, storage } = anApp({ repos: [{ repo: 'group/app', ref: 'default' }] });
  const refused = Array.from(
    { length: 900 },
    (_, n) => `group/subgroup-of-a-team/a-name-as-long-as-they-are-${100 + n}`,
  );
  const state = { failures: 0, lastSuccessAt: NOW };
  await storage.pollers.putAll(
    new Map([
      [GROUP, { ...state, refused }],
      ['jira', { ...state, refused: ['OPS'] }],
    ]),
  );
  const reasons = ['projects Jira refuses to search: 1', 'repositories GitLab refuses to list: 900'];
  expect(await ask({})).toMatchObject({ body: { reasons } });
  const named = expect.stringMatching(/^repositories GitLab refuses to list: .*-100, .*-101, .*, and \d+ more$/);
  expect(await ask()).toMatchObject({ body: { reasons: ['projects Jira refuses to search: OPS', named] } });
});

it('is degraded by the repositories GitLab refuses to list', async () => {
  const { ask, storage } = anApp({ repos: [{ repo: 'group/app', ref: 'default' }] });
  await storage.pollers.put(GROUP, { failures: 0, lastSuccessAt: NOW, refused: ['group/app'] });
  expect(await ask()).toMatchObject({
    body: { status: 'degraded', reasons: ['repositories GitLab refuses to list: group/app'] },
  });
  expect(await ask({})).toMatchObject({ body: { reasons: ['repositories GitLab refuses to list: 1'] } });
});

it('shows an empty queue as zeros', async () => {
  const empty = { count: 0, oldestSeconds: 0, poison: 0, parked: 0, running: 0 };
  expect(await anApp().ask()).toMatchObject({ body: { queue: empty } });
});

it.each([
  {
    name: 'a poller that failed once after a long pause',
    state: { failures: 1, lastSuccessAt: NOW - HOUR },
    down: false,
  },
  {
    name: 'a poller that fails for five minutes',
    state: { failures: 4, lastSuccessAt: NOW - 5 * MINUTE },
    down: false,
  },
  { name: 'a poller that fails for an hour', state: { failures: 9, lastSuccessAt: NOW - HOUR }, down: true },
  { name: 'a poller that has never succeeded', state: { failures: 6 }, down: true },
  { name: 'a poller that is only late', state: { failures: 0, lastSuccessAt: NOW - HOUR }, down: false },
])('$name: down is $down', async ({ state, down }) => {
  const { ask, storage } = anApp();
  await storage.pollers.put('jira', { ...state, code: 'jira-unauthorized' });

  expect((await ask()).status).toBe(down ? 503 : 200);
});

describe('a group of repositories that fails for long', () => {
  const failing = { failures: 9, lastSuccessAt: NOW - HOUR, code: 'gitlab-unauthorized' };
  const repos = [
    { repo: 'group/app', ref: 'default' },
    { repo: 'team/app', ref: 'team' },
  ];
  const [own, team, gone] = [GROUP, 'gitlab~team~team', 'gitlab~old~left-the-map'];
  const reason = 'poller gitlab fails: gitlab-unauthorized';

  it.each([
    { name: 'one of two', failed: [team], status: 200, body: { status: 'degraded', reasons: [reason] } },
    { name: 'both', failed: [own, team], status: 503, body: { status: 'down', reasons: [reason, reason] } },
    { name: 'one that has left the map', failed: [gone], status: 200, body: { status: 'ok', reasons: [] } },
    { name: 'one of two, and one that has left', failed: [own, gone], status: 200, body: { status: 'degraded' } },
  ])('$name: $status', async ({ failed, status, body }) => {
    const { ask, storage } = anApp({ repos });
    for (const name of failed) await storage.pollers.put(name, failing);
    expect(await ask()).toMatchObject({ status, body });
    expect(await ask({})).toMatchObject({ status, body });
    expect(JSON.stringify((await ask({})).body)).not.toMatch(/team|group|left/);
  });

  it('does not matter where Jira is not polled any more', async () => {
    const { ask, storage } = anApp({ hasJira: false });
    await storage.pollers.put('jira', { ...failing, code: 'jira-unauthorized' });
    expect(await ask()).toMatchObject({ status: 200, body: { status: 'ok', pollers: [] } });
  });
});

it('says which timers have not run for long, and goes on serving', async () => {
  const { ask, storage, time } = anApp({ repos: [{ repo: 'group/app', ref: 'default' }] });
  await storage.pollers.put(GROUP, { failures: 0, lastSuccessAt: NOW });
  expect(await ask()).toMatchObject({ body: { status: 'ok' } });
  time.now += 70 * MINUTE;
  expect(await ask()).toMatchObject({ body: { status: 'ok' } });
  await storage.pollers.put(GROUP, { failures: 0, lastSuccessAt: time.now });
  time.now += 6 * MINUTE;
  expect(await ask()).toMatchObject({
    status: 200,
    body: {
      status: 'degraded',
      reasons: ['timer of jira has not run for long', 'timer of sweeper has not run for long'],
      sweeper: { secondsSinceSuccess: null, late: true },
    },
  });
});

it('reads storage once in five seconds for requests without the secret, however many there are', async () => {
  const { ask, storage, time, countReads } = anApp();
  const counts: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 50 }, () => ask({})));
    counts.push(countReads());
    time.now += 4 * SECOND;
  }
  const [once = 0] = counts;
  expect(counts).toEqual([once, once, 2 * once]);
  await storage.pollers.put('jira', { failures: 9, code: 'jira-unauthorized' });
  expect((await ask({})).status).toBe(200);
  expect((await ask()).status).toBe(503);
  time.now += 5 * SECOND;
  expect((await ask({})).status).toBe(503);
});

it('asks GitLab about a token once an hour', async () => {
  const { ask, time, findTokenInfo } = anApp();
  await ask();
  time.now += HOUR - 1;
  await ask();
  expect(findTokenInfo).toHaveBeenCalledTimes(1);

  time.now += 5 * MINUTE;
  await ask();
  expect(findTokenInfo).toHaveBeenCalledTimes(2);
});

it('knows of a token what GitLab said within the hour, also where another process was told that', async () => {
  const first = anApp();
  await first.ask();
  first.time.now += HOUR - MINUTE;
  const second = anApp({ shared: first });
  await second.ask();
  expect(second.findTokenInfo).toHaveBeenCalledTimes(0);
  first.time.now += 5 * MINUTE;
  await second.ask();
  expect(second.findTokenInfo).toHaveBeenCalledTimes(1);
});

it('shows what a token is that took the place of another five minutes ago', async () => {
  const { ask, time, findTokenInfo, token } = anApp();
  await ask();
  token.value = 'glpat-of-a-test-2';
  findTokenInfo.mockResolvedValue({ name: 'cmap bot of today', scopes: ['api'] });
  time.now += 5 * MINUTE;
  expect(await ask()).toMatchObject({ body: { credentials: [{ tokenName: 'cmap bot of today' }] } });
});

it('names the failure of a token that GitLab refuses, and looks again after five minutes', async () => {
  const { ask, time, findTokenInfo } = anApp();
  findTokenInfo.mockRejectedValueOnce(new TaskError('gitlab-unauthorized'));

  expect(await ask()).toMatchObject({
    status: 200,
    body: { status: 'degraded', credentials: [{ alias: 'default', problem: 'gitlab-unauthorized' }] },
  });
  time.now += 5 * MINUTE;
  expect(await ask()).toMatchObject({ body: { status: 'ok' } });
});

it('counts the days of a token that has ended below zero', async () => {
  const { ask } = anApp({ expiresAt: new Date(NOW - 2 * DAY).toISOString().slice(0, 10) });

  expect(await ask()).toMatchObject({ body: { credentials: [{ expiresInDays: -2 }] } });
});

it('is degraded while the source of the map cannot be used, and says why only with the admin secret', async () => {
  const problems = [{ where: 'mappings.PROJ', message: 'repo must have a slash' }];
  const { ask } = anApp({ source: { state: 'unusable', problems } });
  const text = 'the source of the project map cannot be used, the map in force stays';

  expect(await ask()).toMatchObject({
    status: 200,
    body: { status: 'degraded', reasons: [`${text}: mappings.PROJ: repo must have a slash`] },
  });
  const anonymous = await ask({});
  expect(anonymous.body).toMatchObject({ status: 'degraded' });
  expect(JSON.stringify(anonymous.body)).not.toContain('PROJ');
});

it('says what waits for the runners of each image, where there are several', async () => {
  const { ask, storage, time } = anApp({ images: ['python'] });
  await storage.queue.enqueue(anEchoTask({ image: 'python' }), { runId: 'run-1' });
  time.now += 90 * SECOND;
  const byImage = [
    { image: 'default', count: 0, oldestSeconds: 0 },
    { image: 'python', count: 1, oldestSeconds: 90 },
  ];
  expect(await ask()).toMatchObject({ body: { queue: { count: 1, oldestSeconds: 90, byImage } } });
});
