import { expect, it } from 'vitest';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { shaOf } from '../../../test/builders/audit-report.ts';
import { aReleaseAsServicesShowIt, createAuditServices } from '../../../test/builders/audit-services.ts';
import { addDoneRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import type { AuditServices } from '../../clients/audit-tools.ts';
import { AuditCheckOptions, auditCheck } from './check.ts';

/** The merge request of that release as it was before the merge. */
function answersBeforeTheMerge() {
  const answers = aReleaseAsServicesShowIt();
  const [merged] = answers['gitlab GET projects/7/merge_requests merged'] as Record<string, unknown>[];
  const commits = answers['gitlab GET projects/7/repository/commits'] as unknown[];
  return {
    ...answers,
    'gitlab GET projects/7/merge_requests/1': { ...merged, state: 'opened', merge_commit_sha: null, merged_at: null },
    'gitlab GET projects/7/repository/commits': commits.slice(1),
    'jira POST issue/bulkfetch': { issues: [{ id: '1001', key: 'PROJ-1', fields: { project: { key: 'PROJ' } } }] },
  };
}

/** The ledger of a deployment whose agent has not worked on anything, unless runs are given. */
async function aLedger(...runs: Parameters<typeof addDoneRun>[1][]) {
  const { ledger } = createMemoryStorage({ clock: createManualClock(Date.UTC(2026, 10, 20)) });
  for (const run of runs) await addDoneRun(ledger, run);
  return ledger;
}

type Ledger = NonNullable<AuditServices['ledger']>;

async function check(
  given: Record<string, unknown>,
  changed: Record<string, unknown> = {},
  ledger: Ledger | null = aLedger,
  paths: string[] = [],
) {
  const io = createMemoryIO({ clock: createManualClock(Date.UTC(2026, 10, 28)) });
  const fetch = createAuditServices({ ...answersBeforeTheMerge(), ...changed });
  const tools = {
    bindings: createMemoryTools({ mappings: { PROJ: { repo: 'group/app', audit: { paths } } } }).bindings,
    archive: () => Promise.reject(new Error('a check keeps nothing')),
    services: async () => ({
      fetch,
      siteUrl: 'https://jira.example',
      ...(ledger ? { ledger: async () => ledger() } : {}),
    }),
  };
  const code = await auditCheck(AuditCheckOptions.parse({ repo: 'group/app', mergeRequest: '1', ...given }), io, tools);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

it('has nothing to say about a merge request that is in order', async () => {
  expect(await check({})).toEqual({
    code: 0,
    stdout: 'group/app!1 "PROJ-1: Greet people by name": nothing to say\n',
    stderr: '',
  });
});

it('says what is wrong, what to do, and ends with 1', async () => {
  const approvals = { approved_by: [{ user: { username: 'bob' }, approved_at: '2026-11-19T09:00:00.000Z' }] };
  const versions = [{ head_commit_sha: shaOf(2), created_at: '2026-11-20T08:30:00.000Z' }];
  const { code, stdout } = await check(
    {},
    {
      'gitlab GET projects/7/merge_requests/1/approvals': approvals,
      'gitlab GET projects/7/merge_requests/1/versions': versions,
    },
  );
  expect(code).toBe(1);
  expect(stdout).toContain('group/app!1 "PROJ-1: Greet people by name": findings\n\nhigh: ');
  expect(stdout).toContain('approved an older state of the code');
});

/** The commits of that merge request as the agent writes them. */
function withTrailer() {
  const commits = answersBeforeTheMerge()['gitlab GET projects/7/repository/commits'] as object[];
  const written = commits.map((one) => ({ ...one, extended_trailers: { 'Cmap-Run': ['run-1'] } }));
  return { 'gitlab GET projects/7/repository/commits': written };
}

const BOB = { service: 'gitlab', id: '2', name: 'bob' } as const;

it('takes a change for one of the agent by the trailer of its commits alone, and says that no ledger was read', async () => {
  const { code, stdout } = await check({ failOn: 'low' }, withTrailer(), null);
  expect(code).toBe(1);
  expect(stdout).toContain('Written by the agent: run run-1.\n');
  expect(stdout).toContain('The run ledger was not read: who asked the agent is not known');
  expect(stdout).toContain('high: ');
  const json = JSON.parse((await check({ json: true }, withTrailer(), null)).stdout);
  expect(json).toMatchObject({
    ledger: 'not-known',
    change: { agent: { knownFrom: 'trailer', requesters: 'not-known' } },
  });
  expect(json.findings.map(({ rule }: { rule: string }) => rule)).toContain('agent-change-without-independent-human');
});

it('takes a change for one of the agent by the ledger alone, and says who asked, in which run, of which model', async () => {
  const mergeRequestUrl = 'https://gitlab.example/group/app/-/merge_requests/1';
  const result = { what: 'merge-request', mergeRequestIid: 1, mergeRequestUrl };
  const ledger = () =>
    aLedger({ runId: 'run-1', task: aCodingTask({ requestedBy: BOB }), result, facts: { model: 'gpt-5' } });
  const { code, stdout } = await check({}, {}, ledger);
  expect(code).toBe(1);
  expect(stdout).toContain('Written by the agent: asked for by bob, run run-1, model gpt-5.\n');
  expect(stdout).not.toContain('The run ledger was not read');
});

it('says of a change by people that only their commits say so without a ledger, or where it may not be read', async () => {
  const said = 'whether the agent made this change is known from its commits alone';
  expect((await check({}, {}, null)).stdout).toContain(said);
  const forbidden = await check({}, {}, () => Promise.reject(new TaskError('storage-refused')));
  expect(forbidden.stdout).toContain(said);
  expect(forbidden.stderr).toContain('the run ledger could not be read (storage-refused)');
});

it.each([
  { of: 'a commit that GitLab has', known: { 'gitlab GET projects/7/repository/commits/cafe123': true }, rules: [] },
  { of: 'a commit that GitLab does not have', known: {}, rules: ['commit-without-ticket'] },
])('lets a revert of $of name a ticket or not', async ({ known, rules }) => {
  const answers = answersBeforeTheMerge();
  const message = 'Revert "x"\n\nThis reverts commit cafe123.';
  const commits = answers['gitlab GET projects/7/repository/commits'].map((one) => ({ ...(one as object), message }));
  const reverted = { ...commits[0], id: `cafe123${'0'.repeat(33)}`, message: 'x' };
  const { stdout } = await check(
    { json: true },
    {
      'gitlab GET projects/7/merge_requests/1': {
        ...answers['gitlab GET projects/7/merge_requests/1'],
        title: 'Revert "x"',
        description: '',
        source_branch: 'back',
      },
      'gitlab GET projects/7/repository/commits': commits,
      ...Object.fromEntries(Object.keys(known).map((question) => [question, reverted])),
    },
  );
  const { findings } = JSON.parse(stdout) as { findings: { rule: string }[] };
  expect(findings.map(({ rule }) => rule).filter((rule) => rule === 'commit-without-ticket')).toEqual(rules);
});

it('asks no rule of a merge request that touches none of the paths of its binding', async () => {
  const diffs = { 'gitlab GET projects/7/merge_requests/1/diffs': [{ old_path: 'pay/a.ts', new_path: 'pay/a.ts' }] };
  const [outside, inside] = [await check({}, diffs, aLedger, ['shop/**']), await check({}, diffs, aLedger, ['pay'])];
  expect(outside.stdout).toContain('It touches none of the paths of its binding');
  expect(inside.stdout).not.toContain('It touches none of the paths');
});

it('asks for the fix version only when one is named', async () => {
  const { code, stdout } = await check({ fixVersion: '2.4.0', failOn: 'medium', json: true });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    schema: 'cmap.audit-check.v1',
    findings: [{ rule: 'ticket-not-in-version' }],
  });
});

it('is never green when something could not be seen', async () => {
  const { code, stdout } = await check({}, { 'gitlab POST graphql': new TaskError('gitlab-forbidden') });
  expect(code).toBe(3);
  expect(stdout).toContain('not everything could be seen');
});

it('refuses a repository that no binding has', async () => {
  await expect(check({ repo: 'group/other' })).rejects.toThrow('No binding of the audited projects has the repository');
});

it('cannot see everything where the run ledger has a run that cannot be read', async () => {
  const { ledger, parts } = createMemoryStorage({ clock: createManualClock(Date.UTC(2026, 10, 20)) });
  await ledger.create({ runId: 'run-1', dedupKey: '1', task: aCodingTask() });
  await corruptRun(parts.rows.runs, 'run-1');
  const { code, stdout, stderr } = await check({}, {}, async () => ledger);
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  expect(stdout).toContain('run-1: The run ledger has run-1 and its row cannot be read');
});
