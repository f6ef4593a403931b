import { expect, it } from 'vitest';

import { aGitLabUser, aMergeRequest, theAgentUser } from '../../../test/builders/gitlab.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import { resolveBinding } from '../../domain/mapping/source/resolve-binding.ts';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { DAY } from '../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Registry } from '../projects/create-registry.ts';
import { type EndMergeRequestDeps, endMergeRequest } from './end-merge-request.ts';
import { formatFooter } from './report-footer.ts';

const ENTRY = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' } as const;
const MERGED = aMergeRequest({
  state: 'merged',
  sourceBranch: 'agent/PROJ-12',
  author: theAgentUser(),
  mergeUser: aGitLabUser({ id: 5, username: 'bob', name: 'Bob' }),
});

/** The run that opened it. */
const OPENER = aRun({ state: 'done', notified: true, result: { what: 'merge-request', mergeRequestIid: 3 } });

/** A ticket in review whose merge request was merged by Bob. */
function createFixture(refusal?: TaskError, statuses: { done?: string } = {}) {
  const binding: Binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', statuses });
  const said: string[] = [];
  const events: RunEvent[] = [];
  let status = { id: '3', name: 'In Review', category: 'indeterminate' as 'indeterminate' | 'done' };
  const getIssue = async () => anIssue({ status });
  const jira: EndMergeRequestDeps['jira'] = {
    findIssue: getIssue,
    getIssue,
    getMyself: async () => theAgent(),
    listTransitions: async () => [{ id: '31', name: 'Finish', to: { id: '4', name: 'Done' } }],
    async transition() {
      if (refusal) throw refusal;
      status = { id: '4', name: 'Done', category: 'done' };
    },
    listComments: async () => [],
    async addComment(_key, markdown) {
      said.push(markdown);
      return anIssueComment({ author: theAgent(), body: markdown });
    },
    updateComment: async () => {},
  };
  const registry = only<Registry>({
    listOfProject: async () => [{ state: 'ready', binding, project: { projectId: 7, cloneUrl: '', webUrl: '' } }],
    status: () => [],
  });
  const deps: EndMergeRequestDeps = {
    jira,
    gitlabFor: async () =>
      only<GitLab>({
        getCurrentUser: async () => theAgentUser(),
        findMergeRequest: async () => MERGED,
        findOpenMergeRequest: async () => undefined,
        listApprovers: async () => [aGitLabUser({ id: 6, username: 'cleo', name: 'Cleo' })],
      }),
    mapping: { current: async () => ({ registry }) },
    ledger: {
      listRecent: async () => [OPENER],
      listEvents: async () => events,
      append: async (...added) => void events.push(...added),
    },
    outbox: { enqueue: async () => true },
    admitTask: async () => {},
    agentId: 'cmap-1',
    clock: createManualClock(),
    log: silentLog,
  };
  return { deps, said, events, statusNow: () => status.name };
}

it('moves the ticket to its end and names who merged', async () => {
  const { deps, said, statusNow } = createFixture();
  expect(await endMergeRequest(ENTRY, deps)).toBe('done');
  expect(statusNow()).toBe('Done');
  expect(said).toMatchObject([expect.stringMatching(/was merged by Bob/)]);
  expect(said[0]).not.toContain('could not be moved');
});

it('names the run that opened it below its comment, and edits one that an earlier version has written', async () => {
  const { deps, said } = createFixture();
  const former = `Merged.\n\n${formatFooter({ purpose: 'merged', runId: 'mr~7~3', agentId: 'cmap-1' })}`;
  const listComments = async () => [anIssueComment({ id: '9', author: theAgent(), body: former })];
  const edits: string[] = [];
  const updateComment = async (_key: string, id: string, body: string) => void edits.push(`${id} ${body}`);
  await endMergeRequest(ENTRY, { ...deps, jira: { ...deps.jira, listComments, updateComment } });
  expect(said).toEqual([]);
  expect(edits).toEqual([expect.stringMatching(/^9 .*was merged by Bob[\s\S]*cmap · merged · run `run-1` · agent/)]);
});

it('says who approved, and keeps that with the run that opened it, once', async () => {
  const { deps, said, events } = createFixture();
  await endMergeRequest(ENTRY, deps);
  await endMergeRequest(ENTRY, deps);
  expect(said[0]).toContain('Approved by Cleo.');
  const fields = { iid: 3, mergedBy: 'bob', approvedBy: 'cleo' };
  expect(events).toEqual([{ runId: 'run-1', at: MERGED.updatedAt, name: 'merge-request-merged', fields }]);
});

it.each([
  { name: 'of another route', url: 'https://gitlab.example/group/other/-/merge_requests/3', kept: 0 },
  { name: 'of a route that is gone, by its address', url: MERGED.webUrl, kept: 1 },
])('takes a run for the one that opened a merge request by its repository and number: $name', async ({ url, kept }) => {
  const { deps, events } = createFixture();
  const task = aCodingTask({ route: 'other' });
  const other = { ...OPENER, task, result: { what: 'merge-request', mergeRequestIid: 3, mergeRequestUrl: url } };
  const listRecent = async () => [other];
  expect(await endMergeRequest(ENTRY, { ...deps, ledger: { ...deps.ledger, listRecent } })).toBe('done');
  expect(events).toHaveLength(kept);
});

it('with `done: off` keeps who merged and approved, and leaves the ticket alone', async () => {
  const { deps, said, events, statusNow } = createFixture(undefined, { done: 'off' });
  expect(await endMergeRequest(ENTRY, deps)).toBe('done');
  expect(await endMergeRequest(ENTRY, deps)).toBe('done');
  expect(events).toMatchObject([{ runId: 'run-1', fields: { iid: 3, mergedBy: 'bob', approvedBy: 'cleo' } }]);
  expect(statusNow()).toBe('In Review');
  expect(said).toEqual([]);
});

it('keeps who merged and approved when the ticket is gone', async () => {
  const { deps, said, events } = createFixture();
  expect(await endMergeRequest(ENTRY, { ...deps, jira: { ...deps.jira, findIssue: async () => undefined } })).toBe(
    'done',
  );
  expect(events).toMatchObject([{ fields: { mergedBy: 'bob', approvedBy: 'cleo' } }]);
  expect(said).toEqual([]);
});

it.each([
  {
    name: 'the workflow wants a field',
    refusal: new TaskError('jira-refused', { detail: 'resolution: *Resolution* is required.' }),
    problem: 'Jira refused the request. resolution: \\*Resolution\\* is required.',
  },
  {
    name: 'the agent may not',
    refusal: new TaskError('jira-forbidden'),
    problem: 'The Jira account of the agent may not do this.',
  },
])('still names who merged when $name, and says why the ticket stays', async ({ refusal, problem }) => {
  const { deps, said, statusNow } = createFixture(refusal);
  expect(await endMergeRequest(ENTRY, deps)).toBe('done');
  expect(statusNow()).toBe('In Review');
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('was merged by Bob');
  expect(said[0]).toContain(`The ticket could not be moved: ${problem}`);
});

it.each<ErrorCode>(['jira-unavailable', 'jira-rate-limited', 'jira-unauthorized'])(
  'is done another time after %s, and says nothing yet',
  async (code) => {
    const { deps, said } = createFixture(new TaskError(code));
    await expect(endMergeRequest(ENTRY, deps)).rejects.toMatchObject({ code });
    expect(said).toEqual([]);
  },
);

it.each([
  { state: 'parked' as const, parkedReason: 'month-budget', answer: 'done' },
  { state: 'parked' as const, parkedReason: 'budget', answer: 'done' },
  { state: 'parked' as const, parkedReason: 'concurrency', answer: 'reschedule' },
  { state: 'running' as const, answer: 'reschedule' },
])('waits for a run at work, and for none that a used up budget holds until the next day or month: %s', async (run) => {
  const { answer, ...other } = run;
  const { deps, statusNow } = createFixture();
  const waiting = aRun({ runId: 'run-2', ...other });
  const listRecent = async () => [waiting, OPENER];
  expect(await endMergeRequest(ENTRY, { ...deps, ledger: { ...deps.ledger, listRecent } })).toBe(answer);
  expect(statusNow()).toBe(answer === 'done' ? 'Done' : 'In Review');
});

it('waits for a run that cannot be read, because it may be at work, but not for good', async () => {
  const { deps, statusNow } = createFixture();
  const clock = createManualClock();
  const createdAt = clock.now();
  const ledger: EndMergeRequestDeps['ledger'] = {
    ...deps.ledger,
    async listRecent(_subject, _limit, { onUnreadable } = {}) {
      onUnreadable?.('run-2', createdAt);
      return [OPENER];
    },
  };
  expect(await endMergeRequest(ENTRY, { ...deps, ledger, clock })).toBe('reschedule');
  expect(statusNow()).toBe('In Review');
  await clock.advance(DAY);
  expect(await endMergeRequest(ENTRY, { ...deps, ledger, clock })).toBe('done');
  expect(statusNow()).toBe('Done');
});

it('names who merged on a ticket that was moved to another project, and leaves its status alone there', async () => {
  const { deps, said, statusNow } = createFixture();
  const findIssue = async () => anIssue({ key: 'OTHER-5', status: { id: '3', name: 'In Review', category: 'new' } });
  const jira = { ...deps.jira, findIssue, getIssue: findIssue };
  expect(await endMergeRequest(ENTRY, { ...deps, jira })).toBe('done');
  expect(statusNow()).toBe('In Review');
  expect(said[0]).toMatch(/was merged by Bob.*could not be moved: it stands in another project now/s);
});
