import { describe, expect, it } from 'vitest';
import type { Note } from '../../../shared/domain/ports/gitlab.ts';
import { findAnswerTo, findSummaryNote } from '../../../shared/domain/review/read-notes.ts';
import { type ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { aFinding } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aDiscussion, aMergeRequest, aNote, PERSON } from '../../../test/fixtures/discussions.ts';
import { answerRequest } from './answer-request.ts';
import { applyNotes } from './apply-notes.ts';
import { writeSummary } from './write-summary.ts';

const REFUSALS: readonly ErrorCode[] = ['gitlab-forbidden', 'gitlab-not-found', 'gitlab-refused'];
const place = { projectId: 7, iid: 3, ownUserId: AGENT.id, scope: 'mr~7~3', headSha: 'b'.repeat(40) };

/** A merge request with a summary and a request of a person, where GitLab answers some writes with `code`. */
function aPlace(code: ErrorCode) {
  const marker = { purpose: 'summary', scope: place.scope, sha: 'a'.repeat(40) };
  const request = aNote({ id: 10, body: '/copilot review', author: PERSON });
  const notes: Note[] = [request, aNote({ id: 20, body: appendMarker('Earlier.', marker), author: AGENT })];
  const refuse = () => Promise.reject(new TaskError(code));
  const gitlab = {
    listNotes: async () => notes,
    listDiscussions: async () => notes.map((note) => aDiscussion([note])),
    createDiscussion: refuse,
    async createNote(_projectId: number, _iid: number, body: string) {
      const note = aNote({ id: 30 + notes.length, body, author: AGENT });
      notes.push(note);
      return note;
    },
    updateNote: refuse,
    replyToDiscussion: refuse,
    resolveDiscussion: refuse,
  };
  return { gitlab, notes };
}

const summary = {
  summary: 'Reads well.',
  range: { kind: 'full', because: 'first' } as const,
  headSha: place.headSha,
  scope: place.scope,
  posted: [],
  notInline: [],
  noticed: [],
  leftOut: [],
  unreadable: 0,
  statusRefused: false,
  resolved: 0,
  partly: 0,
  reopened: 0,
  notRepeated: 0,
};

describe('a review that is done', () => {
  it.each(REFUSALS)('has a second summary where the first may not be edited, and no third: %s', async (code) => {
    const { gitlab, notes } = aPlace(code);
    for (const _ of [1, 2]) await writeSummary(summary, place, gitlab);
    expect(notes).toHaveLength(3);
    expect(findSummaryNote(notes, AGENT.id)).toMatchObject({ sha: place.headSha });
  });

  it.each(REFUSALS)('answers beside a thread that takes no answer, once: %s', async (code) => {
    const { gitlab, notes } = aPlace(code);
    const input = { gitlab, mergeRequest: aMergeRequest({ projectId: 7, iid: 3 }), self: AGENT, scope: place.scope };
    for (const _ of [1, 2]) {
      // Only what answering calls.
      await answerRequest(
        'Reviewed.',
        { noteId: 10, runId: 'run-1' },
        input as unknown as Parameters<typeof answerRequest>[2],
      );
    }
    expect(notes).toHaveLength(3);
    expect(findAnswerTo(10, notes, AGENT.id)?.body).toContain('Reviewed.');
  });

  it.each(REFUSALS)('leaves a thread that takes no word: %s', async (code) => {
    const { gitlab } = aPlace(code);
    const plan = {
      post: [],
      overflow: [],
      noticed: [],
      reopen: [{ discussionId: 'd1', finding: aFinding({ path: 'a.ts', startLine: 1 }) }],
      resolve: [{ discussionId: 'd2', status: 'fixed' as const, reason: 'It is.', reply: true, resolve: true }],
      skip: [],
    };
    const where = { ...place, discussions: [] };
    const applied = applyNotes(plan, where, { gitlab, log: silentLog }, new AbortController().signal);
    expect(await applied).toMatchObject({ posted: [] });
  });

  it('is tried again where GitLab does not answer', async () => {
    const { gitlab } = aPlace('gitlab-unavailable');
    await expect(writeSummary(summary, place, gitlab)).rejects.toMatchObject({ code: 'gitlab-unavailable' });
  });
});
