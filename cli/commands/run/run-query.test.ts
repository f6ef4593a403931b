import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../shared/kernel/clock.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { parseRunQuery, splitTerms } from './run-query.ts';

const NOW = Date.UTC(2026, 0, 31);
const FAILED = aRun({
  runId: 'run-1a2b',
  state: 'failed',
  createdAt: NOW - 3 * HOUR,
  updatedAt: NOW - HOUR,
  notified: true,
  code: 'push-rejected',
  detail: 'Branch agent/PROJ-12',
  facts: { labels: ['Urgent', 'needs review'] },
});
const PARKED = aRun({
  ...FAILED,
  runId: 'run-3c4d',
  task: aReviewTask(),
  state: 'parked',
  createdAt: NOW - 72 * HOUR,
  facts: {},
});
const MERGE_REQUEST = 'https://gitlab.example.com/group/app/-/merge_requests/41';
const DONE = aRun({
  runId: 'run-5e6f',
  state: 'done',
  result: { what: 'merge-request', mergeRequestUrl: MERGE_REQUEST },
});

describe('parseRunQuery', () => {
  it.each([
    { query: '', fits: ['run-1a2b', 'run-3c4d'] },
    { query: 'is:failed', fits: ['run-1a2b'] },
    { query: '-is:failed', fits: ['run-3c4d'] },
    { query: 'is:open', fits: ['run-3c4d'] },
    { query: '-is:open', fits: ['run-1a2b'] },
    { query: 'kind:review', fits: ['run-3c4d'] },
    { query: 'created:<24h', fits: ['run-1a2b'] },
    { query: 'created:>1d', fits: ['run-3c4d'] },
    { query: 'updated:<2h', fits: ['run-1a2b', 'run-3c4d'] },
    { query: 'proj-12', fits: ['run-1a2b', 'run-3c4d'] },
    { query: 'PROJ-1', fits: [] },
    { query: 'https://jira.example.com/browse/PROJ-12', fits: ['run-1a2b', 'run-3c4d'] },
    { query: '!3', fits: ['run-3c4d'] },
    { query: '7!3', fits: ['run-3c4d'] },
    { query: '8!3', fits: [] },
    { query: 'app!3', fits: ['run-3c4d'] },
    { query: 'group/app!3', fits: ['run-3c4d'] },
    { query: 'other/app!3', fits: [] },
    { query: '-!3', fits: ['run-1a2b'] },
    { query: 'run-1A', fits: ['run-1a2b'] },
    { query: 'transcripts/run-1a2b/1-0.jsonl', fits: ['run-1a2b'] },
    { query: 'is:failed,parked', fits: ['run-1a2b', 'run-3c4d'] },
    { query: '-is:failed,done', fits: ['run-3c4d'] },
    { query: 'IS:Failed', fits: ['run-1a2b'] },
    { query: 'kind:review,reply', fits: ['run-3c4d'] },
    { query: 'label:urgent', fits: ['run-1a2b'] },
    { query: 'label:urg', fits: [] },
    { query: 'label:"needs review"', fits: ['run-1a2b'] },
    { query: 'label:wip,urgent', fits: ['run-1a2b'] },
    { query: '-label:urgent', fits: ['run-3c4d'] },
    { query: '-label:wip', fits: ['run-1a2b', 'run-3c4d'] },
    { query: '-created:<24h', fits: ['run-3c4d'] },
    { query: '"branch agent"', fits: ['run-1a2b', 'run-3c4d'] },
    { query: 'PUSH-rejected is:failed', fits: ['run-1a2b'] },
    { query: 'is:failed kind:review', fits: [] },
    { query: 'is:failed sort:cost', fits: ['run-1a2b'] },
  ])('$query fits $fits', ({ query, fits }) => {
    const { matches } = parseRunQuery(splitTerms(query), NOW);
    const paths = (projectId: number) => (projectId === 7 ? 'group/app' : undefined);

    expect([FAILED, PARKED].filter((run) => matches(run, paths)).map(({ runId }) => runId)).toEqual(fits);
  });

  it('knows the project, how far back to read, and the order', () => {
    const query = parseRunQuery(['project:proj', 'created:<2h', 'created:<1d', 'sort:updated'], NOW);

    expect(query).toMatchObject({ projects: ['PROJ'], createdSince: NOW - 2 * HOUR, sort: 'updated' });
    expect(parseRunQuery(['project:a,b', 'project:B,A', '-binding:c'], NOW)).toMatchObject({
      projects: ['A', 'B'],
      excludedProjects: ['C'],
    });
    expect(parseRunQuery(['created:>7d', '-created:<9d'], NOW).createdBefore).toBe(NOW - 9 * 24 * HOUR);
  });

  it('knows the merge request a coding run has opened', () => {
    expect(parseRunQuery(['!41'], NOW).matches(DONE)).toBe(true);
    expect(parseRunQuery([MERGE_REQUEST], NOW).matches(DONE)).toBe(true);
    expect(parseRunQuery(['group/other!41'], NOW).matches(DONE)).toBe(false);
  });

  it('says what it takes to decide', () => {
    const ask = (text: string) => parseRunQuery(splitTerms(text), NOW);
    expect(ask('is:failed !3 PROJ-12')).toMatchObject({ asksLabels: false, asksPaths: false });
    expect(ask('-label:x app!3')).toMatchObject({ asksLabels: true, asksPaths: true });
  });

  it.each([
    ['is:gone', 'is:gone is not understood; write one of planned, queued,'],
    ['kind:code', 'kind:code is not understood; write one of coding, review, reply, update, audit, echo'],
    ['created:24h', 'created:24h is not understood; write created:<24h or created:>7d'],
    ['created:<soon', 'created:<soon is not understood'],
    ['sort:size', 'sort:size is not understood; write one of created, updated, cost'],
    ['milestone:x', 'milestone: is no field of a run; known are is, kind, project, label, created, updated and sort'],
    ['-sort:cost', '-sort:cost is not understood; an order cannot be excluded'],
    ['sort:cost,created', 'sort:cost,created is not understood; runs have one order, such as sort:cost'],
    ['is:,', 'is:, is not understood; write one of'],
    ['label:""', 'has no value'],
    ['is:', '"is:" has no value; write for example is:failed'],
    ['-', '"-" has no value'],
  ])('refuses %s in one line', (term, message) => {
    expect(() => parseRunQuery([term], NOW)).toThrow(message);
  });

  it.each([
    ['project:A project:B', 'project:B asks for a second project; write project:A,B'],
    ['sort:cost sort:updated', 'sort:updated is not understood; runs have one order, such as sort:cost'],
  ])('refuses %s, of which one would be lost', (query, message) => {
    expect(() => parseRunQuery(splitTerms(query), NOW)).toThrow(message);
  });
});
