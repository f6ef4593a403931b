import { describe, expect, it } from 'vitest';

import { aBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { aJiraUser, anIssue, theAgent } from '../../../test/builders/jira.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { unrouted } from '../../../test/doubles/unrouted.ts';
import type { JiraBinding } from '../../domain/mapping/binding.ts';
import type { Issue } from '../../domain/ports/jira.ts';
import type { Task } from '../../domain/runs/task.ts';
import { TaskError } from '../../kernel/errors.ts';
import { type AdmitIssueDeps, admitIssue } from './admit-issue.ts';
import type { AskedBy } from './create-asker-check.ts';

const RELOADED_AT = 77;

function createFixture(more: Partial<AdmitIssueDeps> = {}) {
  const clock = createManualClock();
  const { skipLog, outbox } = createMemoryStorage({ clock });
  const admitted: { task: Task; reloadedAt: number | undefined }[] = [];
  const asked: AskedBy[] = [];
  const deps: AdmitIssueDeps = {
    admit: async (task, { reloadedAt }) => {
      admitted.push({ task, reloadedAt });
      return { kind: 'admitted', runId: 'run-1' };
    },
    skipLog,
    outbox,
    checkAsker: async (ask) => void asked.push(ask),
    routeIssue: unrouted,
    agentId: 'us',
    traceparent: () => '00-1-2-01',
    clock,
    ...more,
  };
  const admit = (issue: Partial<Issue> = {}, binding: JiraBinding = aBinding()) =>
    admitIssue(anIssue(issue), { binding, reloadedAt: RELOADED_AT }, deps);
  const enqueued = async () => (await outbox.listOpen()).map(({ entry }) => entry);
  const skipped = async (scope = 'issue~PROJ-12') =>
    (await skipLog.list(scope)).map(({ reason, detail }) => [reason, detail]);
  return { deps, admitted, asked, admit, enqueued, skipped };
}

describe('an issue in its trigger', () => {
  it('is admitted with its trace and the last reload, and says nothing on the ticket', async () => {
    const { admit, admitted, asked, enqueued, skipped } = createFixture();
    expect(await admit()).toEqual({ kind: 'admitted', runId: 'run-1' });
    const task = expect.objectContaining({ id: 'coding~PROJ-12~10233', traceparent: '00-1-2-01' });
    expect(admitted).toEqual([{ task, reloadedAt: RELOADED_AT }]);
    expect(asked).toEqual([{ by: 'change', asker: aJiraUser(), binding: aBinding() }]);
    expect([await enqueued(), await skipped()]).toEqual([[], []]);
  });

  it.each([
    { movedBy: aJiraUser({ displayName: 'Eve' }), detail: 'change 10233 by Eve' },
    { movedBy: undefined, detail: 'change 10233' },
  ])('is refused to one who may not ask, with the change that asked: $detail', async ({ movedBy, detail }) => {
    const { deps, admitted, enqueued, skipped } = createFixture({ checkAsker: async () => 'asker-not-named' });
    const { movedBy: _, ...issue } = anIssue();
    const asked = movedBy ? { ...issue, movedBy } : issue;
    expect(await admitIssue(asked, { binding: aBinding(), reloadedAt: undefined }, deps)).toEqual({
      kind: 'skipped',
      reason: 'asker-not-named',
    });
    expect(admitted).toEqual([]);
    expect(await skipped()).toEqual([['asker-not-named', detail]]);
    expect(await enqueued()).toEqual([{ kind: 'refused', issueKey: 'PROJ-12', reason: 'asker-not-named' }]);
  });
});

describe('an issue of a project with routes', () => {
  const routed = someRoutes([aRoute('web', { credential_ref: 'web_team', image: 'node22' }), aRoute('api')]);
  const [web, api] = routed;
  const about = { binding: web, routed, reloadedAt: undefined };

  it('is admitted by the route it is given, under the same id whatever that is', async () => {
    const { deps, admitted } = createFixture();
    for (const binding of [web, api]) {
      if (!binding) continue;
      await admitIssue(anIssue(), about, { ...deps, routeIssue: async () => ({ binding }) });
    }
    const id = 'coding~PROJ-12~10233';
    expect(admitted.map(({ task }) => task)).toMatchObject([
      { id, route: 'web', credentialRef: 'web_team', image: 'node22' },
      { id, route: 'api', credentialRef: 'default' },
    ]);
    expect(admitted[1]?.task).not.toHaveProperty('image');
  });

  it('is not admitted without one, and the ticket says why, before anything shows work on it', async () => {
    const choice = { problem: 'several-routes' as const, routes: routed.flatMap(({ route }) => route ?? []) };
    const { deps, admitted, enqueued, skipped } = createFixture({ routeIssue: async () => choice });
    const result = { kind: 'skipped', reason: 'several-routes' };
    expect(await admitIssue(anIssue(), about, deps)).toEqual(result);
    expect(await admitIssue(anIssue(), about, deps)).toEqual(result);
    expect(admitted).toEqual([]);
    expect(await enqueued()).toMatchObject([
      { kind: 'unrouted', issueKey: 'PROJ-12', by: 'change', problem: 'several-routes' },
    ]);
    expect(await skipped()).toEqual([['several-routes', 'web, api']]);
  });

  it('is not looked at for one who may not ask', async () => {
    const routeIssue = () => Promise.reject(new Error('not asked'));
    const { deps } = createFixture({ checkAsker: async () => 'asker-not-named', routeIssue });
    expect(await admitIssue(anIssue(), about, deps)).toMatchObject({ reason: 'asker-not-named' });
  });
});

describe('an issue that starts nothing', () => {
  it('says once, sorted, which tickets it waits for', async () => {
    const { admit, admitted, asked, enqueued, skipped } = createFixture();
    const blockedBy = ['PROJ-9', 'PROJ-10', 'PROJ-2'].map((key) => ({ key, done: key === 'PROJ-2' }));
    const entry = { kind: 'waiting', issueKey: 'PROJ-12', jiraProject: 'PROJ', waitsFor: ['PROJ-10', 'PROJ-9'] };
    for (const given of [blockedBy, blockedBy.toReversed()]) {
      expect(await admit({ blockedBy: given })).toEqual({ kind: 'skipped', reason: 'blocked' });
      expect(await enqueued()).toEqual([entry]);
    }
    expect(await skipped()).toEqual([['blocked', 'PROJ-9, PROJ-10']]);
    expect([admitted, asked]).toEqual([[], []]);
  });

  it.each<{ reason: string; issue: Partial<Issue>; detail?: string }>([
    { reason: 'unbound-project', issue: { key: 'XYZ-1' } },
    { reason: 'not-triggered', issue: { status: { id: '3', name: 'In Review', category: 'indeterminate' } } },
    {
      reason: 'claimed-elsewhere',
      issue: { marker: { run: 'r', agentId: 'other', expiresAt: Date.UTC(2026, 0, 5, 9, 5) } },
      detail: 'other',
    },
  ])('keeps that it is $reason, and says nothing on the ticket', async ({ reason, issue, detail }) => {
    const { deps, enqueued, skipped } = createFixture();
    const binding = reason === 'unbound-project' ? undefined : aBinding();
    expect(await admitIssue(anIssue(issue), { binding, reloadedAt: undefined }, deps)).toEqual({
      kind: 'skipped',
      reason,
    });
    expect(await skipped(`issue~${issue.key ?? 'PROJ-12'}`)).toEqual([[reason, detail]]);
    expect(await enqueued()).toEqual([]);
  });
});

describe('a move into the trigger by the account of the agent', () => {
  const movedByAgent = { movedBy: theAgent() };
  /** The agent puts a ticket back into the trigger when it stops. */
  const ownTrigger = aBinding({ statuses: { stopped: 'AI Ready' } });

  it('is no request where the agent itself moves tickets there', async () => {
    const { admit, admitted, skipped } = createFixture({ getMyself: async () => theAgent() });
    expect(await admit(movedByAgent, ownTrigger)).toEqual({ kind: 'skipped', reason: 'own-change' });
    expect(await admit({}, ownTrigger)).toMatchObject({ kind: 'admitted' });
    expect(admitted).toHaveLength(1);
    expect(await skipped()).toEqual([['own-change', undefined]]);
  });

  it('is a request of a person elsewhere, for which Jira is not asked whose account it is', async () => {
    let asked = 0;
    const getMyself = async () => {
      asked += 1;
      return theAgent();
    };
    const { admit, deps } = createFixture({ getMyself });
    expect(await admit(movedByAgent)).toMatchObject({ kind: 'admitted' });
    await admitIssue(anIssue(movedByAgent), { binding: undefined, reloadedAt: undefined }, deps);
    expect(asked).toBe(0);
  });

  it.each([
    { name: 'cannot be read', more: { getMyself: () => Promise.reject(new TaskError('jira-unavailable')) } },
    { name: 'is not asked for', more: {} },
  ])('is admitted where the account of the agent $name', async ({ more }) => {
    const { admit } = createFixture(more);
    expect(await admit(movedByAgent, ownTrigger)).toMatchObject({ kind: 'admitted' });
  });
});
