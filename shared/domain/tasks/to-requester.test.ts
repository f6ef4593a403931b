import { expect, it } from 'vitest';
import { Requester } from '../runs/task-cause.ts';
import { toRequester } from './to-requester.ts';

it.each([
  {
    user: { accountId: '712020:ada', displayName: 'Ada' },
    requester: { service: 'jira', id: '712020:ada', name: 'Ada' },
  },
  { user: { id: 42, username: 'ada' }, requester: { service: 'gitlab', id: '42', name: 'ada' } },
])('names an account of $requester.service', ({ user, requester }) => {
  expect(toRequester(user)).toEqual(requester);
});

it.each([
  { user: { accountId: 'a'.repeat(201), displayName: 'n'.repeat(201) } },
  { user: { id: 42, username: 'n'.repeat(201) } },
])('shortens names to what a task may hold', ({ user }) => {
  const requester = toRequester(user);
  expect(Requester.parse(requester)).toEqual(requester);
  expect(requester.name).toBe(`${'n'.repeat(199)}…`);
});
