import { describe, expect, it } from 'vitest';

import type { JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, IssueComment } from '../../../shared/domain/ports/jira.ts';
import type { AskRefusal } from '../../../shared/domain/runs/ask-refusal.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { formatFooter } from '../../../shared/services/notifications/report-footer.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { endRun } from '../../../shared/services/runs/end-run.ts';
import type { RouteIssue } from '../../../shared/services/runs/route-issue.ts';
import { aBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { addDoneRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { unrouted } from '../../../test/doubles/unrouted.ts';
import { type AdmitCommentDeps, admitComment } from './admit-comment.ts';

interface Given {
  comment?: Partial<IssueComment>;
  status?: Issue['status'];
  binding?: JiraBinding | 'none';
  /** Comments that have started a run before, each a minute after the other; the issue itself has one besides. */
  earlier?: 'none' | number;
  refusal?: AskRefusal;
  routeIssue?: RouteIssue;
}

const IN_REVIEW = { id: '3', name: 'In Review', category: 'indeterminate' } as const;

/** A comment that addresses the agent, on an issue in review it has worked on. */
async function arrange({
  comment,
  status = IN_REVIEW,
  binding = aBinding(),
  earlier = 0,
  refusal,
  routeIssue = unrouted,
}: Given = {}) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const create = async (runId: string, task = aCodingTask()) => {
    await storage.ledger.create({ runId, dedupKey: runId, task });
    await endRun(runId, { state: 'superseded', reason: 'draft' }, { ledger: storage.ledger, clock });
  };
  if (earlier !== 'none') await create('run-of-the-issue');
  for (let count = 1; count <= (earlier === 'none' ? 0 : earlier); count += 1) {
    await clock.advance(MINUTE);
    const cause = { kind: 'issue-comment', commentId: `${count}` } as const;
    await create(`run-${count}`, aCodingTask({ id: `coding~PROJ-12~c${count}`, cause }));
  }
  const asked: unknown[] = [];
  const deps: AdmitCommentDeps = {
    ...storage,
    getMyself: async () => theAgent(),
    admit: (task) => admitTask(task, { ...storage, clock, log: silentLog }),
    async checkAsker(ask) {
      asked.push(ask);
      return refusal;
    },
    routeIssue,
    mentionWords: ['/copilot'],
    traceparent: () => undefined,
    clock,
  };
  const about = { issue: anIssue({ status }), binding: binding === 'none' ? undefined : binding };
  const admit = () => admitComment(anIssueComment({ body: '/copilot round half up', ...comment }), about, deps);
  const skips = async () => (await storage.skipLog.list('issue~PROJ-12')).map(({ reason, detail }) => [reason, detail]);
  const notices = async () => (await storage.outbox.listOpen()).map(({ entry }) => entry);
  return { admit, asked, clock, ledger: storage.ledger, skips, notices };
}

it('gives a comment one run, however often it is seen', async () => {
  const { admit, ledger, skips, notices } = await arrange();
  const first = await admit();
  expect(first).toEqual({ runId: expect.any(String), duplicate: false });
  expect(await admit()).toEqual({ ...first, duplicate: true });
  const [newest] = await ledger.listRecent('issue~PROJ-12', 10);
  expect(newest?.task).toMatchObject({ id: 'coding~PROJ-12~c10400', cause: { commentId: '10400' } });
  expect([await skips(), await notices()]).toEqual([[], []]);
});

const rework = aCodingTask({ id: 'coding~PROJ-12~c7', cause: { kind: 'issue-comment', commentId: '7' } });

it.each<{ reason: string; explained: boolean; given: Given }>([
  { reason: 'unbound-project', explained: false, given: { binding: 'none' } },
  { reason: 'own-comment', explained: false, given: { comment: { author: theAgent() } } },
  { reason: 'not-addressed', explained: false, given: { comment: { body: 'Nice!' } } },
  {
    reason: 'other-bot',
    explained: true,
    given: { comment: { author: { accountId: 'b', displayName: 'Bot', accountType: 'app' } } },
  },
  {
    reason: 'anonymous-comment',
    explained: true,
    given: { comment: { author: { accountId: '', displayName: '' } } },
  },
  { reason: 'restricted-comment', explained: true, given: { comment: { restricted: true } } },
  { reason: 'issue-done', explained: true, given: { status: { id: '5', name: 'Done', category: 'done' } } },
  { reason: 'no-earlier-run', explained: true, given: { earlier: 'none' } },
])('skips a comment as $reason, and explains that: $explained', async ({ reason, explained, given }) => {
  const { admit, asked, skips } = await arrange(given);
  expect(await admit()).toEqual({ skipped: reason });
  expect(await skips()).toEqual(explained ? [[reason, 'comment 10400']] : []);
  expect(asked).toEqual([]);
});

it('leaves a comment to a rework that has not begun, and explains that', async () => {
  const { admit, ledger, skips } = await arrange();
  await ledger.create({ runId: 'waiting', dedupKey: 'waiting', task: rework });
  expect(await admit()).toEqual({ skipped: 'run-waiting' });
  expect(await skips()).toEqual([['run-waiting', 'comment 10400']]);
});

it('is no answer to a report of ours, also where a person has pasted it', async () => {
  const body = `/copilot go on\n\n${formatFooter({ purpose: 'result', runId: 'run-1', agentId: 'cmap' })}`;
  const { admit } = await arrange({ comment: { body } });
  expect(await admit()).toEqual({ skipped: 'report-comment' });
});

it('asks by a comment for its author, and tells the ticket of a refusal, naming who asked', async () => {
  const binding = aBinding();
  const { admit, asked, ledger, skips, notices } = await arrange({ binding, refusal: 'asker-not-named' });
  expect(await admit()).toEqual({ skipped: 'asker-not-named' });
  expect(asked).toEqual([{ by: 'comment', asker: anIssueComment().author, binding }]);
  expect(await skips()).toEqual([['asker-not-named', 'comment 10400 by Leigh']]);
  expect(await notices()).toEqual([{ kind: 'refused', issueKey: 'PROJ-12', reason: 'asker-not-named' }]);
  expect(await ledger.listRecent('issue~PROJ-12', 10)).toHaveLength(1);
});

it('takes an approval of a plan from those who may ask, and from no other', async () => {
  const comment = { body: '/copilot go', createdAt: Number.MAX_SAFE_INTEGER };
  const plan = { runId: 'run-plan', task: aCodingTask({ id: 'coding~PROJ-12~1' }), result: { what: 'plan' } };
  const stranger = await arrange({ comment, refusal: 'asker-not-named' });
  await addDoneRun(stranger.ledger, plan);
  expect(await stranger.admit()).toEqual({ skipped: 'asker-not-named' });
  expect(await stranger.ledger.listRecent('issue~PROJ-12', 10)).toHaveLength(2);

  const member = await arrange({ comment });
  await addDoneRun(member.ledger, plan);
  expect(await member.admit()).toMatchObject({ duplicate: false });
});

it('refuses the seventh comment within an hour, and takes it when the first is an hour old', async () => {
  const { admit, clock } = await arrange({ earlier: 6 });
  expect(await admit()).toEqual({ skipped: 'asked-too-often' });
  await clock.advance(54 * MINUTE);
  expect(await admit()).toEqual({ skipped: 'asked-too-often' });
  await clock.advance(MINUTE);
  expect(await admit()).toMatchObject({ duplicate: false });
});

it('sends the work a comment asks for by the route of the ticket, and says where there is none', async () => {
  const [web, api] = someRoutes([aRoute('web'), aRoute('api')]);
  const choose = async (choice: Awaited<ReturnType<RouteIssue>>) => {
    const arranged = await arrange({ ...(web ? { binding: web } : {}), routeIssue: async () => choice });
    return { ...arranged, result: await arranged.admit() };
  };
  const sent = await choose({ binding: api ?? aBinding() });
  expect((await sent.ledger.listRecent('issue~PROJ-12', 1))[0]?.task).toMatchObject({ route: 'api' });

  const held = await choose({ problem: 'no-route', routes: web?.route ? [web.route] : [] });
  expect(held.result).toEqual({ skipped: 'no-route' });
  expect(await held.notices()).toMatchObject([{ kind: 'unrouted', by: 'comment', routes: ['`web`: component `web`'] }]);
});

describe('a word about a run in shadow', () => {
  const binding = aBinding({ mode: 'shadow' });
  const YES = { body: '/copilot yes', createdAt: Number.MAX_SAFE_INTEGER, updatedAt: Number.MAX_SAFE_INTEGER };
  const tried = {
    runId: 'run-tried',
    task: aCodingTask({ id: 'coding~PROJ-12~1' }),
    result: { what: 'shadow-change' },
  };

  it('is kept with the run once, however often it is seen, and starts nothing', async () => {
    const { admit, ledger, notices } = await arrange({ comment: YES, binding });
    await addDoneRun(ledger, tried);
    expect([await admit(), await admit()]).toEqual([{ skipped: 'rated' }, { skipped: 'rated' }]);
    const rated = (await ledger.listEvents('run-tried')).filter(({ name }) => name === 'rated');
    expect(rated).toMatchObject([{ fields: { answer: 'yes', account: anIssueComment().author.accountId } }]);
    expect(await ledger.listRecent('issue~PROJ-12', 10)).toHaveLength(2);
    const said = { kind: 'rated', issueKey: 'PROJ-12', runId: 'run-tried', comment: '10400' };
    expect(await notices()).toEqual([said]);
  });

  it('is answered nothing on a ticket where only the board knows', async () => {
    const { admit, ledger, notices } = await arrange({ comment: YES, binding: aBinding({ mode: 'shadow-board' }) });
    await addDoneRun(ledger, tried);
    expect([await admit(), await notices()]).toEqual([{ skipped: 'rated' }, []]);
  });

  it('counts of no account that may not ask, which is told on the ticket, and not where only the board knows', async () => {
    const stranger = await arrange({ comment: YES, binding, refusal: 'asker-not-named' });
    await addDoneRun(stranger.ledger, tried);
    expect(await stranger.admit()).toEqual({ skipped: 'asker-not-named' });
    expect((await stranger.ledger.listEvents('run-tried')).some(({ name }) => name === 'rated')).toBe(false);
    expect(await stranger.notices()).toMatchObject([{ kind: 'refused', about: 'rating' }]);
    const silent = await arrange({
      comment: YES,
      binding: aBinding({ mode: 'shadow-board' }),
      refusal: 'asker-not-named',
    });
    await addDoneRun(silent.ledger, tried);
    expect(await silent.admit()).toEqual({ skipped: 'asker-not-named' });
    expect(await silent.notices()).toEqual([]);
  });

  it('is explained where there is no such run', async () => {
    const { admit, skips } = await arrange({ comment: YES, binding });
    expect(await admit()).toEqual({ skipped: 'nothing-to-rate' });
    expect(await skips()).toEqual([['nothing-to-rate', 'comment 10400']]);
  });
});
