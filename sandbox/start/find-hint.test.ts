import { expect, it } from 'vitest';
import { findHint } from './find-hint.ts';

it.each([
  {
    line: { event: 'stage reached', stage: 'merge-request-open', taskId: 'coding~PROJ-1~0', iid: 2 },
    hint: 'Next: show !2, ready !2, merge !2',
  },
  {
    line: { event: 'run settled', taskId: 'review~6~1~abc', outcome: 'done' },
    hint: 'Next: show !1 has the review',
  },
  {
    line: { event: 'run settled', taskId: 'reply~6~2~14', outcome: 'done' },
    hint: 'Next: show !2 has the answer',
  },
  { line: { event: 'run settled', taskId: 'review~6~1~abc', outcome: 'retry' }, hint: undefined },
  { line: { event: 'stage reached', stage: 'cloned' }, hint: undefined },
])('$hint', ({ line, hint }) => {
  expect(findHint(JSON.stringify(line))).toBe(hint);
  expect(findHint('no JSON')).toBeUndefined();
});
