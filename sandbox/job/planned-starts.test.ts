import { expect, it } from 'vitest';

import { plannedStarts } from './planned-starts.ts';

it.each([
  { name: 'nothing to do starts nothing', queueLength: 0, running: 0, starts: 0 },
  { name: 'one message starts one execution', queueLength: 1, running: 0, starts: 1 },
  { name: 'a message in work is counted and so is its execution', queueLength: 3, running: 3, starts: 0 },
  { name: 'new messages beside running ones', queueLength: 5, running: 3, starts: 2 },
  { name: 'never more than the maximum', queueLength: 500, running: 2, starts: 8 },
  { name: 'finished queue, runners still ending', queueLength: 1, running: 4, starts: 0 },
])('$name', ({ queueLength, running, starts }) => {
  expect(plannedStarts({ queueLength, running, messagesPerExecution: 1, maxExecutions: 10 })).toBe(starts);
});
