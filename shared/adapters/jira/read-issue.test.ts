import { describe, expect, it } from 'vitest';
import { IssueResponse } from './api-schemas.ts';
import { listChanges, readIssue } from './read-issue.ts';

const author = { accountId: 'ada', displayName: 'Ada' };
const history = (id: string, created: string, ...items: object[]) => ({ id, created, author, items });

describe('the changes of an issue', () => {
  it('come newest first, whatever the order of the answer, with what they were changed to', () => {
    const changes = listChanges([
      history('11', '2026-01-05T09:00:00.000+0000', {
        field: 'status',
        from: '1',
        fromString: 'To Do',
        to: '2',
        toString: 'AI Ready',
      }),
      history('12', '2026-01-05T10:00:00.000+0000', {
        field: 'labels',
        from: null,
        fromString: 'a',
        to: null,
        toString: 'a b',
      }),
      history('9', '2026-01-04T09:00:00.000+0000', {
        field: 'assignee',
        fieldId: 'assignee',
        from: null,
        fromString: null,
        to: 'x',
        toString: 'X',
      }),
    ]);
    expect(changes.map(({ id }) => id)).toEqual(['12', '11', '9']);
    expect(changes[0]).toEqual({
      id: '12',
      field: 'labels',
      by: author,
      toId: '',
      from: 'a',
      to: 'a b',
      at: Date.UTC(2026, 0, 5, 10),
    });
    expect(changes[2]).toEqual({
      id: '9',
      field: 'assignee',
      by: author,
      toId: 'x',
      from: '',
      to: 'X',
      at: Date.UTC(2026, 0, 4, 9),
    });
  });

  it('leave out what cannot be read and what is not asked for', () => {
    const changes = listChanges([
      null,
      { id: 'eleven', items: [] },
      history('12', '', { field: 'summary', toString: 'Status' }),
      history('13', '', { field: 'status' }),
    ]);
    // A change that does not say to what is no change into anything, and never the function every object has.
    expect(changes).toEqual([{ id: '13', field: 'status', by: author, toId: '', from: '', to: '' }]);
  });
});

it.each([
  { name: 'as it stands there', properties: { 'cmap.claim': { run: 'r' }, other: 1 }, marker: { run: 'r' } },
  { name: 'not at all where there is none', properties: {}, marker: undefined },
  { name: 'not at all where Jira answers nonsense', properties: 'none', marker: undefined },
])('the marker is read $name', ({ properties, marker }) => {
  const fields = { status: { id: '1', name: 'To Do' }, description: null };
  const issue = readIssue(IssueResponse.parse({ id: '1', key: 'PROJ-1', fields, properties }), 'https://jira.example');
  expect(issue.marker).toEqual(marker);
});

it.each([
  { name: 'a visitor where there is none', creator: null, anonymously: true },
  { name: 'no visitor where Jira names one', creator: author, anonymously: undefined },
  { name: 'no visitor where Jira does not show it', creator: undefined, anonymously: undefined },
  { name: 'no visitor where it cannot be read', creator: { accountId: 7 }, anonymously: undefined },
])('the creator of an issue is $name', ({ creator, anonymously }) => {
  const fields = { status: { id: '1', name: 'To Do' }, ...(creator === undefined ? {} : { creator }) };
  const issue = readIssue(IssueResponse.parse({ id: '1', key: 'PROJ-1', fields }), 'https://jira.example');
  expect(issue.createdAnonymously).toBe(anonymously);
});
