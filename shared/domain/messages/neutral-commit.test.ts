import { expect, it } from 'vitest';

import { neutralCommitBody, neutralLine } from './neutral-commit.ts';

const G = '\u200B';

it.each([
  {
    name: 'mentions and closing words',
    text: 'Ping @all: closes #9 when done',
    line: `Ping @${G}all: closes ${G}#9 when done`,
  },
  {
    name: 'words that skip the pipeline',
    text: 'Fix [skip ci] and [ci_skip]',
    line: `Fix [${G}skip ci] and [${G}ci_skip]`,
  },
  { name: 'words that skip a workflow', text: '[no ci] [skip actions]', line: `[${G}no ci] [${G}skip actions]` },
  { name: 'smart commands of Jira', text: 'done #close #time 2h', line: `done #${G}close #${G}time 2h` },
  { name: 'issue keys of Jira', text: 'Fixes PROJ-9', line: `Fixes ${G}PROJ-9` },
  { name: 'references in brackets', text: 'Closes: [issue:g/p/9]', line: `Closes: ${G}[issue:g/p/9]` },
  { name: 'line ends and hidden characters', text: 'a\r\nb\u202e\u2028c', line: 'a b c' },
])('makes $name harmless in a line', ({ text, line }) => {
  expect(neutralLine(text)).toBe(line);
});

it.each([
  'Use C# and F#',
  'mail ada@example.com',
  'See #12 and !3',
  'fixes the login',
  'a [link](x)',
  'array[ci]',
  'color #fff',
])('leaves an ordinary line alone: %s', (text) => {
  expect(neutralLine(text).replaceAll(G, '')).toBe(text);
  if (!text.includes('#fff')) expect(neutralLine(text)).toBe(text);
});

it.each([
  'Signed-off-by: Ada <ada@example.com>',
  'Co-authored-by: Ada <ada@example.com>',
  '  cmap-run: run-1',
  'Cmap-Run = run-1',
  'Change-Id: I1',
  'Changelog: added',
  'Skip-Checks: true',
])('has no trailer in a body: %s', (trailer) => {
  const body = neutralCommitBody(`Greets.\n\n${trailer}`);
  expect(body).not.toMatch(/^\s*[\w-]+\s*[:=]/m);
  expect(body.replaceAll(G, '')).toBe(`Greets.\n\n${trailer}`);
});

it.each([
  '/close',
  '  /target_branch release',
  '/remove_label ~release',
  '/REVIEWER ada',
  '/a_command_of_next_year',
  '/assign @ada',
  '<!-- cmap {"purpose":"summary"} -->',
  '<!--cmap x -->',
])('has neither a command nor a marker of ours in a body: %s', (line) => {
  const body = neutralCommitBody(`Greets.\n\n${line}`);
  expect(body).not.toMatch(/^\s*\/|<!--/m);
  expect(body.replaceAll(G, '')).toBe(`Greets.\n\n${line}`);
});

it.each(['Reads /etc/hosts.', '/etc/hosts is read', 'a <!-- comment --> of HTML'])(
  'keeps paths and markup in a body: %s',
  (text) => {
    expect(neutralCommitBody(text)).toBe(text);
  },
);

it.each(['Note: it is slow', 'Why: because', 'See docs: https://example.com'])('keeps prose in a body: %s', (text) => {
  expect(neutralCommitBody(text)).toBe(text);
});
