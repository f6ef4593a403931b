import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { specsFolder } from '../../../test/specs/specs-folder.ts';
import { parseJiraWebhook } from './events.ts';

const fixtures = path.resolve(fileURLToPath(import.meta.url), '../../../../test/fixtures/jira');

it.each<{ name: string; body: unknown; event: object }>([
  {
    name: 'an issue that was created',
    body: { webhookEvent: 'jira:issue_created', issue: { key: 'PROJ-1' } },
    event: { issueKey: 'PROJ-1', kind: 'issue' },
  },
  {
    name: 'an issue that was changed',
    body: { webhookEvent: 'jira:issue_updated', issue: { key: 'A_1-20' } },
    event: { issueKey: 'A_1-20', kind: 'issue' },
  },
  {
    name: 'a comment inside an issue event',
    body: { webhookEvent: 'jira:issue_updated', issue: { key: 'PROJ-1' }, comment: { id: '7' } },
    event: { issueKey: 'PROJ-1', kind: 'issue', commentId: '7' },
  },
  {
    name: 'a new comment',
    body: { webhookEvent: 'comment_created', issue: { key: 'PROJ-1' }, comment: { id: '7' } },
    event: { issueKey: 'PROJ-1', kind: 'comment', commentId: '7' },
  },
  {
    name: 'an edited comment',
    body: { webhookEvent: 'comment_updated', issue: { key: 'PROJ-1' }, comment: { id: '7' } },
    event: { issueKey: 'PROJ-1', kind: 'comment', commentId: '7' },
  },
  {
    name: 'a deleted comment',
    body: { webhookEvent: 'comment_deleted', issue: { key: 'PROJ-1' } },
    event: { ignored: 'deleted' },
  },
  {
    name: 'a deleted issue',
    body: { webhookEvent: 'jira:issue_deleted', issue: { key: 'PROJ-1' } },
    event: { ignored: 'deleted' },
  },
  {
    name: 'any other event',
    body: { webhookEvent: 'sprint_started', sprint: {} },
    event: { ignored: 'unsupported-event' },
  },
  {
    name: 'an event that claims to be Automation',
    body: { webhookEvent: 'automation', key: 'PROJ-1' },
    event: { issueKey: 'PROJ-1', kind: 'issue' },
  },
  {
    name: 'the issue at the top level',
    body: { id: '10001', key: 'PROJ-1', fields: {} },
    event: { issueKey: 'PROJ-1', kind: 'issue' },
  },
  {
    name: 'the issue with a number as id',
    body: { id: 10001, key: 'PROJ-1', changelog: { histories: null } },
    event: { issueKey: 'PROJ-1', kind: 'issue' },
  },
  {
    name: 'the older Automation body',
    body: { timestamp: 1, issue: { key: 'PROJ-1' }, comment: { id: 9 }, user: {}, action: 'x' },
    event: { issueKey: 'PROJ-1', kind: 'comment', commentId: '9' },
  },
  { name: 'custom data with issueKey', body: { issueKey: 'PROJ-1' }, event: { issueKey: 'PROJ-1', kind: 'issue' } },
  { name: 'custom data with a key as issue', body: { issue: 'PROJ-1' }, event: { issueKey: 'PROJ-1', kind: 'issue' } },
  { name: 'a key in lower case', body: { key: 'proj-1' }, event: { ignored: 'no-issue-key' } },
  { name: 'a key that leaves its place', body: { key: 'PROJ-1/../../x' }, event: { ignored: 'no-issue-key' } },
  { name: 'a key with a line end', body: { key: 'PROJ-1\n' }, event: { ignored: 'no-issue-key' } },
  { name: 'an empty object', body: {}, event: { ignored: 'no-issue-key' } },
  { name: 'a list', body: [], event: { ignored: 'not-an-object' } },
  { name: 'a text', body: 'PROJ-1', event: { ignored: 'not-an-object' } },
  { name: 'nothing', body: null, event: { ignored: 'not-an-object' } },
])('reads $name', ({ body, event }) => {
  expect(parseJiraWebhook(body)).toEqual(event);
});

it.each([
  { file: 'webhook-issue-moved.json', event: { issueKey: 'SHOP-7', kind: 'issue' } },
  { file: 'webhook-comment-created.json', event: { issueKey: 'SHOP-7', kind: 'comment', commentId: '10400' } },
  { file: 'automation-issue.json', event: { issueKey: 'SHOP-7', kind: 'issue' } },
])('reads $file', ({ file, event }) => {
  expect(parseJiraWebhook(JSON.parse(readFileSync(path.join(fixtures, file), 'utf8')))).toEqual(event);
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (body, webhookEvent) => {
      parseJiraWebhook(body);
      parseJiraWebhook({ webhookEvent, issue: body, key: body, comment: body });
    }),
  );
});

const deliveries = path.join(specsFolder, 'jira/webhooks');

it('reads every recorded delivery', () => {
  const files = readdirSync(deliveries);
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    // The example of custom data is a template; Automation fills it in before it sends.
    const body = readFileSync(path.join(deliveries, file), 'utf8')
      .replace('{{issue.key}}', 'SP-53')
      .replaceAll(/"\{\{.*?\}\}"/g, '"x"')
      .replaceAll(/\{\{.*?\}\}/g, 'null');
    expect(parseJiraWebhook(JSON.parse(body)), file).toMatchObject({
      issueKey: expect.stringMatching(/^[A-Z]+-\d+$/),
      kind: file.includes('comment') ? 'comment' : 'issue',
    });
  }
});
