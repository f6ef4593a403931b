import { expect, it } from 'vitest';
import { CommentResponse, IssueResponse, TransitionsResponse } from './api-schemas.ts';
import { readComment, readIssue, readTransition } from './read-issue.ts';

const paragraph = (...content: object[]) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content }] });
const ada = { accountId: 'a', displayName: 'Ada' };

it.each([
  { name: 'without an author', comment: { id: '1', body: paragraph({ type: 'text', text: 'also on Safari' }) } },
  { name: 'of a deleted account', comment: { id: '1', author: null, body: null } },
  { name: 'of an author Jira does not describe', comment: { id: '1', author: {}, body: null } },
])('a comment $name is read as anonymous', ({ comment }) => {
  const { author } = readComment(CommentResponse.parse(comment));
  expect(author).toEqual({ accountId: '', displayName: 'anonymous', accountType: 'anonymous' });
});

it.each([
  { name: 'of a role', fields: { visibility: { type: 'role', value: 'Administrators' } }, restricted: true },
  { name: 'of a group', fields: { visibility: { type: 'group', identifier: 'g' } }, restricted: true },
  { name: 'of the team of a service desk', fields: { jsdPublic: false }, restricted: true },
  { name: 'of everyone', fields: { jsdPublic: true }, restricted: undefined },
  { name: 'of an ordinary project', fields: {}, restricted: undefined },
])('a comment $name is restricted: $restricted', ({ fields, restricted }) => {
  expect(readComment(CommentResponse.parse({ id: '1', author: ada, ...fields })).restricted).toBe(restricted);
});

it('mentions count by account id, wherever they stand and whatever name they show', () => {
  const mention = { type: 'mention', attrs: { id: '557058:agent', text: '@Old Name' } };
  const body = { type: 'doc', version: 1, content: [{ type: 'panel', content: [paragraph(mention).content[0]] }] };
  expect(readComment(CommentResponse.parse({ id: '1', author: ada, body })).mentions).toEqual(['557058:agent']);
});

it.each(['summary', 'description', 'assignee', 'reporter', 'labels', 'issuelinks', 'updated'])(
  'an issue without the field %s is read',
  (absent) => {
    const fields: Record<string, unknown> = { summary: 's', status: { id: '1', name: 'AI Ready' }, updated: '' };
    delete fields[absent];
    for (const value of [{}, { [absent]: null }]) {
      const response = IssueResponse.parse({ id: '2', key: 'PROJ-2', fields: { ...fields, ...value } });
      expect(readIssue(response, 'https://x.test')).toMatchObject({ key: 'PROJ-2', status: { name: 'AI Ready' } });
    }
  },
);

it('one odd transition does not hide the others, and required fields are named', () => {
  const to = { id: '3', name: 'In Progress' };
  const fields = {
    customfield_1: { required: true, name: 'Estimate', hasDefaultValue: false },
    priority: { required: true, name: 'Priority', hasDefaultValue: true },
    summary: { required: false, name: 'Summary' },
  };
  const { transitions } = TransitionsResponse.parse({
    transitions: [{ id: 7 }, null, { id: '11', name: 'Start', to, fields }],
  });
  expect(transitions.map(readTransition)).toEqual([{ id: '11', name: 'Start', to, requiredFields: ['Estimate'] }]);
});
