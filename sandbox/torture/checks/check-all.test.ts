import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { formatFooter } from '../../../shared/services/notifications/report-footer.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { anAgentNote, aTorturedMergeRequest, someFacts } from '../../../test/builders/torture.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { AGENT } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkAll } from './check-all.ts';

const SHA = 'a'.repeat(40);
const SCOPE = 'mr~7~3';

const anEndedRun = (overrides: Partial<Run> = {}) =>
  aRun({ state: 'done', notified: true, createdAt: 10, updatedAt: 20, ...overrides });

function aReport(runId = 'run-1', sentence = 'The agent changed nothing') {
  const footer = formatFooter({ purpose: 'report', runId, agentId: 'cmap' });
  return { issueKey: 'PROJ-12', commentId: '1', purpose: 'report', runId, text: `${sentence}\n\n${footer}` };
}

const aMergeRequest = aTorturedMergeRequest;
const SUMMARY = anAgentNote({ scope: SCOPE, sha: SHA });

function ordinaryFacts(overrides: Partial<Facts> = {}): Facts {
  return someFacts({
    entries: [{ issueKey: 'PROJ-12', revision: '10233', at: 5, withdrawn: false }],
    runs: [anEndedRun()],
    receivedMarkers: new Set(['marker1x']),
    reports: [aReport()],
    notes: [SUMMARY],
    mergeRequests: [aMergeRequest()],
    commits: new Map([['group/app', [{ sha: SHA, runs: ['run-1'] }]]]),
    ...overrides,
  });
}

function aTorture(overrides: Partial<TortureEnvironment> = {}): TortureEnvironment {
  const issue = { status: { name: 'In Review', category: 'indeterminate' }, blockedBy: [], changes: [] };
  const jira = { issueKeys: ['PROJ-12'], issue: () => issue };
  const environment = { jira };
  const comments = [{ issueKey: 'PROJ-12', marker: 'marker1x', at: 1 }];
  const said = { comments, pushed: [], asked: [], approved: new Set(), heldBack: new Set() };
  const features = { ignored: [], allowed: [], takenOff: new Set(), named: [], log: [] };
  return { environment, ...said, ...features, ...overrides } as unknown as TortureEnvironment;
}

const kindsOf = (facts: Partial<Facts>, torture: Partial<TortureEnvironment> = {}) =>
  checkAll(ordinaryFacts(facts), aTorture(torture)).map(({ kind }) => kind);

describe('what holds', () => {
  it('is no violation', () => expect(kindsOf({})).toEqual([]));

  it.each<{ name: string; facts: Partial<Facts> }>([
    {
      name: 'a ticket withdrawn before it was seen',
      facts: { entries: [{ issueKey: 'PROJ-12', revision: '1', at: 5, withdrawn: true }], runs: [], reports: [] },
    },
    {
      name: 'a failure that is reported',
      facts: { runs: [anEndedRun({ state: 'failed' })], reports: [aReport('run-1', 'The agent stopped.')] },
    },
    {
      name: 'a second run of one hand-over that found nothing to do',
      facts: { runs: [anEndedRun(), anEndedRun({ runId: 'run-2', state: 'superseded' })] },
    },
    {
      name: 'a hand-over that a run begun later has answered',
      facts: {
        runs: [
          anEndedRun({ state: 'superseded' }),
          anEndedRun({ runId: 'run-2', task: aCodingTask({ id: 'coding~PROJ-12~c7' }) }),
        ],
        reports: [aReport('run-2')],
        sessionAt: new Map([['run-2', 6]]),
      },
    },
    {
      name: 'a draft of a person without a review',
      facts: { mergeRequests: [aMergeRequest({ title: 'Draft: x' })], notes: [] },
    },
    {
      name: 'a closed merge request without a review',
      facts: { mergeRequests: [aMergeRequest({ state: 'closed' })], notes: [] },
    },
    {
      name: 'a merge request of a bot that no binding wants reviewed',
      facts: { mergeRequests: [aMergeRequest({ author: { username: 'renovate', bot: true } })], notes: [] },
    },
    {
      name: 'a head of a bot that was reviewed often enough',
      facts: {
        runs: [
          anEndedRun(),
          anEndedRun({
            runId: 'run-2',
            state: 'superseded',
            detail: 'bot-reviewed-often',
            task: aReviewTask({ headSha: SHA }),
          }),
        ],
        notes: [{ ...SUMMARY, sha: 'b'.repeat(40) }],
      },
    },
    {
      name: 'a review that failed and says so',
      facts: {
        runs: [anEndedRun(), anEndedRun({ runId: 'run-2', state: 'failed', task: aReviewTask({ headSha: SHA }) })],
        notes: [{ ...SUMMARY, purpose: 'failure', run: 'run-2' }],
      },
    },
    {
      name: 'poison of a run that is reported',
      facts: {
        runs: [anEndedRun({ state: 'failed', code: 'too-many-attempts' })],
        reports: [aReport('run-1', 'The agent stopped.')],
        poisonCount: 1,
        poison: [{ messageId: 'm', insertedAt: 1, reason: 'x', attempt: 5, runId: 'run-1' }],
      },
    },
  ])('$name', ({ facts }) => expect(kindsOf(facts)).toEqual([]));
});

describe('what does not hold', () => {
  it.each<{ name: string; kind: string; facts?: Partial<Facts>; torture?: Partial<TortureEnvironment> }>([
    { name: 'an open run', kind: 'stuck', facts: { openRuns: [anEndedRun({ runId: 'run-9', state: 'parked' })] } },
    { name: 'a message that stays in the queue', kind: 'stuck', facts: { queued: 1 } },
    { name: 'a scope that is never released', kind: 'stuck', facts: { scopes: ['mr~7~3 (run-1)'] } },
    { name: 'a ticket without a run', kind: 'loss', facts: { runs: [], reports: [] } },
    {
      name: 'a ticket whose only run was superseded',
      kind: 'loss',
      facts: { runs: [anEndedRun({ state: 'superseded' })], reports: [] },
    },
    {
      name: 'a hand-over that only an earlier run could have answered',
      kind: 'loss',
      facts: {
        runs: [
          anEndedRun({ state: 'superseded' }),
          anEndedRun({ runId: 'run-2', task: aCodingTask({ id: 'coding~PROJ-12~c7' }) }),
        ],
        reports: [aReport('run-2')],
        sessionAt: new Map([['run-2', 4]]),
      },
    },
    {
      name: 'one hand-over done twice',
      kind: 'duplicate',
      facts: { runs: [anEndedRun(), anEndedRun({ runId: 'run-2' })], reports: [aReport(), aReport('run-2')] },
    },
    { name: 'two comments of one run', kind: 'duplicate', facts: { reports: [aReport(), aReport()] } },
    {
      name: 'progress that never ends',
      kind: 'stuck',
      facts: { reports: [aReport('run-1', 'The agent is working on this issue.')] },
    },
    {
      name: 'progress left by a superseded run',
      kind: 'stuck',
      facts: {
        runs: [anEndedRun(), anEndedRun({ runId: 'run-2', state: 'superseded' })],
        reports: [aReport(), aReport('run-2', 'The agent is working on this issue.')],
      },
    },
    { name: 'an end that the ticket does not report', kind: 'loss', facts: { reports: [] } },
    { name: 'a failure reported as something else', kind: 'loss', facts: { runs: [anEndedRun({ state: 'failed' })] } },
    {
      name: 'a comment that never reached the agent',
      kind: 'loss',
      torture: { comments: [{ issueKey: 'PROJ-12', marker: 'marker2x', at: 1 }] },
    },
    {
      name: 'two commits of one run',
      kind: 'duplicate',
      facts: {
        commits: new Map([
          [
            'group/app',
            [
              { sha: SHA, runs: ['run-1'] },
              { sha: 'b', runs: ['run-1'] },
            ],
          ],
        ]),
      },
    },
    {
      name: 'a reported commit that is nowhere',
      kind: 'loss',
      facts: { runs: [anEndedRun({ result: { what: 'x', commitSha: 'c' } })] },
    },
    {
      name: "a person's commit that is gone",
      kind: 'loss',
      torture: { pushed: [{ repo: 'group/app', branch: 'x', sha: 'd' }] },
    },
    {
      name: 'two open merge requests of one branch',
      kind: 'duplicate',
      facts: { mergeRequests: [aMergeRequest(), aMergeRequest()] },
    },
    { name: 'two summaries', kind: 'duplicate', facts: { notes: [SUMMARY, SUMMARY] } },
    { name: 'a head without a review', kind: 'loss', facts: { notes: [{ ...SUMMARY, sha: 'b'.repeat(40) }] } },
    {
      name: 'one finding twice',
      kind: 'duplicate',
      facts: {
        notes: [SUMMARY, ...[1, 2].map((noteId) => ({ ...SUMMARY, noteId, purpose: 'finding', fingerprint: 'f' }))],
      },
    },
    {
      name: 'a question without an answer',
      kind: 'loss',
      torture: { asked: [{ repo: 'group/app', iid: 3, noteId: 8 }] },
    },
    {
      name: 'a question answered twice',
      kind: 'duplicate',
      facts: { notes: [SUMMARY, ...[1, 2].map((noteId) => ({ ...SUMMARY, noteId, purpose: 'answer', answers: 8 }))] },
    },
    {
      name: 'a failed answer that is not reported',
      kind: 'loss',
      facts: { runs: [anEndedRun(), anEndedRun({ runId: 'run-2', state: 'failed', task: aReplyTask() })] },
    },
    {
      name: 'poison that is not reported',
      kind: 'loss',
      facts: {
        poisonCount: 1,
        poison: [{ messageId: 'm', insertedAt: 1, reason: 'x', attempt: 5, runId: 'run-7' }],
        runs: [anEndedRun()],
      },
    },
    {
      name: 'an end without a name',
      kind: 'defect',
      facts: {
        runs: [anEndedRun({ state: 'failed', code: 'unexpected' })],
        reports: [aReport('run-1', 'The agent stopped.')],
      },
    },
  ])('$name is a $kind', ({ kind, facts = {}, torture = {} }) => expect(kindsOf(facts, torture)).toContain(kind));
});

describe('a ticket that the agent put in review', () => {
  const changes = [{ authorId: AGENT, at: 9, items: [{ field: 'status', toString: 'In Review' }] }];
  const issue = { status: { name: 'In Review', category: 'indeterminate' }, blockedBy: [], changes };
  const environment = {
    jira: { issueKeys: ['PROJ-12'], issue: () => issue },
  } as unknown as TortureEnvironment['environment'];
  const own = (iid: number, state: SandboxMergeRequest['state']) =>
    aMergeRequest({ iid, state, sourceBranch: 'agent/PROJ-12', author: { username: 'agent-a', bot: true } });

  it.each<{ name: string; mergeRequests: SandboxMergeRequest[]; kinds: string[] }>([
    { name: 'whose merge request was merged', mergeRequests: [own(3, 'merged')], kinds: ['stuck'] },
    { name: 'whose later one is open', mergeRequests: [own(3, 'merged'), own(4, 'opened')], kinds: [] },
    { name: 'whose later one was closed', mergeRequests: [own(3, 'merged'), own(4, 'closed')], kinds: [] },
    { name: 'whose later one was merged', mergeRequests: [own(3, 'closed'), own(4, 'merged')], kinds: ['stuck'] },
  ])('$name', ({ mergeRequests, kinds }) => {
    const found = kindsOf({ mergeRequests, notes: [] }, { environment });
    expect(found.filter((kind) => kind === 'stuck')).toEqual(kinds);
  });
});
