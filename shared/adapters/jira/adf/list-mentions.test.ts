import { expect, it } from 'vitest';

import { listMentions } from './list-mentions.ts';

const mention = (id?: unknown) => ({ type: 'mention', attrs: { id, text: '@Leigh' } });

it('lists every account that is mentioned once, at any depth', () => {
  const panel = {
    type: 'panel',
    content: [{ type: 'paragraph', content: [mention('a'), mention('b'), mention('a')] }],
  };
  const found = listMentions({ type: 'doc', content: [panel, mention('c')] });
  expect(found.toSorted()).toEqual(['a', 'b', 'c']);
});

it.each([
  { name: 'what is no document', value: 'text' },
  { name: 'a mention without an id', value: mention() },
  { name: 'a mention with an empty id', value: mention('') },
  { name: 'other nodes with an id', value: { type: 'emoji', attrs: { id: 'a' } } },
])('finds none in $name', ({ value }) => {
  expect(listMentions(value)).toEqual([]);
});
