import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../shared/kernel/clock.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { parseRunQuery } from './run-query.ts';

const NOW = Date.UTC(2026, 0, 31);
const FAILED = aRun({
  runId: 'run-1a2b',
  state: 'failed',
  createdAt: NOW - 3 * HOUR,
  updatedAt: NOW - HOUR,
  notified: true,
  code: 'push-rejected',
  detail: 'Branch agent/PROJ-12',
});
const PARKED = aRun({ ...FAILED, runId: 'run-3c4d', task: aReviewTask(), state: 'parked', createdAt: NOW - 72 * HOUR });

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
    { query: 'PUSH-rejected is:failed', fits: ['run-1a2b'] },
    { query: '-project:PROJ', fits: ['run-3c4d'] },
    { query: 'is:failed kind:review', fits: [] },
    { query: 'is:failed sort:cost', fits: ['run-1a2b'] },
  ])('$query fits $fits', ({ query, fits }) => {
    const { matches } = parseRunQuery(query.split(' ').filter(Boolean), NOW);

    expect([FAILED, PARKED].filter(matches).map(({ runId }) => runId)).toEqual(fits);
  });

  it('knows the project, how far back to read, and the order', () => {
    const query = parseRunQuery(['project:proj', 'created:<2h', 'created:<1d', 'sort:updated'], NOW);

    expect(query).toMatchObject({ project: 'PROJ', createdSince: NOW - 2 * HOUR, sort: 'updated' });
  });

  it.each([
    ['is:gone', 'is:gone is not understood; write one of planned, queued,'],
    ['kind:code', 'kind:code is not understood; write one of coding, review, reply, update, audit, echo'],
    ['created:24h', 'created:24h is not understood; write created:<24h or created:>7d'],
    ['created:<soon', 'created:<soon is not understood'],
    ['sort:size', 'sort:size is not understood; write one of created, updated, cost'],
    ['label:x', 'label: is no field of a run; known are is, kind, project, created, updated and sort'],
    ['is:', '"is:" has no value; write for example is:failed'],
    ['-', '"-" has no value'],
  ])('refuses %s in one line', (term, message) => {
    expect(() => parseRunQuery([term], NOW)).toThrow(message);
  });
});
