import { describe, expect, it } from 'vitest';

import type { BindingSource } from '../../../shared/domain/mapping/source/mapping-source.ts';
import type { IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import { toPlanFields } from '../../../shared/domain/runs/plan-event.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { formatFooter } from '../../../shared/services/notifications/report-footer.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aJiraUser, anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import { chooseStep, digestOf, recordStep } from './choose-step.ts';
import type { CodingRun } from './coding-run.ts';

const POSTED = 10_000;
const ISSUE = anIssue();
const CRITERIA = { listed: [], leftOut: 0 };
const PROJECT = { projectId: 7, path: 'group/app', cloneUrl: '', webUrl: '' };
const digest = digestOf({ issue: ISSUE, criteria: CRITERIA, project: PROJECT, binding: aBinding() });
const PLAN = { text: 'Greets by name.', digest };
const planned = aRun({ runId: 'run-plan', state: 'done', result: { what: 'plan' }, updatedAt: POSTED });
const byComment = (commentId: string) =>
  aCodingTask({
    id: `coding~PROJ-12~c${commentId}`,
    cause: { kind: 'issue-comment', commentId },
    requestedBy: { service: 'jira', id: 'ada', name: 'Ada' },
  });
const aComment = (overrides: Partial<IssueComment> = {}) =>
  anIssueComment({ id: '1', body: '/copilot go', createdAt: POSTED + 1, updatedAt: POSTED + 1, ...overrides });
/** The plan as it stands on the ticket. */
const posted = (overrides: Partial<IssueComment> = {}) =>
  anIssueComment({
    id: '0',
    author: theAgent(),
    body: `A plan.\n\n${formatFooter({ purpose: 'report', runId: 'run-plan', agentId: 'cmap' })}`,
    createdAt: 1,
    updatedAt: POSTED,
    ...overrides,
  });

interface Given {
  projectId?: number;
  source?: Partial<BindingSource>;
  issue?: CodingRun['issue'];
  others?: Run[];
  comments?: IssueComment[];
  task?: Run['task'];
  run?: Partial<Run>;
  events?: Record<string, Omit<RunEvent, 'runId' | 'at'>[]>;
}

function arrange({
  projectId = 7,
  source,
  issue = ISSUE,
  others = [],
  comments,
  task = byComment('1'),
  run,
  events,
}: Given) {
  const kept = { 'run-plan': [{ name: 'plan-made', fields: toPlanFields(PLAN) }], ...events };
  const asked: string[] = [];
  const context = aRunContext(task, { runId: 'run-now', createdAt: POSTED + 2, ...run });
  const coding = {
    task,
    issue,
    criteria: CRITERIA,
    project: { ...PROJECT, projectId },
    binding: aBinding({ plan: 'ask', ...source }),
    others,
    context,
    deps: {
      jira: only<Jira>({
        getMyself: async () => theAgent(),
        async listComments() {
          asked.push('comments');
          return comments ?? [posted(), aComment()];
        },
      }),
      async listRunEvents(runId: string) {
        asked.push(runId);
        return Object.entries(kept).flatMap(([id, list]) => (id === runId ? list : []));
      },
      settings: { agentId: 'cmap' },
    },
  } as unknown as CodingRun; // nothing else is looked at
  return { coding, context, asked, choose: () => chooseStep(coding, new AbortController().signal) };
}

const choose = (given: Given) => arrange(given).choose();
const APPROVED = { kind: 'code', planRun: 'run-plan' };

it('asks nothing where no plan is asked for and none was made', async () => {
  const { asked, choose } = arrange({ source: { plan: 'off' }, others: [aRun({ state: 'done' })] });
  expect(await choose()).toEqual({ kind: 'code' });
  expect(asked).toEqual([]);
});

it('plans for a ticket that carries the label', async () => {
  const source = { plan: 'off', plan_label: 'ai-plan' } as const;
  const issue = anIssue({ labels: ['ai-plan'] });
  expect(await choose({ source, issue, task: aCodingTask() })).toEqual({ kind: 'plan', mode: 'ask' });
});

describe('an approval', () => {
  it('is a comment that is newer than the plan on the ticket', async () => {
    expect(await choose({ others: [planned] })).toEqual(APPROVED);
  });

  it('is judged by the clock of Jira, which may be behind ours', async () => {
    const others = [{ ...planned, updatedAt: POSTED + 60_000 }];
    expect(await choose({ others })).toEqual(APPROVED);
    const comments = [posted({ updatedAt: POSTED + 1 }), aComment()];
    expect(await choose({ others: [planned], comments })).toEqual({
      kind: 'refused',
      reason: 'approval-of-older-plan',
    });
  });

  it('is measured by our comment alone: a copy of it by another person is none', async () => {
    const copy = posted({ id: '9', author: aJiraUser(), updatedAt: 5 });
    const comments = [copy, posted({ updatedAt: POSTED + 60_000 }), aComment()];
    expect(await choose({ others: [planned], comments })).toEqual({
      kind: 'refused',
      reason: 'approval-of-older-plan',
    });
    // Where ours was deleted, the end of the run counts.
    expect(await choose({ others: [{ ...planned, updatedAt: POSTED + 1 }], comments: [copy, aComment()] })).toEqual({
      kind: 'refused',
      reason: 'approval-of-older-plan',
    });
  });

  it('may be a change of the ticket by a person', async () => {
    const change = {
      id: '77',
      field: 'status',
      by: aJiraUser(),
      toId: '1',
      from: 'a',
      to: 'b',
      at: POSTED + 1,
    } as const;
    const task = aCodingTask({ cause: { kind: 'issue-change', revision: '77' } });
    const issue = anIssue({ changes: [change] });
    expect(await choose({ others: [planned], task, issue })).toEqual(APPROVED);
  });

  it.each([
    { name: 'repository', given: { projectId: 8 } },
    { name: 'target branch', given: { source: { target_branch: 'release/2.4.0' } } },
  ])('does not count for a ticket that goes to another $name now', async ({ given }) => {
    expect(await choose({ others: [planned], ...given })).toEqual({
      kind: 'plan',
      mode: 'ask',
      replaces: 'run-plan',
      isTicketChanged: true,
    });
  });

  it('does not count for a ticket that says something else now', async () => {
    for (const issue of [anIssue({ description: 'And all passwords.' }), anIssue({ summary: 'Else' })])
      expect(await choose({ others: [planned], issue })).toMatchObject({ kind: 'plan', isTicketChanged: true });
  });

  it('does not count for a plan that is not stored any more', async () => {
    expect(await choose({ others: [planned], events: { 'run-plan': [] } })).toMatchObject({ kind: 'plan' });
  });

  it('gives way to a newer run that is to change the plan, and to no other', async () => {
    const newer = aRun({ runId: 'run-newer', state: 'queued', createdAt: POSTED + 3, task: byComment('2') });
    const change = aComment({ id: '2', body: '/copilot wait, use a map' });
    const comments = [posted(), aComment(), change];
    expect(await choose({ others: [newer, planned], comments })).toEqual({ kind: 'superseded' });
    for (const others of [
      [{ ...newer, state: 'superseded' as const }, planned],
      [{ ...newer, createdAt: POSTED }, planned],
      [{ ...newer, task: aCodingTask() }, planned],
    ])
      expect(await choose({ others, comments })).toEqual(APPROVED);
    expect(await choose({ others: [newer, planned], comments: [posted(), aComment(), aComment({ id: '2' })] })).toEqual(
      APPROVED,
    );
  });
});

describe('a later attempt', () => {
  const begun = { attempt: 2 };
  const approved = [{ name: 'plan-approved', fields: { plan: 'run-plan' } }];

  it('goes on with what an earlier one has begun with, also where a label or a comment says otherwise now', async () => {
    const planning = [{ name: 'planning', fields: { mode: 'show', replaces: 'run-plan', ticketChanged: true } }];
    const source = { plan: 'off' } as const;
    expect(await choose({ source, run: begun, events: { 'run-now': planning } })).toEqual({
      kind: 'plan',
      mode: 'show',
      replaces: 'run-plan',
      isTicketChanged: true,
    });
    const edited = [posted(), aComment({ updatedAt: POSTED + 9 })];
    expect(await choose({ run: begun, others: [planned], comments: edited, events: { 'run-now': approved } })).toEqual(
      APPROVED,
    );
  });

  it('does not carry a plan out for a text that was changed since, unless the work was pushed already', async () => {
    const given = { run: begun, issue: anIssue({ description: 'Else' }), events: { 'run-now': approved } };
    expect(await choose(given)).toEqual({ kind: 'plan', mode: 'ask', replaces: 'run-plan', isTicketChanged: true });
    const { context, choose: chooseAgain } = arrange(given);
    await context.stage('pushing', { sha: 'abc' });
    expect(await chooseAgain()).toEqual(APPROVED);
  });

  it('decides where an earlier one did not come to it', async () => {
    expect(await choose({ run: begun, others: [planned] })).toEqual(APPROVED);
  });
});

it('records what the run begins with, and who has approved it', async () => {
  const { coding, context } = arrange({});
  await recordStep(coding, { kind: 'code' });
  await recordStep(coding, { kind: 'code', planRun: 'run-plan' });
  await recordStep({ ...coding, task: aCodingTask() }, { kind: 'code', planRun: 'run-plan' });
  await recordStep(coding, { kind: 'plan', mode: 'ask', replaces: 'run-plan', isTicketChanged: true });
  expect(context.stages).toEqual([
    { name: 'plan-approved', fields: { plan: 'run-plan', comment: '1', by: 'Ada', account: 'ada' } },
    { name: 'plan-approved', fields: { plan: 'run-plan', change: '10233' } },
    { name: 'planning', fields: { mode: 'ask', replaces: 'run-plan', ticketChanged: true } },
  ]);
});
