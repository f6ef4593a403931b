import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SandboxJira, startSandboxJira } from '../../sandbox/jira/sandbox-jira.ts';
import { createJira } from '../../shared/adapters/jira/create-jira.ts';
import type { Fix } from '../../shared/domain/audit/fix/fix.ts';
import { changeLabel, DUPLICATE_LABEL } from '../../shared/domain/audit/report/change-label.ts';
import type { CommitComment, GitLab } from '../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import { DAY, MINUTE } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { applyFixes } from '../../shared/services/audit/fix/apply-fixes.ts';
import type { FixDeps } from '../../shared/services/audit/fix/fix-deps.ts';
import { anAuditReport, aReportChange } from '../builders/audit-report.ts';
import { aGitLabUser } from '../builders/gitlab.ts';
import { createManualClock, type ManualClock } from '../doubles/manual-clock.ts';
import { createMemoryTools } from '../doubles/memory-tools.ts';

/** Two people apply the fixes of one audit at once, each with an own account in Jira and, or not, in GitLab. */

let site: SandboxJira;
let clock: ManualClock;
beforeEach(startSite);
afterEach(() => site.close());

async function startSite(): Promise<void> {
  clock = createManualClock(Date.UTC(2026, 10, 28));
  site = await startSandboxJira({
    clock,
    projects: [{ key: 'SHOP' }],
    users: ['ada', 'bob'].map((name) => ({
      accountId: name,
      displayName: name,
      emailAddress: `${name}@example.com`,
      apiToken: `${name}-token`,
    })),
  });
  site.addVersion('SHOP', '2.4.0');
}

/** The comments on the commits of a GitLab, by everyone. */
let comments: { sha: string; comment: CommitComment }[] = [];
let changes = 0;

/** A person whose every call to a service first passes `before` with its number. */
async function aPerson(name: 'ada' | 'bob', change: string, gitlabId: number, before: (call: number) => Promise<void>) {
  let calls = 0;
  const jira = createJira({
    baseUrl: site.url,
    siteUrl: site.url,
    credential: { kind: 'token', email: `${name}@example.com`, apiToken: new Secret(`${name}-token`) },
    log: silentLog,
    fetch: globalThis.fetch,
    clock: { now: () => clock.now(), sleep: async () => {} },
  });
  const author = aGitLabUser({ id: gitlabId, username: `cmap-${gitlabId}` });
  const gitlab: Partial<GitLab> = {
    getCurrentUser: async () => author,
    // The harder case: neither shows the other as a member, so that neither believes the other's comments.
    getAccessLevel: async () => 0,
    listCommitComments: async (_projectId, sha) =>
      comments.filter((one) => one.sha === sha).map(({ comment }) => comment),
    async addCommitComment(_projectId, sha, body) {
      comments.push({ sha, comment: { body, author, createdAt: clock.now() } });
    },
  };
  const counted = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, method) {
        const call: unknown = Reflect.get(target, method);
        if (typeof call !== 'function') return call;
        return async (...args: unknown[]) => {
          await before(calls++);
          return call.apply(target, args) as unknown;
        };
      },
    });
  const tools = createMemoryTools({ mappings: { SHOP: { repo: 'group/app' } }, jira: {}, gitlab: counted(gitlab) });
  const deps: FixDeps = {
    report: anAuditReport({
      changes: [aReportChange({ id: change, kind: 'direct-push', iid: null, commits: [change.split('@')[1] ?? ''] })],
    }),
    bindings: await tools.bindings(),
    jira: counted<Jira>(jira),
    gitlabFor: (await tools.gitlab()).gitlabFor,
    mask: (text) => text,
    clock,
  };
  const fix: Fix = {
    kind: 'create-ticket',
    finding: 'f',
    why: 'w',
    change,
    project: 'SHOP',
    summary: `Raise the limits of ${change}`,
    fixVersion: '2.4.0',
    url: 'https://gitlab.example/c',
  };
  const apply = async () => (await applyFixes([fix], deps, () => {})).map(({ state, says }) => `${state}: ${says}`);
  return { apply, countCalls: () => calls };
}

function newChange(): string {
  changes += 1;
  return `group/app@${changes.toString(16).padStart(8, '0')}`;
}

const keysWith = (label: string, change: string) =>
  site.issueKeys.filter((key) => {
    const { labels, summary } = site.issue(key);
    return labels.includes(label) && summary.endsWith(change);
  });

/** Ada stops before one of her calls until Bob is before one of his, goes on to the end, and then Bob does. */
async function interleave(change: string, { ada, bob, gitlabIds }: { ada: number; bob: number; gitlabIds: number[] }) {
  const [adaId = 1, bobId = 2] = gitlabIds;
  const adaStopped = Promise.withResolvers<void>();
  const bobStopped = Promise.withResolvers<void>();
  const adaDone = Promise.withResolvers<void>();
  const first = await aPerson('ada', change, adaId, async (call) => {
    if (call !== ada) return;
    adaStopped.resolve();
    await bobStopped.promise;
  });
  const second = await aPerson('bob', change, bobId, async (call) => {
    if (call !== bob) return;
    bobStopped.resolve();
    await adaDone.promise;
  });
  const adaApplies = first.apply().finally(() => {
    adaStopped.resolve();
    adaDone.resolve();
  });
  await adaStopped.promise;
  const bobApplies = second.apply().finally(() => bobStopped.resolve());
  const outcomes = [...(await adaApplies), ...(await bobApplies)];
  return { outcomes, reached: first.countCalls() > ada, bobReached: second.countCalls() > bob };
}

it.each([
  { name: 'two accounts of GitLab', gitlabIds: [1, 2] },
  { name: 'one account of GitLab', gitlabIds: [1, 1] },
])('leaves a change one ticket, wherever two people with $name meet', async ({ gitlabIds }) => {
  let met = 0;
  for (let ada = 0, isOver = false; !isOver; ada += 1) {
    // Few tickets at a time: each search looks at all of them.
    await site.close();
    await startSite();
    for (let bob = 0, isBobOver = false; !isBobOver; bob += 1) {
      const change = newChange();
      comments = [];
      site.staleSearches(Number.MAX_SAFE_INTEGER); // The search shows nothing of what happens now.
      const { outcomes, reached, bobReached } = await interleave(change, { ada, bob, gitlabIds });
      isBobOver = !bobReached;
      isOver = !reached;
      const label = changeLabel(change);
      const kept = keysWith(label, change);
      expect(kept, `${ada} ${bob} ${outcomes.join(' | ')}`).toHaveLength(1);
      const duplicates = keysWith(DUPLICATE_LABEL, change);
      met += duplicates.length;
      for (const key of duplicates)
        expect(site.issue(key)).toMatchObject({ fixVersions: [], status: { category: 'done' } });
      for (const outcome of outcomes)
        expect(outcome).toMatch(
          new RegExp(`^(applied|nothing): ${kept[0]} was created|^not-known: a ticket was begun`),
        );

      // The index and time go on, and both apply once more.
      site.staleSearches(0);
      await clock.advance(11 * MINUTE);
      const both = [await aPerson('ada', change, 1, async () => {}), await aPerson('bob', change, 2, async () => {})];
      for (const { apply } of both) expect((await apply())[0]).toMatch(` ${kept[0]} was created for it`);
      for (const { apply } of both) expect(await apply()).toEqual([`nothing: ${kept[0]} was created for it`]);
      expect(keysWith(label, change)).toEqual(kept);
    }
  }
  expect(met).toBeGreaterThan(10);
});

it('sees to the tickets of two processes that were killed before they could', async () => {
  const change = newChange();
  const killed = () =>
    aPerson('ada', change, 3 + changes, async (call) => {
      if (site.issueKeys.filter((key) => site.issue(key).summary.endsWith(change)).length > before && call > 0)
        throw new RangeError('killed');
    });
  site.staleSearches(Number.MAX_SAFE_INTEGER);
  let before = 0;
  await expect((await killed()).apply()).rejects.toThrow('killed');
  changes += 1;
  before = 1;
  await expect((await killed()).apply()).rejects.toThrow('killed');
  site.staleSearches(0);
  await clock.advance(DAY);
  const [older = '', newer = ''] = keysWith(changeLabel(change), change);

  site.assignIssue(newer, 'bob');
  const { apply } = await aPerson('ada', change, 1, async () => {});
  expect(await apply()).toEqual([
    `applied: ${older} was created for it; ${newer} has the same label and is worked on: take the label off one of them`,
  ]);
  site.assignIssue(newer, null);
  expect(await apply()).toEqual([
    `applied: ${older} was created for it; ${newer}, which was created at the same time, was taken out of the release and closed`,
  ]);
  expect(keysWith(changeLabel(change), change)).toEqual([older]);
  expect(site.comments(newer).map(({ markdown }) => markdown)).toEqual([
    expect.stringContaining(`${older} was created for the same change`),
  ]);
  expect(await apply()).toEqual([`nothing: ${older} was created for it`]);
});
