import { expect, it } from 'vitest';
import { AuditRequest } from './audit-request.ts';

const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
const problemsOf = (given: object) =>
  AuditRequest.safeParse({ fixVersion: '2.4.0', ...given }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  ) ?? [];

it('needs no more than a version, and takes that without its outer spaces', () => {
  expect(AuditRequest.parse({ fixVersion: ' 2.4.0 ' })).toEqual({
    fixVersion: '2.4.0',
    projects: [],
    repositories: [],
    scope: {},
  });
});

it.each<{ name: string; given: object; problems: string[] }>([
  { name: 'twenty labels', given: { scope: labels(20) }, problems: [] },
  { name: 'one label more', given: { scope: labels(21) }, problems: ['scope: has more than 20 entries'] },
  { name: 'twenty projects', given: { projects: Array(20).fill('PROJ') }, problems: [] },
  {
    name: 'a project more',
    given: { projects: Array(21).fill('P') },
    problems: ['projects: has more than 20 entries'],
  },
  {
    name: 'a project that is no key',
    given: { projects: ['proj'] },
    problems: ['projects.0: must be keys of Jira projects such as PROJ'],
  },
  { name: 'an empty reference', given: { to: '  ' }, problems: ['to: must not be empty'] },
  { name: 'a long reference', given: { to: 'v'.repeat(256) }, problems: ['to: has more than 255 characters'] },
  { name: 'the longest reference', given: { to: 'v'.repeat(255) }, problems: [] },
])('$name: $problems', ({ given, problems }) => {
  expect(problemsOf(given)).toEqual(problems);
});

it('refuses a misspelt field, because the audit would leave it out', () => {
  expect(problemsOf({ project: 'PROJ' })).toEqual([': Unrecognized key: "project"']);
});
