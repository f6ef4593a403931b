import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTwoTeams } from '../../test/doubles/gitlab-environment.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { createTimingOutFetch } from '../../test/doubles/timing-out-fetch.ts';
import { startServer } from '../http/start-server.ts';
import type { SandboxGitLab } from './server/start-sandbox-gitlab.ts';

let sandbox: SandboxGitLab;
let projectId: number;
beforeAll(async () => {
  sandbox = await startTwoTeams();
  projectId = sandbox.project('group/app').id;
});
afterEach(() => {
  sandbox.clearFaults();
  sandbox.requests.clear();
});
afterAll(() => sandbox.close());

describe('an answer that is no success', () => {
  it.each([
    [401, 'gitlab-unauthorized'],
    [403, 'gitlab-forbidden'],
    [404, 'gitlab-not-found'],
    [409, 'gitlab-refused'],
    [422, 'gitlab-refused'],
    [429, 'gitlab-rate-limited'],
    [500, 'gitlab-unavailable'],
    [503, 'gitlab-unavailable'],
  ])('%d becomes %s and keeps its cause', async (status, code) => {
    sandbox.failNext({ match: '/projects/', status, times: 99, body: '404 401 500 in the text' });
    const failure = await clientOf(sandbox)
      .getProject(projectId)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TaskError', code, cause: { status } });
    expect(inspect(failure, { depth: 9 })).not.toContain('token-a');
  });

  it.each([
    { name: 'an unknown token', token: 'nope', code: 'gitlab-unauthorized' },
    { name: 'a user who may not see the project', token: 'token-stranger', code: 'gitlab-not-found' },
    { name: 'a role that is too low', token: 'token-guest', code: 'gitlab-forbidden' },
  ])('of $name is told apart', async ({ token, code }) => {
    const values = { sourceBranch: 'a', targetBranch: 'main', title: 't', description: '' };
    await expect(clientOf(sandbox, { token }).createMergeRequest(projectId, values)).rejects.toMatchObject({ code });
  });

  it('of an expired or revoked token, or one without the scope, is told apart', async () => {
    sandbox.addToken('ada', { value: 'old', expiresAt: '2020-01-01' });
    sandbox.addToken('ada', { value: 'gone' });
    sandbox.revokeToken('gone');
    sandbox.addToken('ada', { value: 'reader', scopes: ['read_api'] });
    await expect(clientOf(sandbox, { token: 'old' }).getCurrentUser()).rejects.toMatchObject({
      code: 'gitlab-unauthorized',
    });
    await expect(clientOf(sandbox, { token: 'gone' }).getCurrentUser()).rejects.toMatchObject({
      code: 'gitlab-unauthorized',
    });
    const reader = clientOf(sandbox, { token: 'reader' });
    expect(await reader.findProject('group/app')).toBeDefined();
    await expect(reader.createNote(projectId, 1, 'x')).rejects.toMatchObject({ code: 'gitlab-forbidden' });
  });

  it('is not remembered as the identity', async () => {
    const gitlab = clientOf(sandbox);
    sandbox.failNext({ match: '/user', status: 401 });
    await expect(gitlab.getCurrentUser()).rejects.toMatchObject({ code: 'gitlab-unauthorized' });
    expect(await gitlab.getCurrentUser()).toMatchObject({ bot: true });
  });
});

describe('a safe request', () => {
  it('waits as long as the answer says and tries again', async () => {
    const clock = createSteppedClock();
    sandbox.failNext({ match: '/user', status: 429, headers: { 'retry-after': '7' } });
    sandbox.failNext({ match: '/user', status: 503 });
    await clientOf(sandbox, { clock }).getCurrentUser();
    expect(clock.slept).toEqual([7000, 2000]);
    expect(sandbox.requests.count()).toBe(3);
  });

  it.each([
    { name: 'a date', headers: { 'retry-after': 'Mon, 06 Jan 2025 09:00:30 GMT' }, waited: 30_000 },
    { name: 'a reset time', headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '1736154020' }, waited: 20_000 },
    { name: 'nothing', headers: {}, waited: 1000 },
  ])('understands $name', async ({ headers, waited }) => {
    const clock = createSteppedClock();
    sandbox.failNext({ match: '/user', status: 429, headers });
    await clientOf(sandbox, { clock }).getCurrentUser();
    expect(clock.slept).toEqual([waited]);
  });

  it('hands a long wait to its caller at once', async () => {
    const clock = createSteppedClock();
    sandbox.failNext({ match: '/user', status: 429, headers: { 'retry-after': '600' } });
    await expect(clientOf(sandbox, { clock }).getCurrentUser()).rejects.toMatchObject({
      code: 'gitlab-rate-limited',
      retryAfterMs: 600_000,
    });
    expect(clock.slept).toEqual([]);
  });

  it('gives up after four tries', async () => {
    const clock = createSteppedClock();
    sandbox.failNext({ match: '/user', status: 502, times: 99 });
    await expect(clientOf(sandbox, { clock }).getCurrentUser()).rejects.toMatchObject({ code: 'gitlab-unavailable' });
    expect(sandbox.requests.count()).toBe(4);
    expect(clock.slept).toEqual([1000, 2000, 4000]);
  });

  it.each([
    { name: 'a broken connection', fault: { kind: 'drop', match: '/user' } as const },
    { name: 'a lost answer', fault: { kind: 'drop', match: '/user', when: 'after' } as const },
    { name: 'a sign-in page', fault: { kind: 'garbage', match: '/user' } as const },
    { name: 'half an answer', fault: { kind: 'garbage', match: '/user', body: '{"id":1,"user' } as const },
    { name: 'silence', fault: { kind: 'delay', match: '/user', ms: 60_000 } as const, timesOut: 1 },
  ])('survives $name', async ({ fault, timesOut: times = 0 }) => {
    sandbox.addFault(fault);
    const timingOut = createTimingOutFetch({ times, countReceived: () => sandbox.requests.count() });
    expect(await clientOf(sandbox, { timeoutMs: 600_000, fetch: timingOut }).getCurrentUser()).toMatchObject({
      bot: true,
    });
    expect(sandbox.requests.count()).toBe(2);
  });

  it('does not take other JSON for an answer', async () => {
    sandbox.addFault({ kind: 'garbage', match: '/user', body: '{"status":"ok"}' });
    await expect(clientOf(sandbox).getCurrentUser()).rejects.toMatchObject({
      code: 'gitlab-unavailable',
      detail: expect.stringContaining('(id, username)'),
    });
  });

  it('stops waiting when aborted', async () => {
    const stop = new AbortController();
    const reason = new Error('stop');
    const clock = { ...createSteppedClock(), sleep: async () => stop.abort(reason) };
    sandbox.failNext({ match: '/user', status: 503, times: 2 });
    await expect(clientOf(sandbox, { clock, signal: stop.signal }).getCurrentUser()).rejects.toBe(reason);
  });
});

describe('a request that changes something', () => {
  it.each([
    {
      name: 'throttled',
      fault: { kind: 'fail', match: 'POST', status: 429, headers: { 'retry-after': '3' } } as const,
    },
    { name: 'answered 500', fault: { kind: 'fail', match: 'POST', status: 500 } as const },
    { name: 'cut off', fault: { kind: 'drop', match: 'POST', when: 'after' } as const },
  ])('is sent once when it is $name', async ({ fault }) => {
    await sandbox.as('ada').push('group/app', { branch: 'n', files: { n: String(Math.random()) } });
    const open = sandbox.project('group/app').mergeRequests.find(({ state }) => state === 'opened');
    const { iid } = open ?? (await sandbox.as('ada').openMergeRequest('group/app', { sourceBranch: 'n', title: 'N' }));
    sandbox.addFault(fault);
    const failure = await clientOf(sandbox)
      .createNote(projectId, iid, 'once')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TaskError' });
    expect(sandbox.requests.entries.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('of a merge request whose answer was lost finds it the next time', async () => {
    await sandbox.as('ada').push('group/app', { branch: 'lost', files: { lost: 'x' } });
    const values = { sourceBranch: 'lost', targetBranch: 'main', title: 'Lost', description: '' };
    sandbox.addFault({ kind: 'drop', match: 'POST', when: 'after' });
    await expect(clientOf(sandbox).createMergeRequest(projectId, values)).rejects.toMatchObject({
      code: 'gitlab-unavailable',
    });
    await clientOf(sandbox).createMergeRequest(projectId, values);
    const opened = sandbox.project('group/app').mergeRequests.filter(({ sourceBranch }) => sourceBranch === 'lost');
    expect(opened).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it('is followed on the same host, and never to another one', async () => {
    const seen: (string | undefined)[] = [];
    const foreign = await startServer((request, response) => {
      seen.push(request.url);
      response.end('{}');
    });
    const elsewhere = `${foreign.url}/api/v4/user`;
    sandbox.failNext({ match: '/user', status: 302, headers: { location: elsewhere } });
    await expect(clientOf(sandbox).getCurrentUser()).rejects.toMatchObject({
      code: 'gitlab-refused',
      detail: expect.stringContaining('check GITLAB_URL'),
    });
    expect(seen).toEqual([]);
    await foreign.close();

    sandbox.failNext({
      match: '/projects/group%2Fold',
      status: 301,
      headers: { location: `${sandbox.url}/api/v4/projects/${projectId}` },
    });
    expect(await clientOf(sandbox).findProject('group/old')).toMatchObject({ path: 'group/app' });
    sandbox.failNext({ match: '/user', status: 302, times: 99, headers: { location: `${sandbox.url}/api/v4/user` } });
    await expect(clientOf(sandbox).getCurrentUser()).rejects.toMatchObject({ code: 'gitlab-refused' });
  });
});

it('reports every request that goes out', async () => {
  const seen: string[] = [];
  const gitlab = clientOf(sandbox, { onRequest: ({ method, path }) => seen.push(`${method} ${path}`) });
  sandbox.failNext({ match: '/user', status: 503 });
  await gitlab.getCurrentUser();
  await gitlab.findProject('group/app');
  expect(seen).toEqual(['GET user', 'GET user', 'GET projects/group%2Fapp']);
});

it('is unavailable, not broken, when the port is closed', async () => {
  const gone = await startTwoTeams();
  const client = clientOf(gone);
  await gone.close();
  await expect(client.getCurrentUser()).rejects.toMatchObject({ code: 'gitlab-unavailable' });
});
