import { expect, it } from 'vitest';
import { aMergeRequest, aRepository } from '../../../test/builders/audit.ts';
import { anAuditPlan } from '../../../test/builders/audit-services.ts';
import { addDoneRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryArtefacts } from '../../../test/doubles/memory-artefacts.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { RunResult } from '../../domain/runs/outcome.ts';
import type { RunFacts } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { DAY } from '../../kernel/clock.ts';
import { createEvidenceStore } from './evidence/evidence-store.ts';
import { recordAgentRuns } from './evidence/record-agent-runs.ts';
import { planAudit } from './plan-audit.ts';
import { createReadAgentRuns } from './read-agent-runs.ts';

const SHA = 'a'.repeat(40);
const mergeRequest = aMergeRequest(7, { createdAt: '2026-01-05T12:00:00.000Z' });
const repository = aRepository('head', { projectId: 7, commits: [], mergeRequests: [mergeRequest] });

async function aLedger() {
  const clock = createManualClock(Date.parse('2026-01-05T11:00:00.000Z'));
  const { ledger, parts } = createMemoryStorage({ clock });
  const end = (runId: string, task: Task, result: RunResult, facts: RunFacts = {}) =>
    addDoneRun(ledger, { runId, task, result, facts });
  return { ledger, clock, end, rows: parts.rows.runs };
}

const ADA = { service: 'jira', id: 'ada', name: 'Ada' } as const;
const BOB = { service: 'gitlab', id: '5', name: 'bob' } as const;

it('finds who asked for the changes of a release, in tickets and in threads', async () => {
  const { ledger, end } = await aLedger();
  const change = { what: 'merge-request', mergeRequestIid: 7, mergeRequestUrl: mergeRequest.url, commitSha: SHA };
  await end('run-1', aCodingTask({ requestedBy: ADA }), change, {
    model: 'gpt-5',
    allowed: { by: 'Mia', maintainer: 'mia', files: [{ path: '.gitlab-ci.yml', rule: 'protected-path' }] },
  });
  await end('run-2', aReplyTask({ projectId: 7, mergeRequestIid: 7, requestedBy: BOB }), {
    what: 'answered',
    commitSha: SHA,
  });
  await end('run-3', aReplyTask({ projectId: 7, mergeRequestIid: 7, noteId: 3 }), { what: 'answered' });
  await end('run-4', aCodingTask({ id: 'other' }), { ...change, mergeRequestUrl: `${mergeRequest.url}9` });

  const read = await createReadAgentRuns(ledger, ['PROJ'])([repository]);

  expect(read).toMatchObject({
    unreadable: [],
    runs: [
      {
        runId: 'run-1',
        mergeRequestIid: 7,
        commits: [SHA],
        requester: { accountId: 'ada', name: 'Ada' },
        model: 'gpt-5',
        allowed: ['.gitlab-ci.yml (protected-path) by Mia, mia in GitLab'],
      },
      { runId: 'run-2', mergeRequestIid: 7, commits: [SHA], requester: { username: 'bob' }, model: 'not-known' },
    ],
  });
});

it('reads no run that is older than a change of the release can be', async () => {
  const { ledger, clock, end } = await aLedger();
  const change = { what: 'merge-request', mergeRequestIid: 7, mergeRequestUrl: mergeRequest.url };
  await end('run-1', aCodingTask(), change);
  await clock.advance(DAY);
  const later = aRepository('head', {
    projectId: 7,
    commits: [],
    mergeRequests: [{ ...mergeRequest, createdAt: '2026-01-20T12:00:00.000Z' }],
  });

  expect(await createReadAgentRuns(ledger, ['PROJ'])([later])).toEqual({ runs: [], marks: [], unreadable: [] });
  expect(await createReadAgentRuns(ledger, ['PROJ'])([])).toEqual({ runs: [], marks: [], unreadable: [] });
});

it('is evidence: an audit that goes on, or is replayed, takes what was stored', async () => {
  const { ledger, clock, end } = await aLedger();
  const planned = planAudit({ fixVersion: '2.4.0' }, [
    // The plan reads these fields only.
    { jiraProject: 'PROJ', repo: 'group/app', credentialRef: 'default', targetBranch: 'main' } as never,
  ]);
  if ('problem' in planned) throw new Error(planned.problem);
  const store = createEvidenceStore({ files: createMemoryArtefacts(), clock, place: 'memory' });
  await store.begin(planned.plan, 'https://example.atlassian.net');
  const readLedger = createReadAgentRuns(ledger, ['PROJ']);
  const change = { what: 'merge-request', mergeRequestIid: 7, mergeRequestUrl: mergeRequest.url };
  await end('run-1', aCodingTask({ requestedBy: ADA }), change);

  const first = recordAgentRuns(planned.plan, store, { readLedger, mayReuse: false });
  const read = await first.read([repository]);
  await end('run-2', aCodingTask({ id: 'later' }), change);
  const replayed = recordAgentRuns(planned.plan, store, { mayReuse: true });

  expect(read).toMatchObject({ runs: { length: 1 } });
  expect(await replayed.read([repository])).toEqual(read);
  expect(replayed.sources()).toEqual(first.sources());
  expect(await recordAgentRuns({ ...planned.plan, fixVersion: '9' }, store, { mayReuse: true }).read([])).toBe(
    'not-known',
  );
});

it('names a run that cannot be read, and reads the others, now and from the evidence', async () => {
  const { ledger, clock, end, rows } = await aLedger();
  const change = { what: 'merge-request', mergeRequestIid: 7, mergeRequestUrl: mergeRequest.url };
  await end('run-1', aCodingTask({ requestedBy: ADA }), change);
  await end('run-2', aCodingTask({ id: 'other' }), change);
  await corruptRun(rows, 'run-2');
  const plan = anAuditPlan();
  const store = createEvidenceStore({ files: createMemoryArtefacts(), clock, place: 'memory' });
  await store.begin(plan, 'https://example.atlassian.net');
  const readLedger = createReadAgentRuns(ledger, ['PROJ']);

  const read = await recordAgentRuns(plan, store, { readLedger, mayReuse: false }).read([repository]);
  expect(read).toMatchObject({ runs: [{ runId: 'run-1' }], unreadable: ['run-2'] });
  expect(await recordAgentRuns(plan, store, { mayReuse: true }).read([repository])).toEqual(read);
});

it('reads what reviews say about criteria, of which head and ticket, and keeps it as evidence', async () => {
  const { ledger, clock, end } = await aLedger();
  const HEAD = 'B'.repeat(40);
  const criteria = { met: 1, partly: 0, 'not-met': 1, 'not-answered': 0, leftOut: 5 };
  const marked = { what: 'reviewed', criteria, issueKey: 'PROJ-12', headSha: HEAD };
  const about = { projectId: 7, mergeRequestIid: 7 };
  await end('run-1', aReviewTask({ ...about, id: 'one' }), marked);
  await end('run-2', aReviewTask({ ...about, id: 'two' }), { ...marked, what: 'shadow-review' });
  await end('run-3', aReviewTask({ ...about, id: 'three' }), { what: 'reviewed' });
  // Its first attempt had posted everything.
  await end('run-4', aReviewTask({ ...about, id: 'four' }), { ...marked, what: 'nothing-new' });

  const readLedger = createReadAgentRuns(ledger, ['PROJ']);
  const expected = {
    runId: 'run-1',
    repository: repository.repository,
    mergeRequestIid: 7,
    headSha: HEAD.toLowerCase(),
    issueKey: 'PROJ-12',
    at: '2026-01-05T11:00:00.000Z',
    met: 1,
    partly: 0,
    notMet: 1,
    notAnswered: 0,
    leftOut: 5,
  };
  expect(await readLedger([repository])).toEqual({
    runs: [],
    marks: [expected, { ...expected, runId: 'run-4' }],
    unreadable: [],
  });

  const plan = anAuditPlan();
  const store = createEvidenceStore({ files: createMemoryArtefacts(), clock, place: 'memory' });
  await store.begin(plan, 'https://example.atlassian.net');
  const read = await recordAgentRuns(plan, store, { readLedger, mayReuse: false }).read([repository]);
  const source = expect.stringMatching(/^ledger-/);
  expect(read).toMatchObject({
    marks: [
      { runId: 'run-1', source },
      { runId: 'run-4', source },
    ],
  });
  expect(await recordAgentRuns(plan, store, { mayReuse: true }).read([repository])).toEqual(read);
});
