import { describe, expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { HOUR, MINUTE } from '../../kernel/clock.ts';
import { type AskRefusal, MAX_ASKS_PER_HOUR } from '../runs/ask-refusal.ts';
import { type Ask, findAskRefusal, isAskedTooOften } from './may-ask.ts';

describe('who may ask', () => {
  it.each<{ ask: Ask; refusal: AskRefusal | undefined }>([
    { ask: { by: 'comment', accountType: 'atlassian' }, refusal: undefined },
    { ask: { by: 'comment', accountType: 'customer' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'comment', accountType: 'app' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'comment', accountType: 'unknown' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'comment' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'comment', accountType: 'atlassian', membership: 'member' }, refusal: undefined },
    { ask: { by: 'comment', accountType: 'atlassian', membership: 'stranger' }, refusal: 'asker-not-named' },
    { ask: { by: 'comment', accountType: 'atlassian', membership: 'unknown' }, refusal: 'asker-unknown' },
    { ask: { by: 'comment', accountType: 'customer', membership: 'member' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'change', accountType: 'atlassian' }, refusal: undefined },
    { ask: { by: 'change', accountType: 'app' }, refusal: undefined },
    { ask: { by: 'change' }, refusal: undefined },
    { ask: { by: 'change', accountType: 'customer' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'change', accountType: 'anonymous' }, refusal: 'asker-not-a-person' },
    { ask: { by: 'change', accountType: 'app', membership: 'stranger' }, refusal: 'asker-not-named' },
    { ask: { by: 'change', accountType: 'app', membership: 'member' }, refusal: undefined },
    { ask: { by: 'change', membership: 'unknown' }, refusal: 'asker-unknown' },
  ])('$ask: $refusal', ({ ask, refusal }) => {
    expect(findAskRefusal(ask)).toBe(refusal);
  });
});

describe('how often comments on one ticket may start work', () => {
  const now = 10 * HOUR;
  const runOf = (commentId: number, createdAt: number) => ({
    createdAt,
    task: aCodingTask({
      id: `coding~PROJ-1~c${commentId}`,
      cause: { kind: 'issue-comment', commentId: `${commentId}` },
    }),
  });
  const runs = Array.from({ length: MAX_ASKS_PER_HOUR }, (_, index) => runOf(index, now - index * MINUTE));
  const next = { taskId: 'coding~PROJ-1~c99', now };

  it('is six times within an hour', () => {
    expect(isAskedTooOften(runs.slice(1), next)).toBe(false);
    expect(isAskedTooOften(runs, next)).toBe(true);
    expect(isAskedTooOften(runs, { ...next, now: now + HOUR - 5 * MINUTE - 1 })).toBe(true);
    expect(isAskedTooOften(runs, { ...next, now: now + HOUR - 5 * MINUTE })).toBe(false);
  });

  it('counts runs of the last hour that cannot be read', () => {
    expect(isAskedTooOften(runs.slice(1), { ...next, unreadable: [now - HOUR] })).toBe(false);
    expect(isAskedTooOften(runs.slice(1), { ...next, unreadable: [now - MINUTE] })).toBe(true);
  });

  it('counts no comment twice, and no run that a change of the ticket started', () => {
    expect(isAskedTooOften(runs, { taskId: 'coding~PROJ-1~c0', now })).toBe(false);
    const moved = { createdAt: now, task: aCodingTask({ id: 'coding~PROJ-1~10233' }) };
    expect(isAskedTooOften([...runs.slice(1), moved], next)).toBe(false);
  });
});
