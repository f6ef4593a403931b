import { expect, it } from 'vitest';

import { HOUR, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { isGivenUp, planPauseMs } from './plan-next-try.ts';

it.each([
  { tries: 1, minutes: 3 },
  { tries: 10, minutes: 3 },
  { tries: 11, minutes: 6 },
  { tries: 12, minutes: 12 },
  { tries: 15, minutes: 60 },
  { tries: 179, minutes: 60 },
  { tries: 180, minutes: 60 },
  { tries: 1000, minutes: 60 },
])('waits $minutes minutes after try $tries, and never longer than an hour', ({ tries, minutes }) => {
  expect(planPauseMs(tries, 3 * MINUTE)).toBe(minutes * MINUTE);
});

it('waits less where the first pause is a shorter one', () => {
  expect([1, 11, 100].map((tries) => planPauseMs(tries, MINUTE))).toEqual([MINUTE, 2 * MINUTE, HOUR / 3]);
});

it.each([
  { what: 'a ticket that is gone', error: new TaskError('jira-not-found'), tries: 1, isGiven: true },
  { what: 'a merge request that is gone', error: new TaskError('gitlab-not-found'), tries: 1, isGiven: true },
  { what: 'a token that has expired', error: new TaskError('jira-unauthorized'), tries: 179, isGiven: false },
  { what: 'a token that has expired', error: new TaskError('jira-unauthorized'), tries: 180, isGiven: true },
  { what: 'a bug', error: new Error('jira-not-found'), tries: 179, isGiven: false },
  { what: 'a bug', error: new Error('jira-not-found'), tries: 181, isGiven: true },
])('gives up for $what after $tries tries: $isGiven', ({ error, tries, isGiven }) => {
  expect(isGivenUp(error, tries)).toBe(isGiven);
});
