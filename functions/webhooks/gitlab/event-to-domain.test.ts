import { expect, it } from 'vitest';

import { type MergeRequestEvent, type NoteEvent, parseGitLabEvent } from '../../../shared/adapters/gitlab/events.ts';
import { aMergeRequestHook, aNoteHook } from '../../../test/builders/gitlab.ts';
import { toMergeRequest, toNote, toNotedMergeRequest } from './event-to-domain.ts';

// Each is what GitLab delivers for the hook.
const aMergeRequestEvent = (attributes = {}, rest = {}) =>
  parseGitLabEvent(JSON.stringify(aMergeRequestHook(attributes, rest))) as MergeRequestEvent;
const aNoteEvent = (attributes = {}, rest = {}) =>
  parseGitLabEvent(JSON.stringify(aNoteHook(attributes, rest))) as NoteEvent;

it('reads a merge request as far as the delivery says', () => {
  expect(toMergeRequest(aMergeRequestEvent({}, { labels: [{ title: 'urgent' }] }))).toEqual({
    projectId: 7,
    iid: 3,
    title: 'Add a greeting',
    draft: false,
    sourceBranch: 'feature',
    headSha: 'a'.repeat(40),
    labels: ['urgent'],
    state: 'opened',
    author: { id: 11, username: 'ada', name: '', bot: false },
  });
});

it.each([
  { action: 'open', state: 'opened' },
  { action: 'reopen', state: 'opened' },
  { action: 'update', state: 'opened' },
  { action: 'approved', state: 'opened' },
  { action: 'close', state: 'closed' },
  { action: 'merge', state: 'merged' },
])('is $state after $action', ({ action, state }) => {
  expect(toMergeRequest(aMergeRequestEvent({ action })).state).toBe(state);
});

it('knows the name only of the user who acted', () => {
  expect(toMergeRequest(aMergeRequestEvent({ author_id: 12 })).author).toMatchObject({ id: 12, username: '' });
  expect(toNote(aNoteEvent({ author_id: 12 }), 1000).author).toMatchObject({ id: 12, username: '' });
});

it('reads a note as an unresolved word of its author, written now', () => {
  expect(toNote(aNoteEvent(), 1000)).toEqual({
    id: 501,
    body: '/copilot add a test',
    author: { id: 11, username: 'ada', name: '', bot: false },
    system: false,
    createdAt: 1000,
    updatedAt: 1000,
    resolvable: false,
    resolved: false,
  });
});

it.each([
  { name: 'open at an unknown head where the delivery says nothing', says: {}, is: { state: 'opened', headSha: '' } },
  {
    name: 'as the delivery says',
    says: { state: 'merged', last_commit: { id: 'b'.repeat(40) } },
    is: { state: 'merged', headSha: 'b'.repeat(40) },
  },
])('takes the merge request of a note to be $name', ({ says, is }) => {
  const event = aNoteEvent({}, { merge_request: { iid: 3, ...says } });
  expect(toNotedMergeRequest(event)).toEqual({ projectId: 7, iid: 3, ...is });
});
