import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { Trigger } from '../../domain/mapping/binding.ts';
import { buildTriggerJql, quoteJql, type SearchedBinding } from './jql.ts';

const ready: Trigger = { kind: 'status', status: 'AI Ready' };
const bound = (jiraProject: string, trigger: Trigger = ready): SearchedBinding => ({ jiraProject, trigger });

it.each<{ name: string; bindings: SearchedBinding[]; jql: string[] }>([
  { name: 'asks nothing without bindings', bindings: [], jql: [] },
  {
    name: 'asks for one project',
    bindings: [bound('PROJ')],
    jql: ['project = "PROJ" AND status = "AI Ready" ORDER BY updated DESC'],
  },
  {
    name: 'groups equal triggers',
    bindings: [bound('A1'), bound('B1'), bound('A1')],
    jql: ['project in ("A1", "B1") AND status = "AI Ready" ORDER BY updated DESC'],
  },
  {
    name: 'joins different triggers in one search',
    bindings: [bound('A1'), bound('B1', { kind: 'status', status: 'Go' }), bound('C1')],
    jql: [
      '(project in ("A1", "C1") AND status = "AI Ready") OR (project = "B1" AND status = "Go") ORDER BY updated DESC',
    ],
  },
  {
    name: 'leaves finished issues of an assignee out',
    bindings: [bound('A1', { kind: 'assignee', accountId: '712020:ab-cd' })],
    jql: ['project = "A1" AND assignee = "712020:ab-cd" AND statusCategory != Done ORDER BY updated DESC'],
  },
  {
    name: 'leaves finished issues with the label out',
    bindings: [bound('A1', { kind: 'label', label: 'agent' })],
    jql: ['project = "A1" AND labels = "agent" AND statusCategory != Done ORDER BY updated DESC'],
  },
  {
    name: 'keeps quotes and backslashes inside the literal',
    bindings: [bound('A1', { kind: 'status', status: 'Go" OR project != "X\\' })],
    jql: ['project = "A1" AND status = "Go\\" OR project != \\"X\\\\" ORDER BY updated DESC'],
  },
])('$name', ({ bindings, jql }) => {
  expect(buildTriggerJql(bindings)).toEqual(jql);
});

it('asks once for 100 projects, changes of the last minutes included', () => {
  const bindings = Array.from({ length: 100 }, (_, n) => bound(`PROJECT${n}`));

  expect(buildTriggerJql(bindings)).toHaveLength(1);
  expect(buildTriggerJql(bindings, { changedWithinMinutes: 4 })).toHaveLength(1);
});

it('asks for what was changed lately in the same search, without naming a status', () => {
  const bindings = [bound('A1'), bound('B1', { kind: 'label', label: 'agent' }), bound('A1')];

  expect(buildTriggerJql(bindings, { changedWithinMinutes: 4 })).toEqual([
    '(project = "A1" AND status = "AI Ready") OR (project = "B1" AND labels = "agent" AND statusCategory != Done)' +
      ' OR (project in ("A1", "B1") AND statusCategory != Done AND updated >= "-4m") ORDER BY updated DESC',
  ]);
  expect(buildTriggerJql([], { changedWithinMinutes: 4 })).toEqual([]);
});

it('asks twice above the limit, each search within it, and for every project exactly once', () => {
  const bindings = Array.from({ length: 20 }, (_, n) => bound(`PROJECT${n}`));

  const searches = buildTriggerJql(bindings, { maxLength: 250 });

  expect(searches).toHaveLength(2);
  expect(Math.max(...searches.map((jql) => jql.length))).toBeLessThanOrEqual(250);
  expect(
    searches
      .join(' ')
      .match(/PROJECT\d+/g)
      ?.toSorted(),
  ).toEqual(bindings.map((b) => b.jiraProject).toSorted());
});

it('splits between triggers before it passes the limit', () => {
  const bindings = ['One', 'Two', 'Three'].map((status, n) => bound(`P${n}X`, { kind: 'status', status }));

  expect(buildTriggerJql(bindings, { maxLength: 100 })).toEqual([
    '(project = "P0X" AND status = "One") OR (project = "P1X" AND status = "Two") ORDER BY updated DESC',
    'project = "P2X" AND status = "Three" ORDER BY updated DESC',
  ]);
});

it('quotes any text so that it reads back as itself and ends only at the end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const quoted = quoteJql(text);
      expect(quoted).toMatch(/^"(?:[^"\\]|\\.)*"$/su);
      expect(JSON.parse(quoted)).toBe(text);
    }),
  );
});
