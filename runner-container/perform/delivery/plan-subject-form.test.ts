import { expect, it } from 'vitest';
import { shortenSubject } from '../../git/commit-message.ts';
import { planSubjectForm } from './plan-subject-form.ts';

it.each([
  { subject: '{key}: {summary}', issueKey: 'PROJ-1', line: 'PROJ-1: Round up' },
  { subject: '{key}: {summary}', issueKey: undefined, line: 'Round up' },
  { subject: 'fix: {key} {summary}', issueKey: 'PROJ-1', line: 'fix: PROJ-1 Round up' },
  { subject: 'fix: [{key}] {summary}', issueKey: undefined, line: 'fix: Round up' },
  { subject: 'fix({key}): {summary}', issueKey: 'PROJ-1', line: 'fix(PROJ-1): Round up' },
])('$subject becomes $line', ({ subject, issueKey, line }) => {
  expect(shortenSubject('Round up', planSubjectForm({ commit: { subject } }, issueKey))).toBe(line);
});

it('takes the summary as it is, and makes no words of it act', () => {
  const form = planSubjectForm({ commit: { subject: '{key}: {summary}' } }, 'PROJ-1');
  expect(shortenSubject('Pay $& {key}', form)).toBe('PROJ-1: Pay $& {key}');
  expect(shortenSubject('Ping [skip ci]', form)).not.toContain('[skip ci]');
});

it.each([
  { type: 'bug', line: 'fix(PROJ-1): Round up' },
  { type: 'Epic', line: 'chore(PROJ-1): Round up' },
  { type: undefined, line: 'chore(PROJ-1): Round up' },
])('has the word of the type $type', ({ type, line }) => {
  const typeWords = { listed: [{ type: 'Bug', word: 'fix' }], other: 'chore' };
  const form = planSubjectForm({ commit: { subject: '{type}({key}): {summary}' }, typeWords }, 'PROJ-1', type);
  expect(shortenSubject('Round up', form)).toBe(line);
});
