import { expect, it } from 'vitest';
import type { GitLab, Note } from '../../../shared/domain/ports/gitlab.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aNote, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import { findAllowingNote } from './allowing-note.ts';

const BODY = '@cmap allow pnpm-lock.yaml';
const CAUSE = { projectId: 7, mergeRequestIid: 3, noteId: 1 };

function find(note: Partial<Note>, botAuthors = ['sonar-*']) {
  const listNotes = async () => [aNote({ id: 1, body: BODY, ...note })];
  return findAllowingNote(CAUSE, {
    gitlab: only<GitLab>({ getCurrentUser: async () => AGENT, listNotes }),
    botAuthors,
  });
}

it.each<{ name: string; note: Partial<Note>; isByPerson: boolean }>([
  { name: 'a person', note: {}, isByPerson: true },
  { name: 'the agent', note: { author: AGENT }, isByPerson: false },
  { name: 'a bot', note: { author: OTHER_BOT }, isByPerson: false },
  { name: 'a bot of the binding', note: { author: { ...PERSON, username: 'sonar-shop' } }, isByPerson: false },
  { name: 'a member, for members', note: { internal: true }, isByPerson: false },
])('knows whether a note that lets files pass is by a person: $name', async ({ note, isByPerson }) => {
  expect(await find(note)).toMatchObject({ paths: ['pnpm-lock.yaml'], isByPerson });
});

it('finds none that is gone or says something else', async () => {
  expect(await find({ id: 2 })).toBeUndefined();
  expect(await find({ body: '@cmap thank you' })).toBeUndefined();
});
