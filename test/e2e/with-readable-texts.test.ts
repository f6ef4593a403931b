import { expect, it } from 'vitest';
import { findInternalNames } from './with-readable-texts.ts';

it.each(['mr~6~1', 'project 6 !1', '7!1', 'the ticket of coding~PROJ-12~0', 'undefined', '[object Object]'])(
  'finds %s in a text',
  (name) => {
    expect(findInternalNames([{ place: 'PROJ-12', text: `It waits for ${name}.` }])).toEqual([
      `PROJ-12: It waits for ${name}.`,
    ]);
  },
);

it.each([
  'group/app!7',
  '!7',
  '[!7](https://gitlab.example.com/shop/web2/-/merge_requests/7)',
  'shop/web2!7',
  '~label',
])('leaves what people call things: %s', (name) => {
  expect(findInternalNames([{ place: 'PROJ-12', text: `See ${name}.` }])).toEqual([]);
});
