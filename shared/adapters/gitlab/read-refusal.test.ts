import { expect, it } from 'vitest';
import { readRefusal } from './read-refusal.ts';

it.each([
  { body: { message: 'No' }, reason: 'No' },
  { body: { message: ['A', 'B'] }, reason: '["A","B"]' },
  { body: { message: { title: ['is too long'] } }, reason: '{"title":["is too long"]}' },
  { body: { error: 'title is missing' }, reason: 'title is missing' },
  { body: { message: 'No', error_code: 'conflict' }, reason: 'No (conflict)' },
  { body: { message: 'No', error_code: 7 }, reason: 'No' },
  { body: {}, reason: '' },
  { body: 'text', reason: '' },
  { body: undefined, reason: '' },
])('the reason of $body is $reason', ({ body, reason }) => {
  expect(readRefusal(body, 400)).toBe(reason);
});

it.each([401, 403, 404, 429, 502])('status %d says everything', (status) => {
  expect(readRefusal({ message: 'x' }, status)).toBe('');
});
