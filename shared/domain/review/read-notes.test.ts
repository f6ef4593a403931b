import { describe, expect, it } from 'vitest';

import { REFS } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aDiscussion, aNote, PERSON } from '../../../test/fixtures/discussions.ts';
import { HOUR } from '../../kernel/clock.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import { formatReply } from './format-reply.ts';
import { planReviewRange } from './plan-review-range.ts';
import { countActions, findAnswerTo, findSummaryNote, isPaused, readReviewedHead } from './read-notes.ts';

const OLD = 'd'.repeat(40);
const NEW = 'e'.repeat(40);
const summary = (sha: string, values = {}) =>
  aNote({ author: AGENT, body: appendMarker('## Review', { purpose: 'summary', sha }), ...values });

describe('readReviewedHead', () => {
  it.each([
    { name: 'no summary', notes: [aNote()], head: undefined },
    { name: 'the newest summary', notes: [summary(NEW, { id: 9 }), summary(OLD, { id: 5 })], head: NEW },
    { name: 'a marker a person pasted', notes: [summary(NEW, { author: PERSON })], head: undefined },
    {
      name: 'a marker in an inline note',
      notes: [summary(NEW, { position: { ...REFS, oldPath: 'a', newPath: 'a' } })],
      head: undefined,
    },
    { name: 'a marker in a system note', notes: [summary(NEW, { system: true })], head: undefined },
    {
      name: 'the newest of summaries in any order',
      notes: [summary(OLD, { id: 5 }), summary(NEW, { id: 9 })],
      head: NEW,
    },
    {
      name: 'an older summary behind an answer',
      notes: [aNote({ id: 9, author: AGENT }), summary(OLD, { id: 5 })],
      head: OLD,
    },
    { name: 'a commit of SHA-256', notes: [summary('e'.repeat(64))], head: 'e'.repeat(64) },
    { name: 'a commit of neither length', notes: [summary('e'.repeat(41))], head: undefined },
    {
      name: 'a summary without a head',
      notes: [aNote({ author: AGENT, body: appendMarker('x', { purpose: 'summary' }) })],
      head: undefined,
    },
    { name: 'a shortened commit', notes: [summary('abcdef0')], head: undefined },
    {
      name: 'a marker for another purpose',
      notes: [aNote({ author: AGENT, body: appendMarker('x', { purpose: 'finding', sha: NEW }) })],
      head: undefined,
    },
  ])('$name', ({ notes, head }) => {
    expect(readReviewedHead(notes, AGENT.id)).toBe(head);
  });
});

describe('findSummaryNote', () => {
  it('finds the note to edit, whether or not it names a head', () => {
    const note = summary(OLD);
    expect(findSummaryNote([note], AGENT.id)).toEqual({ note, sha: OLD });
    const headless = aNote({ author: AGENT, body: appendMarker('x', { purpose: 'summary' }) });
    expect(findSummaryNote([headless], AGENT.id)).toStrictEqual({ note: headless });
  });
});

describe('planReviewRange', () => {
  const incremental = 'incremental' as const;
  it.each([
    {
      name: 'first review',
      reviewedHead: undefined,
      isAncestor: false,
      depth: incremental,
      range: { kind: 'full', because: 'first' },
    },
    {
      name: 'new commits',
      reviewedHead: OLD,
      isAncestor: true,
      depth: incremental,
      range: { kind: 'incremental', from: OLD },
    },
    {
      name: 'rebase or force-push',
      reviewedHead: OLD,
      isAncestor: false,
      depth: incremental,
      range: { kind: 'full', because: 'rewritten' },
    },
    { name: 'the same head', reviewedHead: NEW, isAncestor: true, depth: incremental, range: { kind: 'nothing' } },
    {
      name: 'full review asked for at the same head',
      reviewedHead: NEW,
      isAncestor: true,
      depth: 'full' as const,
      range: { kind: 'full', because: 'asked' },
    },
  ])('$name', ({ range, ...input }) => {
    expect(planReviewRange({ ...input, headSha: NEW })).toEqual(range);
  });
});

describe('isPaused', () => {
  const said = (kind: 'paused' | 'resumed', id: number, author = AGENT) =>
    aNote({ id, author, body: formatReply({ kind }, { scope: 'mr~7~3', noteId: id - 1 }) });
  it.each([
    { name: 'never', notes: [], paused: false },
    { name: 'paused', notes: [said('paused', 5)], paused: true },
    { name: 'resumed after it', notes: [said('resumed', 9), said('paused', 5)], paused: false },
    { name: 'paused again', notes: [said('paused', 11), said('resumed', 9)], paused: true },
    { name: 'paused before it said something else', notes: [said('paused', 5), summary(OLD, { id: 9 })], paused: true },
    { name: 'resumed, in any order', notes: [said('paused', 5), said('resumed', 9)], paused: false },
    { name: 'a person pasted it', notes: [said('paused', 5, PERSON)], paused: false },
  ])('$name: $paused', ({ notes, paused }) => {
    expect(isPaused(notes, AGENT.id)).toBe(paused);
  });
});

describe('countActions', () => {
  const answer = (noteId: number, createdAt: number, kind: 'cap-reached' | 'closed' = 'closed') =>
    aNote({ author: AGENT, createdAt, body: formatReply({ kind }, { scope: 'mr~7~3', noteId }) });
  const now = 10 * HOUR;
  const here = aDiscussion([aNote({ author: AGENT }), answer(1, now - 2 * HOUR), aNote(), answer(2, now - 1)], {
    id: 'here',
  });
  const there = aDiscussion([answer(3, now - 10, 'cap-reached')], { id: 'there' });

  it('counts answers, not findings, in the thread and in the last hour', () => {
    expect(countActions([here, there], { discussionId: 'here', ownUserId: AGENT.id, now })).toEqual({
      inThread: 2,
      inLastHour: 2,
      notifiedInThread: false,
    });
  });

  it('counts up to an hour back, and in no other thread', () => {
    const edge = (createdAt: number) =>
      countActions([aDiscussion([answer(1, createdAt)], { id: 'x' })], { discussionId: 'y', ownUserId: AGENT.id, now });
    expect(edge(now - HOUR)).toEqual({ inThread: 0, inLastHour: 0, notifiedInThread: false });
    expect(edge(now - HOUR + 1)).toEqual({ inThread: 0, inLastHour: 1, notifiedInThread: false });
  });

  it('knows where it said that it stops', () => {
    expect(countActions([here, there], { discussionId: 'there', ownUserId: AGENT.id, now }).notifiedInThread).toBe(
      true,
    );
  });

  it('finds the answer to a note, so that it is not given twice', () => {
    expect(findAnswerTo(2, here.notes, AGENT.id)?.id).toBe(here.notes[3]?.id);
    expect(findAnswerTo(3, here.notes, AGENT.id)).toBeUndefined();
  });
});
