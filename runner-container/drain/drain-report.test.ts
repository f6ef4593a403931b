import { expect, it } from 'vitest';

import { countAs } from './drain-report.ts';

it.each([
  { state: 'done', ending: 'done', counted: 'done' },
  { state: 'failed', ending: 'give-up', counted: 'failed' },
  { state: 'superseded', ending: 'superseded', counted: 'superseded' },
  { state: 'parked', ending: 'retry', counted: 'retried' },
  { state: 'parked', ending: 'wait', counted: 'retried' },
  { state: 'queued', ending: 'interrupted', counted: 'interrupted' },
  { state: 'queued', ending: 'move', counted: 'moved' },
  // A person or another program was faster.
  { state: 'cancelled', ending: 'move', counted: 'ignored' },
  { state: 'cancelled', ending: 'done', counted: 'ignored' },
  { state: 'queued', ending: 'done', counted: 'ignored' },
  { state: 'done', ending: 'interrupted', counted: 'done' },
  { state: 'cancelled', ending: 'interrupted', counted: 'ignored' },
])('a run left $state whose work ended as $ending is $counted', ({ state, ending, counted }) => {
  expect(countAs(state, ending)).toBe(counted);
});
