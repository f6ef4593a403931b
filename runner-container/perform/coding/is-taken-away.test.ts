import { expect, it } from 'vitest';

import type { Note } from '../../../shared/domain/ports/gitlab.ts';
import type { IssueChange, IssueComment } from '../../../shared/domain/ports/jira.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import { anIssueComment } from '../../../test/builders/jira.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { isTakenAway } from './is-taken-away.ts';

const SELF = { accountId: 'cmap', displayName: 'cmap' };
const ADA = { accountId: 'ada', displayName: 'Ada' };
const TASK = aCodingTask({ id: 'coding~PROJ-12~c10400' });

function aMove(overrides: Partial<IssueChange> = {}): IssueChange {
  return { id: '1', field: 'status', by: ADA, toId: '3', from: 'In Progress', to: 'To Do', at: 2000, ...overrides };
}

function decide(changes: IssueChange[] | undefined, comments = [anIssueComment({ id: '10400', createdAt: 1000 })]) {
  const deps = { jira: jiraWith(comments), gitlabFor: async () => gitlabWith([]), binding: aBinding() };
  return isTakenAway(changes ? { changes } : {}, TASK, deps, new AbortController().signal);
}

function jiraWith(comments: IssueComment[]) {
  return { getMyself: async () => SELF, listComments: async () => comments };
}

function gitlabWith(notes: Note[]) {
  return { getCurrentUser: async () => theAgentUser(), listNotes: async () => notes };
}

it.each([
  { name: 'a person moved it after the comment', changes: [aMove()], expected: true },
  { name: 'it was moved before the comment', changes: [aMove({ at: 500 })], expected: false },
  { name: 'we moved it: an earlier run ended after the comment', changes: [aMove({ by: SELF })], expected: false },
  {
    name: 'an automation rule moved it',
    changes: [aMove({ by: { accountId: 'rule', displayName: 'Automation', accountType: 'app' } })],
    expected: false,
  },
  { name: 'we moved it last', changes: [aMove({ by: SELF, at: 3000 }), aMove()], expected: false },
  {
    name: 'a person moved it last, and something else was changed since',
    changes: [aMove({ id: '2', field: 'labels', at: 3000 }), aMove(), aMove({ by: SELF, at: 1500 })],
    expected: true,
  },
  { name: 'the changelog says neither who nor when', changes: [{ ...aMove(), by: undefined }], expected: false },
  { name: 'no changelog is there', changes: undefined, expected: false },
])('$name: $expected', async ({ changes, expected }) => {
  expect(await decide(changes as IssueChange[] | undefined)).toBe(expected);
});

it('knows nothing of a comment that is gone', async () => {
  expect(await decide([aMove()], [])).toBe(false);
});

it.each([
  { name: 'after', at: 2000, expected: true },
  { name: 'before', at: 500, expected: false },
])('a person moved it $name the note that lets files pass: $expected', async ({ at, expected }) => {
  const note = aNote({ id: 9, body: '/copilot allow .gitlab-ci.yml', createdAt: 1000 });
  const cause = { kind: 'allow-note', projectId: 7, mergeRequestIid: 3, noteId: 9 } as const;
  const deps = { jira: jiraWith([]), gitlabFor: async () => gitlabWith([note]), binding: aBinding() };
  const task = aCodingTask({ cause });
  expect(await isTakenAway({ changes: [aMove({ at })] }, task, deps, new AbortController().signal)).toBe(expected);
});
