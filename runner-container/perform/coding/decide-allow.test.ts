import { expect, it } from 'vitest';
import type { Note } from '../../../shared/domain/ports/gitlab.ts';
import { aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import type { CodingRun } from './coding-run.ts';
import { decideAllow } from './decide-allow.ts';

const cause = { kind: 'allow-note', projectId: 7, mergeRequestIid: 3, noteId: 9 } as const;

function decide(notes: Note[]) {
  const task = aCodingTask({ cause });
  const gitlab = { getCurrentUser: async () => theAgentUser(), listNotes: async () => notes };
  const coding = {
    task,
    others: [],
    binding: {
      allowRefused: 'maintainer',
      credentialRef: 'main',
      protectedPaths: [],
      review: { bots: { authors: [] } },
    },
    context: { run: aRun({ task }) },
    project: { projectId: 7 },
    deps: { gitlabFor: async () => gitlab, listRunEvents: async () => [] },
  } as unknown as CodingRun;
  return decideAllow(coding, new AbortController().signal);
}

it.each([
  { name: 'is gone', notes: [] },
  { name: 'says something else by now', notes: [aNote({ id: 9, body: '/copilot do more' })] },
  { name: 'names no files', notes: [aNote({ id: 9, body: '/copilot allow anonymous access' })] },
])('a run that a note asked for does no work where the note $name', async ({ notes }) => {
  expect(await decide(notes)).toEqual({ superseded: 'allow-gone' });
});
