import { expect, it } from 'vitest';
import { aDiscussion, aNote } from '../../../test/fixtures/discussions.ts';
import { selectNotes } from './select-notes.ts';

const note = aNote({ body: 'Why a map?' });
const secret = (body: string) => aNote({ body, internal: true });
const select = (discussion = aDiscussion([note]), others: ReturnType<typeof aDiscussion>[] = []) =>
  selectNotes({ note, discussion, discussions: [...others, discussion] });

it('gives a session the thread without what GitLab wrote and what only members may read', () => {
  const thread = aDiscussion([
    note,
    aNote({ system: true }),
    secret('ACME is affected.'),
    aNote({ body: 'Yes, why?' }),
  ]);
  expect(select(thread).notes.map(({ body }) => body)).toEqual(['Why a map?', 'Yes, why?']);
});

it('names other open threads by their first note, and none that only members may read', () => {
  const others = [
    aDiscussion([secret('ACME is affected.'), secret('Do not say so.')]),
    aDiscussion([secret('Between us.'), aNote({ body: 'Use a set.' })]),
    aDiscussion([aNote({ body: 'A plain note.' })], { individualNote: true }),
    aDiscussion([aNote({ body: 'Done.', resolved: true }), secret('Not done.')]),
  ];
  expect(select(undefined, others).otherThreads).toEqual(['Use a set.']);
});
