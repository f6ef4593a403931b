import { expect, it } from 'vitest';
import { computeCallsFloor, type RepositoryReads } from './calls-floor.ts';

const reads: RepositoryReads = {
  projectRead: true,
  rangesFromRef: 1,
  rangesFromRoot: 0,
  rangesFromTag: 0,
  tagsCompared: 0,
  commitsListed: [1000],
  elsewhereListed: [],
  mergeRequestsListed: 300,
  openMergeRequestsListed: null,
  detailed: [300],
  detailedPerCall: 100,
  approvalEventsListed: 300,
  approvalsAsked: 0,
  pipelinesListed: [500],
  deploymentsListed: 100,
  leftoversAsked: 20,
  diffVersionsAsked: 0,
  filesListed: [],
  tagsAsked: 0,
};
const jira = {
  projects: 1,
  projectsWithVersion: 1,
  issuesSearched: 500,
  keysLookedUp: 150,
  keysAskedAlone: 3,
  histories: 500,
};

it('stays below 55 and 15 calls for 1,000 commits, 300 merge requests, 500 issues and 150 further keys', () => {
  expect(computeCallsFloor([reads], jira)).toEqual({
    gitlab: 1 + 2 + 10 + 3 + 3 + 3 + 5 + 1 + 20,
    jira: 2 + 5 + 2 + 3 + 1 + 1,
  });
});

it.each<[string, Partial<RepositoryReads>, number]>([
  ['a clone saves the pages of commits', { commitsListed: [] }, 38],
  ['a first release resolves its end only', { rangesFromRef: 0, rangesFromRoot: 1 }, 47],
  ['approvals whose times are not listed are asked one by one', { approvalEventsListed: null, approvalsAsked: 5 }, 50],
  ['an empty list costs its call', { mergeRequestsListed: 0 }, 46],
  ['a full page needs no further one', { mergeRequestsListed: 100 }, 46],
  ['GraphQL in smaller batches costs more', { detailedPerCall: 25 }, 57],
  ['paths of a binding ask for the files of each change', { filesListed: [3, 0, 250] }, 53],
  ['an end that named another commit before is asked for being a tag', { tagsAsked: 1 }, 49],
  ['--deep asks for every approval', { approvalsAsked: 300 }, 348],
  ['the newest tag that the end contains has to be found', { rangesFromRef: 0, rangesFromTag: 1, tagsCompared: 2 }, 50],
  ['a release branch is compared with the default branch', { elsewhereListed: [120] }, 50],
])('%s', (_, changed, gitlab) => {
  expect(computeCallsFloor([{ ...reads, ...changed }], jira).gitlab).toBe(gitlab);
});

it('asks no project without the version for its counts and issues', () => {
  const none = {
    projects: 2,
    projectsWithVersion: 0,
    issuesSearched: 0,
    keysLookedUp: 0,
    keysAskedAlone: 0,
    histories: 0,
  };
  expect(computeCallsFloor([], none)).toEqual({ gitlab: 0, jira: 2 });
});
