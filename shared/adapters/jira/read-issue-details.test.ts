import { expect, it } from 'vitest';
import { silentLog } from '../../kernel/log.ts';
import type { ApiRequest } from './api-request.ts';
import { createIssueApi } from './issue-api.ts';

const status = { id: '1', name: 'To Do' };
const related = (key: string, summary: string) => ({ key, fields: { summary, status } });
const paragraph = { type: 'paragraph', content: [{ type: 'text', text: 'from a document' }] };

/** A Jira with one issue; `requests` is what it was asked. */
function aJira(fields: object, names?: object) {
  const requests: ApiRequest[] = [];
  const api = createIssueApi({
    siteUrl: 'https://jira.example',
    log: silentLog,
    async request(request) {
      requests.push(request);
      return { id: '1', key: 'PROJ-1', fields: { summary: 's', status, ...fields }, ...(names ? { names } : {}) };
    },
  });
  return { api, requests };
}

const EMPTY = { subtasks: [], links: [], components: [], fixVersions: [], fields: [] };

it('reads what is there in the one request that reads the issue', async () => {
  const { api, requests } = aJira({
    issuetype: { name: 'Story' },
    priority: { name: 'High' },
    parent: related('PROJ-9', 'The epic'),
    subtasks: [related('PROJ-2', 'Part'), { key: 7 }],
    issuelinks: [
      { type: { inward: 'is blocked by', outward: 'blocks' }, inwardIssue: related('OPS-1', 'Open the port') },
      { type: { inward: 'is blocked by', outward: 'blocks' }, outwardIssue: { key: 'OPS-2' } },
    ],
    components: [{ name: 'API' }],
    fixVersions: [{ name: '1.2' }],
    duedate: '2026-03-31',
    customfield_10010: { type: 'doc', version: 1, content: [paragraph] },
  });
  const { details } = await api.getIssue('PROJ-1', undefined, { fields: ['customfield_10010', 'customfield_10011'] });
  expect(details).toEqual({
    type: 'Story',
    priority: 'High',
    parent: { key: 'PROJ-9', summary: 'The epic', status: 'To Do' },
    subtasks: [{ key: 'PROJ-2', summary: 'Part', status: 'To Do' }],
    links: [
      { relation: 'is blocked by', key: 'OPS-1', summary: 'Open the port', status: 'To Do' },
      { relation: 'blocks', key: 'OPS-2', summary: '', status: '' },
    ],
    components: ['API'],
    fixVersions: ['1.2'],
    dueDate: '2026-03-31',
    fields: [{ asked: 'customfield_10010', name: 'customfield_10010', text: 'from a document' }],
  });
  expect(requests.map(({ query }) => query)).toEqual([
    expect.objectContaining({
      fields: expect.stringMatching(/^summary,.*,duedate,customfield_10010,customfield_10011$/),
    }),
  ]);
});

it.each([
  { name: 'text', value: ' as it is ', text: 'as it is' },
  { name: 'a number', value: 3, text: '3' },
  { name: 'an option', value: { self: 'x', value: 'Linux', id: '1' }, text: 'Linux' },
  {
    name: 'an option with one below it',
    value: { value: 'Linux', child: { value: 'Debian' } },
    text: 'Linux / Debian',
  },
  { name: 'several options', value: [{ value: 'a' }, { value: 'b' }, null], text: 'a, b' },
  { name: 'a person', value: { accountId: 'x', displayName: 'Ada' }, text: 'Ada' },
  { name: 'null', value: null, text: undefined },
  { name: 'an empty document', value: { type: 'doc', version: 1, content: [] }, text: undefined },
  { name: 'nothing we know', value: { self: 'https://jira.example' }, text: undefined },
])('reads a field by its name, in any case, that holds $name', async ({ value, text }) => {
  const { api, requests } = aJira(
    { customfield_1: null, customfield_2: value },
    { customfield_1: 'Other', customfield_2: 'Test Environment' },
  );
  const issue = await api.findIssue('PROJ-1', undefined, { fields: ['test environment'] });
  expect(issue?.details?.fields).toEqual(
    text === undefined ? [] : [{ asked: 'test environment', name: 'Test Environment', text }],
  );
  expect(requests.map(({ query }) => query)).toEqual([
    expect.objectContaining({ fields: expect.stringMatching(/^\*all,-comment/), expand: 'changelog,names' }),
  ]);
});

it('is not kept from reading an issue by fields of odd forms', async () => {
  const { api } = aJira({
    priority: 7,
    parent: 'x',
    subtasks: {},
    issuelinks: [{ type: {} }],
    components: [1],
    duedate: {},
  });
  expect((await api.getIssue('PROJ-1', undefined, { fields: ['constructor'] })).details).toEqual(EMPTY);
});

it('asks for no more than before where no more is wanted', async () => {
  const { api, requests } = aJira({ priority: { name: 'High' } });
  expect(await api.getIssue('PROJ-1')).not.toHaveProperty('details');
  expect(requests[0]?.query?.['fields']).not.toContain('priority');
});
