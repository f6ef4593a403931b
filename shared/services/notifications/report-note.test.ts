import { describe, expect, it } from 'vitest';
import { aGitLabUser, aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import type { Note } from '../../domain/ports/gitlab.ts';
import { TaskError } from '../../kernel/errors.ts';
import { formatMarker, parseMarker } from '../../kernel/text/marker.ts';
import { upsertReportNote } from './report-note.ts';

function aThread(notes: Note[]) {
  const writes: string[] = [];
  const gitlab = {
    getCurrentUser: async () => theAgentUser(),
    listNotes: async () => notes,
    async createNote(_projectId: number, _iid: number, body: string) {
      writes.push('create');
      const note = aNote({ id: 600 + notes.length, body, author: theAgentUser() });
      notes.push(note);
      return note;
    },
    async updateNote(_projectId: number, _iid: number, noteId: number, body: string) {
      writes.push(`update ${noteId}`);
      const note = notes.find(({ id }) => id === noteId);
      if (note) note.body = body;
    },
    async replyToDiscussion(_projectId: number, _iid: number, discussionId: string, body: string) {
      writes.push(`reply in ${discussionId}`);
      const note = aNote({ id: 600 + notes.length, body, author: theAgentUser() });
      notes.push(note);
      return note;
    },
  };
  return { gitlab, notes, writes };
}

const place = { projectId: 7, iid: 3 };
const progress = { purpose: 'progress', scope: 'mr~7~3' };

describe('upsertReportNote', () => {
  it('writes once, edits in place, and leaves the same text alone', async () => {
    const thread = aThread([aNote()]);
    const id = await upsertReportNote({ ...place, marker: { ...progress, run: 'r1' }, text: 'Working.' }, thread);
    expect(await upsertReportNote({ ...place, marker: { ...progress, run: 'r2' }, text: 'Done.' }, thread)).toBe(id);
    await upsertReportNote({ ...place, marker: { ...progress, run: 'r2' }, text: 'Done.' }, thread);
    expect(thread.writes).toEqual(['create', `update ${id}`]);
    expect(parseMarker(thread.notes[1]?.body ?? '')).toEqual({ ...progress, run: 'r2' });
  });

  it.each([
    {
      name: 'another purpose',
      note: { author: theAgentUser(), body: formatMarker({ ...progress, purpose: 'summary' }) },
    },
    {
      name: 'another scope',
      note: { author: theAgentUser(), body: formatMarker({ ...progress, scope: 'issue~A-1' }) },
    },
    { name: 'a person who typed our marker', note: { author: aGitLabUser(), body: formatMarker(progress) } },
    { name: 'a system note', note: { author: theAgentUser(), body: formatMarker(progress), system: true } },
  ])('does not edit the note of $name', async ({ note }) => {
    const thread = aThread([aNote(note)]);
    await upsertReportNote({ ...place, marker: progress, text: 'Working.' }, thread);
    expect(thread.writes).toEqual(['create']);
  });

  it('answers in the thread it belongs to, and edits that answer', async () => {
    const thread = aThread([aNote()]);
    const report = { ...place, marker: progress, discussionId: 'd1' };
    const id = await upsertReportNote({ ...report, text: 'Working.' }, thread);
    expect(await upsertReportNote({ ...report, text: 'Done.' }, thread)).toBe(id);
    expect(thread.writes).toEqual(['reply in d1', `update ${id}`]);
  });

  it.each([
    { code: 'gitlab-not-found', writes: ['create'] },
    { code: 'gitlab-forbidden', writes: ['create'] },
    { code: 'gitlab-refused', writes: ['create'] },
    { code: 'gitlab-unavailable', writes: [] },
  ] as const)('whose thread answers $code writes $writes', async ({ code, writes }) => {
    const thread = aThread([]);
    const gitlab = { ...thread.gitlab, replyToDiscussion: () => Promise.reject(new TaskError(code)) };
    const written = upsertReportNote({ ...place, marker: progress, discussionId: 'd1', text: 'Done.' }, { gitlab });
    await (writes.length > 0 ? written : expect(written).rejects.toMatchObject({ code }));
    expect(thread.writes).toEqual(writes);
  });

  it('edits the oldest when there are two', async () => {
    const own = { author: theAgentUser(), body: formatMarker(progress) };
    const thread = aThread([aNote({ id: 1, ...own }), aNote({ id: 2, ...own })]);
    expect(await upsertReportNote({ ...place, marker: progress, text: 'Done.' }, thread)).toBe(1);
  });

  it.each(['gitlab-forbidden', 'gitlab-not-found', 'gitlab-refused'] as const)(
    'writes a new note when editing its own is answered %s, and only one for each text',
    async (code) => {
      const thread = aThread([]);
      await upsertReportNote({ ...place, marker: progress, text: 'Working.' }, thread);
      const gitlab = { ...thread.gitlab, updateNote: () => Promise.reject(new TaskError(code)) };
      await upsertReportNote({ ...place, marker: progress, text: 'Done.' }, { gitlab });
      await upsertReportNote({ ...place, marker: progress, text: 'Done.' }, { gitlab });
      expect(thread.writes).toEqual(['create', 'create']);
    },
  );
});
