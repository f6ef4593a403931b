import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJira, type JiraDeps } from '../../shared/adapters/jira/create-jira.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { RED_PIXEL } from '../../test/builders/images.ts';
import { failureOf } from '../../test/failure-of.ts';
import { createSpecChecker, type SpecChecker } from '../../test/spec-check.ts';
import { specsFolder } from '../../test/specs/specs-folder.ts';
import { type SandboxJira, startSandboxJira } from './sandbox-jira.ts';

const agent = {
  accountId: 'agent',
  displayName: 'cmap',
  emailAddress: 'agent@example.com',
  apiToken: 'canary-api-token',
};
const ada = { accountId: 'ada', displayName: 'Ada' };
const robot = { accountId: 'robot', displayName: 'Automation', accountType: 'app' as const };

let checker: SpecChecker;
let site: SandboxJira;
/** Another address, which no request may reach. */
let elsewhere: SandboxJira;
let key: string;

beforeAll(async () => {
  checker = await createSpecChecker(path.join(specsFolder, 'jira/openapi.json'));
  elsewhere = await startSandboxJira({ projects: [{ key: 'EVIL' }], users: [agent] });
});
afterAll(() => elsewhere.close());
beforeEach(async () => {
  site = await startSandboxJira({ projects: [{ key: 'PROJ' }], users: [ada, agent, robot] });
  key = site.createIssue({ project: 'PROJ', summary: 'With files' });
});
afterEach(async () => {
  await site.close();
  expect(elsewhere.requests).toEqual([]);
});

function connect(overrides: Partial<JiraDeps> = {}): Jira {
  return createJira({
    baseUrl: site.url,
    siteUrl: 'https://jira.example/',
    credential: { kind: 'token', email: agent.emailAddress, apiToken: new Secret(agent.apiToken) },
    log: silentLog,
    clock: { now: Date.now, sleep: async () => {} },
    ...overrides,
  });
}

const read = (id: string, maxBytes = 1000, overrides: Partial<JiraDeps> = {}) =>
  connect(overrides).readAttachment({ issueKey: key, id, maxBytes });

describe('attachments of an issue', () => {
  it('are told with the issue, in its request, and only where they are asked for', async () => {
    site.attach(key, { name: 'shot.png', content: RED_PIXEL, mimeType: 'image/png', by: ada.accountId });
    site.attach(key, { name: 'run.log', content: 'failed', by: robot.accountId });
    const issue = await connect().getIssue(key, undefined, { fields: [], attachments: true });
    expect(issue.details?.attachments).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        name: 'shot.png',
        size: RED_PIXEL.byteLength,
        mimeType: 'image/png',
        author: { ...ada, accountType: 'atlassian' },
        createdAt: expect.any(Number),
      },
      expect.objectContaining({ name: 'run.log', author: robot }),
    ]);
    expect((await connect().getIssue(key, undefined, { fields: [] })).details).not.toHaveProperty('attachments');
    const named = await connect().getIssue(key, undefined, { fields: ['Team'], attachments: true });
    expect(named.details?.attachments).toHaveLength(2);
    expect((await connect().getIssue(key, undefined, { fields: ['Team'] })).details).not.toHaveProperty('attachments');
    expect(site.countRequests()).toBe(4);
    expect(site.requests.map(({ url }) => url.includes('attachment'))).toEqual([true, false, false, true]);
  });

  it('are read by one request each, as the specification has it', async () => {
    const id = site.attach(key, { name: 'shot.png', content: RED_PIXEL });
    expect(Buffer.from(await read(id))).toEqual(Buffer.from(RED_PIXEL));
    expect(site.requests).toHaveLength(1);
    const [request] = site.requests;
    expect(checker.checkRequest({ method: 'GET', url: request?.url ?? '' })).toEqual([]);
    expect(request?.headers['authorization']).toBeDefined();
  });

  it('are read from where Jira keeps them, without our credential', async () => {
    const id = site.attach(key, { name: 'shot.png', content: RED_PIXEL });
    site.failNext({ match: { endpoint: 'attachment' }, status: 303, headers: { location: `/media/attachment/${id}` } });
    // The same machine by another name is another host to a client.
    const gateway = site.url.replace('127.0.0.1', 'localhost');
    site.failNext({ match: { endpoint: 'attachment-media' }, status: 302, headers: { location: `${site.url}/x` } });
    expect((await failureOf(read(id, 1000, { baseUrl: gateway }))).code).toBe('jira-refused');
    const [, media] = site.requests;
    expect(media?.endpoint).toBe('attachment-media');

    site.failNext({ match: { endpoint: 'attachment' }, status: 303, headers: { location: `/media/attachment/${id}` } });
    // This place answers 400 to a credential.
    expect((await failureOf(read(id))).code).toBe('jira-refused');
  });

  it.each([
    { name: 'metadata of the machine', location: () => 'http://169.254.169.254/latest/meta-data/' },
    { name: 'another port of this machine', location: () => `${elsewhere.url}/rest/api/3/myself` },
    { name: 'a file', location: () => 'file:///etc/passwd' },
    { name: 'a host that only looks like one', location: () => 'https://evilatlassian.com/x' },
    { name: 'a host below another', location: () => 'https://api.media.atlassian.com.evil.example/x' },
    { name: 'a host by plain HTTP', location: () => 'http://api.media.atlassian.com/x' },
    { name: 'a port of its own', location: () => 'https://api.media.atlassian.com:8443/x' },
    { name: 'a password', location: () => 'https://user:password@api.media.atlassian.com/x' },
  ])('are not read from $name', async ({ location }) => {
    const id = site.attach(key, { name: 'shot.png', content: RED_PIXEL });
    site.failNext({ match: { endpoint: 'attachment' }, status: 303, headers: { location: location() } });
    expect(await failureOf(read(id))).toMatchObject({
      code: 'jira-refused',
      detail: 'Jira sends it from an address that is not allowed',
    });
    expect(site.requests).toHaveLength(1);
  });

  it('are read from hosts of Atlassian, which get no credential', async () => {
    const id = site.attach(key, { name: 'shot.png', content: RED_PIXEL });
    const location = 'https://api.media.atlassian.com/file/1/binary?token=x';
    site.failNext({ match: { endpoint: 'attachment' }, status: 303, headers: { location } });
    const headers: unknown[] = [];
    const send: typeof fetch = async (input, init) => {
      if (new URL(String(input)).hostname === '127.0.0.1') return fetch(input, init);
      headers.push(init?.headers);
      return new Response('bytes');
    };
    expect(Buffer.from(await read(id, 1000, { fetch: send })).toString()).toBe('bytes');
    expect(headers).toEqual([{ 'accept-encoding': 'identity' }]);
  });

  it.each([
    { name: 'larger than it was said to be', body: 'x'.repeat(2000), headers: {} },
    {
      name: 'packed, and larger unpacked',
      body: gzipSync(Buffer.alloc(50_000_000)),
      headers: { 'content-encoding': 'gzip' },
    },
  ])('are not held when they are $name', async ({ body, headers }) => {
    const id = site.attach(key, { name: 'a.log', content: 'a' });
    site.failNext({ match: { endpoint: 'attachment' }, status: 200, headers, body });
    expect(await failureOf(read(id, 1000))).toMatchObject({ code: 'jira-refused' });
  });

  it.each([
    { status: 403, code: 'jira-forbidden' },
    { status: 404, code: 'jira-not-found' },
    { status: 429, code: 'jira-rate-limited' },
    { status: 503, code: 'jira-unavailable' },
  ])('are asked for once: $status is $code', async ({ status, code }) => {
    const id = site.attach(key, { name: 'a.log', content: 'a' });
    site.failNext({ match: { endpoint: 'attachment' }, status, times: 5 });
    expect((await failureOf(read(id))).code).toBe(code);
    expect(site.requests).toHaveLength(1);
  });

  it('are given up when they take too long, also in the middle', async () => {
    const id = site.attach(key, { name: 'a.log', content: 'a' });
    const givenUp = Promise.withResolvers<void>();
    site.failNext({ match: { endpoint: 'attachment' }, until: givenUp.promise });
    expect((await failureOf(read(id, 1000, { timeoutMs: 50 }))).code).toBe('jira-unavailable');
    givenUp.resolve();
  });
});

describe('a text that is attached', () => {
  const file = () => ({ issueKey: key, name: 'cmap-run-1.patch', text: 'diff --git a b\n+ü\n' });
  const names = () => site.issue(key).attachments.map(({ name, authorId }) => [name, authorId]);

  it('is there once, however often it is asked for, beside one of a person that is called the same', async () => {
    site.attach(key, { name: file().name, content: 'theirs', by: ada.accountId });
    await connect().attachText(file());
    await connect().attachText({ ...file(), text: 'another' });
    expect(names()).toEqual([
      [file().name, ada.accountId],
      [file().name, agent.accountId],
    ]);
    expect(Buffer.from(site.issue(key).attachments[1]?.content ?? []).toString()).toBe(file().text);
  });

  it('is sent once where Jira has it and the answer is lost', async () => {
    site.failNext({ match: { endpoint: 'attach' }, status: 503, afterEffect: true });
    await connect().attachText(file());
    await connect().attachText(file());
    expect(names()).toEqual([[file().name, agent.accountId]]);
  });

  it('is said to be missing where Jira has not taken it', async () => {
    site.failNext({ match: { endpoint: 'attach' }, status: 503 });
    expect((await failureOf(connect().attachText(file()))).code).toBe('jira-unavailable');
    expect(names()).toEqual([]);
  });

  it('is refused by name where the account may not, and where customers would see it', async () => {
    site.deny('CREATE_ATTACHMENTS');
    expect((await failureOf(connect().attachText(file()))).code).toBe('jira-forbidden');
    site.deny();
    const desk = await startSandboxJira({ projects: [{ key: 'DESK', isServiceDesk: true }], users: [agent] });
    const issueKey = desk.createIssue({ project: 'DESK', summary: 'Help' });
    const refused = await failureOf(connect({ baseUrl: desk.url }).attachText({ ...file(), issueKey }));
    await desk.close();
    expect(refused).toMatchObject({ code: 'jira-refused', detail: expect.stringContaining('customers') });
  });
});
