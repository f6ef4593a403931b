import { expect, it } from 'vitest';

import { JqlError, parseJql } from './jql.ts';
import type { StoredIssue } from './model.ts';

const NOW = Date.UTC(2026, 0, 5, 9, 0, 30);

const issue = {
  id: '7',
  key: 'PROJ-7',
  projectKey: 'PROJ',
  status: { id: '3', name: 'AI Ready', category: 'new' },
  assigneeId: '712020:agent',
  labels: ['agent', 'billing'],
  updatedAt: NOW - 60_000,
} as StoredIssue; // queries read only these fields

const anything = {
  hasProject: () => true,
  hasStatus: () => true,
  hasVersion: () => true,
  hasUser: () => true,
  now: () => NOW,
};

it.each([
  { jql: 'project = PROJ', matches: true },
  { jql: 'project = "proj"', matches: true },
  { jql: 'project != PROJ', matches: false },
  { jql: 'project in (OPS, "PROJ")', matches: true },
  { jql: 'project not in (OPS)', matches: true },
  { jql: 'status = "ai ready"', matches: true },
  { jql: 'status = "\\u0041I Ready"', matches: true },
  { jql: 'status = 3', matches: true },
  { jql: 'statusCategory != Done', matches: true },
  { jql: 'assignee = "712020:agent"', matches: true },
  { jql: 'labels = billing AND labels = agent', matches: true },
  { jql: 'labels = other OR key = PROJ-7', matches: true },
  { jql: 'project = OPS OR project = PROJ AND labels = other', matches: false },
  { jql: '(project = OPS OR project = PROJ) AND labels = agent', matches: true },
  { jql: 'project = PROJ and status = "Done" order by key', matches: false },
  { jql: 'updated >= "-1m"', matches: true },
  { jql: 'updated >= -0m', matches: false },
  { jql: 'project = OPS OR updated >= "-5m" AND statusCategory != Done', matches: true },
])('$jql is $matches', ({ jql, matches }) => {
  expect(parseJql(jql, anything).matches(issue)).toBe(matches);
});

it.each([
  { order: 'updated', first: 'b' },
  { order: 'updated ASC', first: 'b' },
  { order: 'updated DESC', first: 'a' },
  { order: 'key DESC', first: 'b' },
])('orders by $order', ({ order, first }) => {
  const a = { ...issue, id: '1', key: 'a', updatedAt: 9 };
  const b = { ...issue, id: '2', key: 'b', updatedAt: 3 };
  const { compare } = parseJql(`project = PROJ ORDER BY ${order}`, anything);

  expect([a, b].sort(compare)[0]?.key).toBe(first);
});

it.each([
  '',
  'ORDER BY key',
  'project',
  'project =',
  'project = (',
  'project in ()',
  'color = red',
  'project = A B',
  'updated = "-1m"',
  'updated >= "2026-01-05"',
  'project >= A',
  'project = A ORDER BY color',
  '(project = A',
  '"',
  'project ~ A',
  'AND',
  'status = "a" OR',
])('refuses %j', (jql) => {
  expect(() => parseJql(jql, anything)).toThrow(JqlError);
});
