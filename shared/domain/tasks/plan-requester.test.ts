import { expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { HOUR, MINUTE } from '../../kernel/clock.ts';
import type { RequesterRules } from '../mapping/binding.ts';
import { MAX_REQUESTS_PER_HOUR, type Memberships, planRequester } from './plan-requester.ts';

const now = 100 * HOUR;
const ada = { accountId: 'ada', accountType: 'atlassian' };
const asked = (minutesAgo: number, id = 'coding~PROJ-12~c7') => ({
  createdAt: now - minutesAgo * MINUTE,
  task: aCodingTask({ id }),
});

it.each([
  { accountType: 'atlassian', refusal: undefined },
  { accountType: 'app', refusal: 'not-a-person' },
  { accountType: 'customer', refusal: 'not-a-person' },
  { accountType: 'unknown', refusal: 'not-a-person' },
  { accountType: undefined, refusal: 'not-a-person' },
])('an account of type $accountType: $refusal', ({ accountType, refusal }) => {
  const author = { accountId: 'x', ...(accountType === undefined ? {} : { accountType }) };
  expect(planRequester(author, undefined, { runs: [], now })).toBe(refusal);
});

it.each<{ name: string; rules: RequesterRules; memberships?: Memberships; may: boolean }>([
  { name: 'is in the group', rules: { group: 'Devs' }, memberships: { groups: ['devs'] }, may: true },
  { name: 'is in another group', rules: { group: 'devs' }, memberships: { groups: ['qa'] }, may: false },
  {
    name: 'has the role',
    rules: { role: 'D' },
    memberships: { groups: [], role: { accountIds: ['ada'], groups: [] } },
    may: true,
  },
  {
    name: 'has it through a group',
    rules: { role: 'D' },
    memberships: { groups: ['qa'], role: { accountIds: [], groups: ['QA'] } },
    may: true,
  },
  {
    name: 'has it not',
    rules: { role: 'D' },
    memberships: { groups: ['qa'], role: { accountIds: ['bob'], groups: ['x'] } },
    may: false,
  },
  { name: 'would have a role that is not there', rules: { role: 'D' }, memberships: { groups: ['D'] }, may: false },
  {
    name: 'has the role but not the group',
    rules: { group: 'devs', role: 'D' },
    memberships: { groups: [], role: { accountIds: ['ada'], groups: [] } },
    may: true,
  },
  { name: 'is known to be in nothing', rules: { group: 'devs' }, may: false },
])('may ask where the binding names who: a person who $name: $may', ({ rules, memberships, may }) => {
  expect(planRequester(ada, rules, { memberships, runs: [], now })).toBe(may ? undefined : 'not-permitted');
});

it('refuses more than five comments of a ticket within an hour', () => {
  const five = [1, 10, 20, 30, 59].map((minutes) => asked(minutes));
  expect(MAX_REQUESTS_PER_HOUR).toBe(5);
  expect(planRequester(ada, undefined, { runs: five.slice(1), now })).toBeUndefined();
  expect(planRequester(ada, undefined, { runs: five, now })).toBe('too-many-requests');
  expect(planRequester(ada, undefined, { runs: [...five.slice(1), asked(60)], now })).toBeUndefined();
  expect(
    planRequester(ada, undefined, { runs: [...five.slice(1), asked(1, 'coding~PROJ-12~1')], now }),
  ).toBeUndefined();
});
