import { expect, it } from 'vitest';

import { planSubject } from './plan-subject.ts';

it.each([
  { subject: '{key}: {summary}', issueKey: 'PROJ-1', line: 'PROJ-1: Round up' },
  { subject: '{key}: {summary}', issueKey: undefined, line: 'Round up' },
  { subject: 'fix: {key} {summary}', issueKey: 'PROJ-1', line: 'fix: PROJ-1 Round up' },
  { subject: 'fix: [{key}] {summary}', issueKey: undefined, line: 'fix: Round up' },
  { subject: 'fix({key}): {summary}', issueKey: 'PROJ-1', line: 'fix(PROJ-1): Round up' },
])('$subject becomes $line', ({ subject, issueKey, line }) => {
  expect(planSubject({ subject }, { issueKey, summary: 'Round up' })).toBe(line);
});

it('takes the summary as it is', () => {
  expect(planSubject({ subject: '{key}: {summary}' }, { issueKey: 'PROJ-1', summary: 'Pay $& {key}' })).toBe(
    'PROJ-1: Pay $& {key}',
  );
});
