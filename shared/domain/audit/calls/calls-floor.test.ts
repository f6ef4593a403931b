import { expect, it } from 'vitest';
import { computeCallsFloor, type RepositoryReads } from './calls-floor.ts';

const reads: RepositoryReads = {
  rangesFromRef: 1,
  rangesFromRoot: 0,
  commitsListed: [1000],
  mergeRequestsListed: 300,
  openMergeRequestsListed: null,
  detailed: 300,
  detailedPerCall: 100,
  approvalsAsked: 0,
  pipelinesListed: [500],
  deploymentsListed: 100,
  leftoversAsked: 20,
  diffVersionsAsked: 0,
};
const jira = { projects: 1, projectsWithVersion: 1, issuesSearched: 500, keysLookedUp: 150, histories: 500 };

it('stays below 55 and 15 calls for 1,000 commits, 300 merge requests, 500 issues and 150 further keys', () => {
  expect(computeCallsFloor([reads], jira)).toEqual({ gitlab: 2 + 10 + 3 + 3 + 5 + 1 + 20, jira: 2 + 5 + 2 + 1 });
});

it.each<[string, Partial<RepositoryReads>, number]>([
  ['a clone saves the pages of commits', { commitsListed: [] }, 34],
  ['a first release resolves its end only', { rangesFromRef: 0, rangesFromRoot: 1 }, 43],
  ['an empty list costs its call', { mergeRequestsListed: 0 }, 42],
  ['a full page needs no further one', { mergeRequestsListed: 100 }, 42],
  ['GraphQL in smaller batches costs more', { detailedPerCall: 25 }, 53],
  ['--deep asks for every approval', { approvalsAsked: 300 }, 344],
])('%s', (_, changed, gitlab) => {
  expect(computeCallsFloor([{ ...reads, ...changed }], jira).gitlab).toBe(gitlab);
});

it('asks no project without the version for its counts and issues', () => {
  const none = { projects: 2, projectsWithVersion: 0, issuesSearched: 0, keysLookedUp: 0, histories: 0 };
  expect(computeCallsFloor([], none)).toEqual({ gitlab: 0, jira: 2 });
});
