import { expect, it } from 'vitest';

import { anIssue } from '../../../test/builders/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { SearchedBinding } from './jql.ts';
import { searchTriggers } from './search-triggers.ts';

const bindings = Array.from(
  { length: 8 },
  (_, n): SearchedBinding => ({ jiraProject: `P${n}`, trigger: { kind: 'status', status: 'AI Ready' } }),
);

/**
 * Finds one issue in each project it is asked for, and refuses searches that name a project of `unknown`, as Jira does.
 */
function createSearch({
  unknown = [],
  code = 'jira-refused',
}: {
  unknown?: string[];
  code?: 'jira-refused' | 'jira-unavailable';
} = {}) {
  const searches: string[] = [];
  return {
    searches,
    async searchIssues(jql: string) {
      searches.push(jql);
      const bad = unknown.find((project) => jql.includes(`"${project}"`));
      if (bad) throw new TaskError(code, { detail: `The value '${bad}' does not exist for the field 'project'.` });
      const projects = [...jql.matchAll(/"(P\d)"/g)].map(([, project]) => project);
      return { issues: projects.map((project) => anIssue({ key: `${project}-1` })), unreadable: [], truncated: false };
    },
  };
}

it('asks once for all projects', async () => {
  const jira = createSearch();

  const { issues, refused } = await searchTriggers(jira, bindings);

  expect(jira.searches).toHaveLength(1);
  expect(issues).toHaveLength(8);
  expect(refused).toEqual([]);
});

it('asks nothing without bindings', async () => {
  const jira = createSearch();

  expect((await searchTriggers(jira, [])).issues).toEqual([]);
  expect(jira.searches).toEqual([]);
});

it('finds the issues of all others when Jira does not know one project, and names it', async () => {
  const jira = createSearch({ unknown: ['P5'] });

  const { issues, refused } = await searchTriggers(jira, bindings);

  expect(issues.map(({ key }) => key)).toEqual(['P0-1', 'P1-1', 'P2-1', 'P3-1', 'P4-1', 'P6-1', 'P7-1']);
  expect(refused).toEqual([{ jiraProject: 'P5', reason: "The value 'P5' does not exist for the field 'project'." }]);
  // One for all, then two for each halving.
  expect(jira.searches).toHaveLength(7);
});

it('finds what was changed in a project whose trigger Jira does not know, and names the project', async () => {
  const searches: string[] = [];
  const renamed: SearchedBinding = { jiraProject: 'P1', trigger: { kind: 'status', status: 'Renamed' } };
  const jira = {
    async searchIssues(jql: string) {
      searches.push(jql);
      if (jql.includes('"Renamed"')) throw new TaskError('jira-refused', { detail: 'no such status' });
      const projects = [...jql.matchAll(/"(P\d)"/g)].map(([, project]) => project);
      const found = new Set(projects);
      return { issues: [...found].map((key) => anIssue({ key: `${key}-1` })), unreadable: [], truncated: false };
    },
  };

  const { issues, refused } = await searchTriggers(jira, [...bindings.slice(0, 1), renamed], {
    changedWithinMinutes: 4,
  });

  expect(issues.map(({ key }) => key)).toEqual(['P0-1', 'P1-1']);
  expect(refused).toEqual([{ jiraProject: 'P1', reason: 'no such status' }]);
  expect(searches).toHaveLength(4);
  expect(searches.at(-1)).toBe('project = "P1" AND statusCategory != Done AND updated >= "-4m" ORDER BY updated DESC');
});

it('lets failures pass that are not about one binding', async () => {
  const jira = createSearch({ unknown: ['P5'], code: 'jira-unavailable' });

  await expect(searchTriggers(jira, bindings)).rejects.toMatchObject({ code: 'jira-unavailable' });
  expect(jira.searches).toHaveLength(1);
});

it('ends with a bounded number of searches where Jira refuses every one, and names every project', async () => {
  const many = Array.from(
    { length: 500 },
    (_, n): SearchedBinding => ({ jiraProject: `P${n}`, trigger: { kind: 'status', status: 'AI Ready' } }),
  );
  let searches = 0;
  const jira = {
    async searchIssues(): Promise<never> {
      searches += 1;
      throw new TaskError('jira-refused', { detail: 'The requested API has been removed.' });
    },
  };

  const { issues, refused } = await searchTriggers(jira, many);

  expect(issues).toEqual([]);
  expect(new Set(refused.map(({ jiraProject }) => jiraProject)).size).toBe(500);
  expect(refused[0]?.reason).toBe('The requested API has been removed.');
  expect(searches).toBe(60);
});
