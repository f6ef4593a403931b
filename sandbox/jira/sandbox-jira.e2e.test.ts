import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { parseJiraWebhook } from '../../shared/adapters/jira/events.ts';
import { verifyJiraSignature } from '../../shared/adapters/jira/verify-signature.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { startServer } from '../http/start-server.ts';
import { type SandboxJira, startSandboxJira } from './sandbox-jira.ts';

const agent = { accountId: 'agent', displayName: 'cmap', emailAddress: 'a@example.com', apiToken: 'api-token' };
const leigh = { accountId: 'leigh', displayName: 'Leigh' };

let site: SandboxJira;

beforeEach(async () => {
  site = await startSandboxJira({ projects: [{ key: 'PROJ' }], users: [leigh, agent] });
});
afterEach(() => site.close());

async function call(method: string, path: string, body?: unknown, token = agent.apiToken) {
  const response = await fetch(`${site.url}/rest/api/3/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const aText = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const aDocument = (...content: object[]) => ({ type: 'doc', version: 1, content });

describe('is as strict as Jira', () => {
  it.each<{ name: string; body: object; says: string }>([
    { name: 'paging by number', body: { jql: 'project = PROJ', startAt: 0 }, says: 'startAt' },
    { name: 'a search for everything', body: { jql: 'ORDER BY updated' }, says: 'Unbounded' },
    { name: 'an empty search', body: { jql: '' }, says: 'Unbounded' },
    { name: 'an unknown project', body: { jql: 'project = NOPE' }, says: "'NOPE' does not exist" },
    { name: 'an unknown status', body: { jql: 'project = PROJ AND status = Nope' }, says: "'Nope' does not exist" },
    { name: 'a token of another search', body: { jql: 'project = PROJ', nextPageToken: 'e30' }, says: 'nextPageToken' },
    { name: 'expansions as a list', body: { jql: 'project = PROJ', expand: ['changelog'] }, says: 'expected string' },
  ])('refuses $name', async ({ body, says }) => {
    const answer = await call('POST', 'search/jql', body);

    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(says);
  });

  it('gives only ids unless asked for fields', async () => {
    site.createIssue({ project: 'PROJ', summary: 'One' });

    const { body } = await call('POST', 'search/jql', { jql: 'project = PROJ' });

    expect(body.issues[0]).not.toHaveProperty('fields');
    expect(body).not.toHaveProperty('total');
  });

  it.each<{ name: string; body: unknown }>([
    { name: 'a plain string', body: 'hello' },
    { name: 'a document without version', body: { type: 'doc', content: [aText('a')] } },
    { name: 'an empty document', body: aDocument() },
    { name: 'a newline inside a text', body: aDocument(aText('a\nb')) },
    { name: 'an empty text', body: aDocument(aText('')) },
    {
      name: 'a heading in a quote',
      body: aDocument({ type: 'blockquote', content: [{ type: 'heading', attrs: { level: 1 } }] }),
    },
    {
      name: 'a rule in a list',
      body: aDocument({ type: 'bulletList', content: [{ type: 'listItem', content: [{ type: 'rule' }] }] }),
    },
    { name: 'more than it stores', body: aDocument(aText('x'.repeat(32_768))) },
  ])('refuses $name as a comment', async ({ body }) => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One' });

    expect((await call('POST', `issue/${key}/comment`, { body })).status).toBe(400);
    expect(site.comments(key)).toEqual([]);
  });

  it('refuses a transition that does not start here', async () => {
    const project = {
      key: 'FLOW',
      workflow: {
        statuses: [
          { name: 'Open', category: 'new' as const },
          { name: 'Closed', category: 'done' as const },
        ],
        transitions: [{ name: 'Reopen', to: 'Open', from: ['Closed'] }],
      },
    };
    const other = await startSandboxJira({ projects: [project], users: [agent] });
    const key = other.createIssue({ project: 'FLOW', summary: 'One' });
    const response = await fetch(`${other.url}/rest/api/3/issue/${key}/transitions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${agent.apiToken}` },
      body: JSON.stringify({ transition: { id: '11' } }),
    });
    await other.close();

    expect(response.status).toBe(400);
    expect(other.transitions).toEqual([]);
  });

  it('refuses an edit of a comment by a user who did not write it', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One' });
    const id = site.addComment(key, 'mine', leigh.accountId);

    expect((await call('PUT', `issue/${key}/comment/${id}`, { body: aDocument(aText('b')) })).status).toBe(400);
    expect(site.comments(key)[0]?.markdown).toBe('mine');
  });

  it.each(['wrong', ''])('refuses the token "%s"', async (token) => {
    expect((await call('GET', 'myself', undefined, token)).status).toBe(401);
  });

  it('never records credentials', async () => {
    await call('GET', 'myself');

    expect(JSON.stringify(site.requests)).not.toContain(agent.apiToken);
  });
});

describe('answers as odd sites do', () => {
  it('leaves out fields that are hidden', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One' });
    site.leaveOut('description', 'labels', 'reporter');
    const { fields } = (await call('GET', `issue/${key}`)).body;
    const shown = Object.keys(fields);
    expect(shown).toEqual(
      expect.arrayContaining(['summary', 'status', 'assignee', 'project', 'issuelinks', 'updated']),
    );
    for (const hidden of ['description', 'labels', 'reporter']) expect(shown).not.toContain(hidden);
    site.leaveOut();
    expect((await call('GET', `issue/${key}`)).body.fields).toHaveProperty('reporter');
  });

  it('shows anonymous, restricted and internal comments as such', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One' });
    const role = { type: 'role' as const, value: 'Administrators' };
    site.addComment(key, 'anonymous', null);
    site.addComment(key, 'restricted', leigh.accountId, { visibility: role });
    await call('POST', `issue/${key}/comment`, {
      body: aDocument(aText('internal')),
      properties: [{ key: 'sd.public.comment', value: { internal: true } }],
    });
    const { comments } = (await call('GET', `issue/${key}/comment`)).body;
    expect(comments).toMatchObject([
      { jsdPublic: true },
      { visibility: role, author: { accountId: leigh.accountId } },
      { jsdPublic: false, author: { accountId: agent.accountId } },
    ]);
    expect(comments[0]).not.toHaveProperty('author');
  });

  it('refuses what a missing permission allows, and shows which it is', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One' });
    const { id } = (await call('POST', `issue/${key}/comment`, { body: aDocument(aText('a')) })).body;
    site.deny('EDIT_OWN_COMMENTS', 'TRANSITION_ISSUES');
    const edit = await call('PUT', `issue/${key}/comment/${id}`, { body: aDocument(aText('b')) });
    const { transitions } = (await call('GET', `issue/${key}/transitions`)).body;
    const { permissions } = (await call('GET', 'mypermissions?permissions=EDIT_OWN_COMMENTS,ADD_COMMENTS')).body;
    expect(edit.status).toBe(403);
    expect(transitions).toEqual([]);
    expect(permissions).toMatchObject({
      EDIT_OWN_COMMENTS: { havePermission: false },
      ADD_COMMENTS: { havePermission: true },
    });
    expect((await call('POST', `issue/${key}/comment`, { body: aDocument(aText('c')) })).status).toBe(201);
  });

  it('offers several transitions to one status, and wants the fields of a screen', async () => {
    const resolution = { name: 'Resolution', required: true, allowedValues: [{ id: '1', name: 'Done' }] };
    const workflow = {
      statuses: [
        { name: 'Open', category: 'new' as const },
        { name: 'Closed', category: 'done' as const },
      ],
      transitions: [
        { name: 'Resolve', to: 'Closed', screen: { resolution } },
        { name: 'Cancel', to: 'Closed' },
      ],
    };
    const other = await startSandboxJira({ projects: [{ key: 'FLOW', workflow }], users: [agent] });
    const key = other.createIssue({ project: 'FLOW', summary: 'One' });
    const ask = async (query: string, body?: object) => {
      const response = await fetch(`${other.url}/rest/api/3/issue/${key}/transitions${query}`, {
        headers: { authorization: `Bearer ${agent.apiToken}` },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, text: await response.text() };
    };
    const offered = await ask('?expand=transitions.fields');
    const refused = await ask('', { transition: { id: '11' } });
    const moved = await ask('', { transition: { id: '11' }, fields: { resolution: { id: '1' } } });
    await other.close();

    expect(JSON.parse(offered.text).transitions).toMatchObject([
      { hasScreen: true, to: { name: 'Closed' }, fields: { resolution: { required: true, hasDefaultValue: false } } },
      { hasScreen: false, to: { name: 'Closed' }, fields: {} },
    ]);
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('Resolution is required.') });
    expect([moved.status, other.issue(key).status.name]).toEqual([204, 'Closed']);
  });
});

describe('misbehaves on demand', () => {
  it('lets the search fall behind for as many searches as asked', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One', status: 'AI Ready' });
    const jql = 'project = PROJ AND status = "AI Ready"';
    site.staleSearches(2);
    site.moveIssue(key, 'Done');

    const counts: number[] = [];
    for (let n = 0; n < 3; n += 1) counts.push((await call('POST', 'search/jql', { jql })).body.issues.length);

    expect(counts).toEqual([1, 1, 0]);
    expect((await call('GET', `issue/${key}`)).body.fields.status.name).toBe('Done');
  });

  it('fails only the requests a fault names, only so often', async () => {
    site.failNext({ match: { endpoint: 'myself' }, status: 503, headers: { 'retry-after': '1' }, times: 2 });

    const statuses: number[] = [];
    for (const path of ['user/search?query=x', 'myself', 'myself', 'myself'])
      statuses.push((await call('GET', path)).status);

    expect(statuses).toEqual([200, 503, 503, 200]);
    expect(site.countRequests('myself')).toBe(3);
    expect(site.countRequests()).toBe(4);
  });

  it('loses the request or only the answer', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'One' });
    const body = { body: aDocument(aText('a')) };
    site.failNext({ drop: true });
    await expect(call('POST', `issue/${key}/comment`, body)).rejects.toThrow();
    expect(site.comments(key)).toHaveLength(0);

    site.failNext({ drop: true, afterEffect: true });
    await expect(call('POST', `issue/${key}/comment`, body)).rejects.toThrow();
    expect(site.comments(key)).toHaveLength(1);
  });
});

describe('webhooks', () => {
  interface Received {
    headers: IncomingHttpHeaders;
    text: string;
  }

  async function receive(act: (url: string) => Promise<void>): Promise<Received[]> {
    const received: Received[] = [];
    const server = await startServer(async (request, response) => {
      received.push({ headers: request.headers, text: await text(request) });
      response.writeHead(202).end();
    });
    await act(`${server.url}/hook`);
    await site.webhooks.settled();
    await server.close();
    return received;
  }

  it('sends hooks about issues and comments, signed, in a form we read', async () => {
    const secret = 'webhook-secret';
    let commentId = '';
    const received = await receive(async (url) => {
      site.webhooks.configure({ url, secret });
      const key = site.createIssue({ project: 'PROJ', summary: 'One' });
      site.moveIssue(key, 'AI Ready');
      commentId = site.addComment(key, '**hi**');
    });

    const events = received.map(({ headers, text }) => {
      expect(verifyJiraSignature(text, String(headers['x-hub-signature']), new Secret(secret))).toBe(true);
      return parseJiraWebhook(JSON.parse(text));
    });
    expect(events).toHaveLength(3);
    expect(events.filter((event) => 'kind' in event && event.kind === 'issue')).toHaveLength(2);
    expect(events).toContainEqual({ issueKey: 'PROJ-1', kind: 'comment', commentId });
    expect(site.webhooks.deliveries.map(({ status }) => status)).toEqual([202, 202, 202]);
  });

  it('repeats a delivery under one identifier', async () => {
    const received = await receive(async (url) => {
      site.webhooks.configure({ url, copies: 3 });
      site.createIssue({ project: 'PROJ', summary: 'One' });
    });

    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['x-atlassian-webhook-identifier'])).size).toBe(1);
    expect(received[0]?.headers['x-hub-signature']).toBeUndefined();
  });

  it('goes on when the receiver does not listen', async () => {
    site.webhooks.configure({ url: 'http://127.0.0.1:9/closed' });
    site.createIssue({ project: 'PROJ', summary: 'One' });
    await site.webhooks.settled();

    expect(site.webhooks.deliveries).toEqual([
      { event: 'jira:issue_created', issueKey: 'PROJ-1', identifier: expect.any(String) },
    ]);
  });
});
