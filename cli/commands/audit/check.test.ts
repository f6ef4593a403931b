import { expect, it } from 'vitest';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { shaOf } from '../../../test/builders/audit-report.ts';
import { aReleaseAsServicesShowIt, createAuditServices } from '../../../test/builders/audit-services.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
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

async function check(given: Record<string, unknown>, changed: Record<string, unknown> = {}) {
  const io = createMemoryIO({ clock: createManualClock(Date.UTC(2026, 10, 28)) });
  const fetch = createAuditServices({ ...answersBeforeTheMerge(), ...changed });
  const tools = {
    bindings: createMemoryTools({ mappings: { PROJ: { repo: 'group/app' } } }).bindings,
    archive: () => Promise.reject(new Error('a check keeps nothing')),
    services: () => ({ fetch, siteUrl: 'https://jira.example' }),
  };
  const code = await auditCheck(AuditCheckOptions.parse({ repo: 'group/app', mergeRequest: '1', ...given }), io, tools);
  return { code, stdout: io.stdout };
}

it('has nothing to say about a merge request that is in order', async () => {
  expect(await check({})).toEqual({
    code: 0,
    stdout: 'group/app!1 "PROJ-1: Greet people by name": nothing to say\n',
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
