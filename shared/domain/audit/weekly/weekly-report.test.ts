import { describe, expect, it } from 'vitest';
import { findMarkers } from './find-markers.ts';
import type { WeeklyFacts } from './weekly-facts.ts';
import { weeklyMarkdown } from './weekly-markdown.ts';
import { weeklyReport } from './weekly-report.ts';

describe('findMarkers', () => {
  it.each<[string, string, string[]]>([
    ['one line', 'Decision: we ship on Friday', ['decision: we ship on Friday']],
    ['any case, bold, in a list', '- **ACTION:** call Ann\n* **Note**: later', ['action: call Ann', 'note: later']],
    ['a block of items', 'Actions:\n- call Ann\n- [ ] call Bob\n\nBye', ['action: call Ann', 'action: call Bob']],
    [
      'a block under a heading',
      '## Blockers\n\n1. no token\n2) no key\n\n## Other\n- x',
      ['blocker: no token', 'blocker: no key'],
    ],
    ['a block that is a paragraph', 'Decision:\nwe ship\non Friday\n\nNot this.', ['decision: we ship on Friday']],
    [
      'a block that another marker ends',
      '**Decision**\nwe ship\nAction: tell Ann',
      ['decision: we ship', 'action: tell Ann'],
    ],
    ['words that only contain one', 'My decision: x\nNoted: y\nActionable: z', []],
    ['quotes and code', '> Decision: theirs\n```\nAction: code\n```', []],
    ['an empty block', 'Decision:\n\n', []],
    ['Windows line ends', 'Note: a\r\nNote: b\r\n', ['note: a', 'note: b']],
  ])('reads %s', (_, comment, expected) => {
    expect(findMarkers(comment).map(({ marker, text }) => `${marker}: ${text}`)).toEqual(expected);
  });
});

const facts: WeeklyFacts = {
  since: '2026-11-21T00:00:00+01:00',
  until: '2026-11-28T00:00:00+01:00',
  issues: [
    {
      key: 'PROJ-2',
      summary: 'Pay | by *card*',
      status: 'Doing',
      statusCategory: 'indeterminate',
      assignee: 'Ann',
      doneAt: null,
      url: 'https://jira.example.com/browse/PROJ-2',
    },
    {
      key: 'PROJ-1',
      summary: 'Log in',
      status: 'Done',
      statusCategory: 'done',
      assignee: null,
      doneAt: '2026-11-22T10:00:00Z',
      url: 'https://jira.example.com/browse/PROJ-1',
    },
    {
      key: 'PROJ-0',
      summary: 'Old',
      status: 'Done',
      statusCategory: 'done',
      assignee: null,
      doneAt: '2026-11-20T22:59:59Z',
      url: 'https://jira.example.com/browse/PROJ-0',
    },
  ],
  comments: [
    {
      subject: 'PROJ-2',
      author: 'bob',
      at: '2026-11-23T10:00:00Z',
      text: 'Decision: no cash, ask @carl',
      url: 'https://jira.example.com/c/1',
    },
    {
      subject: 'PROJ-2',
      author: 'bob',
      at: '2026-11-29T10:00:00Z',
      text: 'Decision: too late',
      url: 'https://jira.example.com/c/2',
    },
  ],
  artefacts: [
    {
      kind: 'merge-request',
      title: 'group/app!12',
      at: '2026-11-24T10:00:00Z',
      url: 'https://gitlab.example.com/group/app/-/merge_requests/12',
    },
  ],
  filters: { issues: 'project = PROJ', comments: 'comments of PROJ', artefacts: 'group/app' },
  gaps: [],
};

describe('weeklyReport', () => {
  it('writes done, in progress, backlog, marks and artefacts of the week; an empty section says how it was searched', () => {
    expect(weeklyMarkdown(weeklyReport(facts))).toBe(`# Week 2026-11-20 to 2026-11-27

## Done (1)

- [PROJ-1](https://jira.example.com/browse/PROJ-1) Log in (Done, not assigned)

## In progress (1)

- [PROJ-2](https://jira.example.com/browse/PROJ-2) Pay \\| by \\*card\\* (Doing, Ann)

## Backlog

Nothing found. Searched: \`project = PROJ\`; status category To Do.

## Decisions (1)

- no cash, ask @\u200Bcarl (bob, 2026-11-23, [PROJ-2](https://jira.example.com/c/1))

## Actions

Nothing found. Searched: comments of PROJ; lines that begin with "Action:" from 2026-11-20T23:00:00.000Z to 2026-11-27T23:00:00.000Z.

## Blockers

Nothing found. Searched: comments of PROJ; lines that begin with "Blocker:" from 2026-11-20T23:00:00.000Z to 2026-11-27T23:00:00.000Z.

## Notes

Nothing found. Searched: comments of PROJ; lines that begin with "Note:" from 2026-11-20T23:00:00.000Z to 2026-11-27T23:00:00.000Z.

## Artefacts (1)

- [group/app!12](https://gitlab.example.com/group/app/-/merge_requests/12) (merge request, 2026-11-24)
`);
  });

  it('does not depend on the order of the facts', () => {
    const reversed = { ...facts, issues: [...facts.issues].reverse(), comments: [...facts.comments].reverse() };
    expect(weeklyReport(reversed)).toEqual(weeklyReport(facts));
  });

  it('says before everything else what could not be seen', () => {
    const markdown = weeklyMarkdown(weeklyReport({ ...facts, gaps: ['group/app: GitLab *forbids* it.'] }));
    expect(markdown).toContain(
      '2026-11-27\n\n**Not everything could be seen:**\n\n- group/app: GitLab \\*forbids\\* it.\n\n## Done',
    );
  });

  it('shows the first fifty of a long list and says how many more there are', () => {
    const [issue] = facts.issues;
    const issues = Array.from(
      { length: 53 },
      (_, n) => ({ ...issue, key: `PROJ-${100 + n}` }) as typeof issue & object,
    );
    const report = weeklyReport({ ...facts, issues });
    const markdown = weeklyMarkdown(report);
    expect(markdown).toContain('## In progress (53)\n');
    expect(markdown).toContain('[PROJ-149]');
    expect(markdown).not.toContain('[PROJ-150]');
    expect(markdown).toContain('\n- 3 more, all of them in the report as JSON\n');
    expect(report.inProgress.items).toHaveLength(53);
  });

  it('shows a word with markup as it was meant', () => {
    const comment = {
      subject: 'PROJ-1',
      author: 'bob',
      at: '2026-11-23T10:00:00Z',
      url: 'https://jira.example.com/c/1',
    };
    const report = weeklyReport({ ...facts, comments: [{ ...comment, text: 'Note: 2 \\* 3' }] });
    expect(report.notes.items.map(({ text }) => text)).toEqual(['2 * 3']);
    expect(weeklyMarkdown(report)).toContain('- 2 \\* 3 (bob');
  });
});
