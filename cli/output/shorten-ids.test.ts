import { expect, it } from 'vitest';

import { shortenIds } from './shorten-ids.ts';

it.each([
  { ids: ['3f2504e0-4f89', '9b2504e0-4f89'], short: ['3f2504e0', '9b2504e0'] },
  { ids: ['3f2504e0-4f89', '3f2504e0-5f89'], short: ['3f2504e0-4f8', '3f2504e0-5f8'] },
  { ids: ['same-id-twice', 'same-id-twice'], short: ['same-id-', 'same-id-'] },
  { ids: ['short', 'short-and-longer'], short: ['short', 'short-an'] },
  { ids: [], short: [] },
])('shortens $ids to $short', ({ ids, short }) => {
  const map = shortenIds(ids, 8);
  expect(ids.map((id) => map.get(id))).toEqual(short);
});
