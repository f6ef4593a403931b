import { expect, it } from 'vitest';

import { aNote } from '../../../test/fixtures/discussions.ts';
import { isOpenThread } from './is-open-thread.ts';

const open = aNote();
it.each([
  {
    name: 'one open note among others',
    notes: [aNote({ resolved: true }), aNote({ resolvable: false }), open],
    is: true,
  },
  { name: 'resolved notes', notes: [aNote({ resolved: true }), aNote({ resolved: true })], is: false },
  { name: 'plain notes', notes: [aNote({ resolvable: false })], is: false },
  { name: 'notes of GitLab', notes: [aNote({ system: true })], is: false },
  { name: 'no note', notes: [], is: false },
])('a thread of $name is open: $is', ({ notes, is }) => {
  expect(isOpenThread(notes)).toBe(is);
});
