import { expect, it } from 'vitest';

import { REFS } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aDiscussion, aNote, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import { readConversation } from './read-conversation.ts';

const own = (purpose: string, values = {}) =>
  aNote({ author: AGENT, body: appendMarker('Ours.', { purpose }), ...values });

it("gives people's own threads with their place and state, the newest word first", () => {
  const position = { ...REFS, oldPath: 'src/a.ts', newPath: 'src/a.ts', newLine: 4 };
  const { threads } = readConversation(
    [
      aDiscussion([aNote({ id: 1, body: 'Too slow?', position }), aNote({ id: 9, body: 'We measured it.' })], {
        id: 'a',
      }),
      aDiscussion([aNote({ id: 3, body: 'Rename it.', resolved: true })], { id: 'b' }),
      aDiscussion([aNote({ id: 5, body: 'LGTM', resolvable: false })], { id: 'c', individualNote: true }),
    ],
    AGENT.id,
    [],
  );
  expect(threads).toEqual([
    {
      discussionId: 'a',
      path: 'src/a.ts',
      line: 4,
      state: 'open',
      notes: [
        { id: 1, author: { kind: 'person', id: PERSON.id }, text: 'Too slow?' },
        { id: 9, author: { kind: 'person', id: PERSON.id }, text: 'We measured it.' },
      ],
    },
    expect.objectContaining({ discussionId: 'c', path: '', state: 'comment' }),
    expect.objectContaining({ discussionId: 'b', state: 'resolved' }),
  ]);
});

it('gives an own finding with what people answered to it, and nothing the agent or GitLab wrote alone', () => {
  const { threads } = readConversation(
    [
      aDiscussion([own('finding'), aNote({ id: 200, body: 'That is on purpose.' })]),
      aDiscussion([own('finding'), own('verdict')]),
      aDiscussion([own('summary')]),
      aDiscussion([aNote({ body: 'added 2 commits', system: true })]),
    ],
    AGENT.id,
    [],
  );
  expect(threads.map(({ notes }) => notes.map(({ author, text }) => [author, text]))).toEqual([
    [
      ['agent', 'Ours.'],
      [{ kind: 'person', id: PERSON.id }, 'That is on purpose.'],
    ],
  ]);
});

it('takes notes of an earlier program with the same account for conversation', () => {
  const { threads } = readConversation(
    [aDiscussion([aNote({ author: AGENT, body: 'Consider a cache.' })]), aDiscussion([aNote({ author: OTHER_BOT })])],
    AGENT.id,
    [],
  );
  expect(threads.map(({ notes }) => notes[0]?.author)).toEqual([{ kind: 'bot', id: OTHER_BOT.id }, 'program']);
});

it('takes an account that the binding names as one of a bot', () => {
  const scanner = { ...PERSON, username: 'sonar-shop' };
  const discussions = [aDiscussion([aNote({ author: scanner })])];
  const kindWith = (botAuthors: string[]) => readConversation(discussions, AGENT.id, botAuthors).threads[0]?.notes[0];
  expect(kindWith(['sonar-*'])).toMatchObject({ author: { kind: 'bot' } });
  expect(kindWith([])).toMatchObject({ author: { kind: 'person' } });
});

it('leaves out and counts what only members may see, and leaves out the warning about a credential', () => {
  const { threads, internalNotes } = readConversation(
    [
      aDiscussion([aNote({ body: 'Not for the customer.', internal: true })]),
      aDiscussion([own('credential')]),
      aDiscussion([aNote({ body: 'Public.' }), aNote({ body: 'Between us.', internal: true }), own('credential')]),
    ],
    AGENT.id,
    [],
  );
  expect(internalNotes).toBe(2);
  expect(threads.map(({ notes }) => notes.map(({ text }) => text))).toEqual([['Public.']]);
});

it.each([
  {
    name: 'the new path and line',
    position: { newPath: 'b.ts', oldPath: 'a.ts', newLine: 4, oldLine: 3 },
    place: ['b.ts', 4],
  },
  {
    name: 'the old line of a removed one',
    position: { newPath: 'b.ts', oldPath: 'a.ts', oldLine: 3 },
    place: ['b.ts', 3],
  },
  {
    name: 'the old path where there is no new one',
    position: { newPath: '', oldPath: 'a.ts' },
    place: ['a.ts', undefined],
  },
])('places a thread at $name', ({ position, place }) => {
  const { threads } = readConversation([aDiscussion([aNote({ position: { ...REFS, ...position } })])], AGENT.id, []);
  expect(threads.map(({ path, line }) => [path, line])).toEqual([place]);
});

it('gives a thread without a place no line, and nothing of what GitLab wrote in it', () => {
  const notes = [aNote({ body: 'Why?' }), aNote({ body: 'changed this line', system: true, internal: true })];
  const { threads, internalNotes } = readConversation([aDiscussion(notes)], AGENT.id, []);
  expect(threads).toMatchObject([{ notes: [{ text: 'Why?' }] }]);
  expect(threads[0]).not.toHaveProperty('line');
  expect(internalNotes).toBe(0);
});
