import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEdgePlan, fillEdgeIssues, playEdgeCases, reopenEdgeIssue } from '../../sandbox/audit/edge-cases.ts';
import { makeChange } from '../../sandbox/audit/make-change.ts';
import { API } from '../../sandbox/audit/play-api.ts';
import { WORKER } from '../../sandbox/audit/play-worker.ts';
import { createReleasePlan } from '../../sandbox/audit/release-plan.ts';
import { type Release, startRelease } from '../../sandbox/audit/start-release.ts';
import { createDirectoryFiles } from '../../shared/adapters/evidence/directory-files.ts';
import { auditExitCode } from '../../shared/domain/audit/exit-code.ts';
import type { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import { canonicalJson } from '../../shared/kernel/canonical-json.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { checkOpenMergeRequest } from '../../shared/services/audit/check/check-open-merge-request.ts';
import type { AuditPlan } from '../../shared/services/audit/plan/audit-plan.ts';
import {
  type ReplayOptions,
  type RunAuditOptions,
  replayAudit,
  runAudit,
} from '../../shared/services/audit/run-audit.ts';
import { createMemoryFiles } from '../doubles/memory-files.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/audit/evidence');

let release: Release;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-'));
  release = await startRelease();
});
afterAll(async () => {
  await release.close();
  await rm(folder, { recursive: true, force: true });
});

const depsOf = (files = createMemoryFiles() as Parameters<typeof runAudit>[1]['evidence']['files']) => ({
  evidence: { files, place: 'evidence' },
  fetch: release.fetch,
  siteUrl: release.siteUrl,
  clock: release.clock,
  log: silentLog,
  toolVersion: '0.1.0',
  writeWorkbook: async () => new Uint8Array(),
});

const audit = (plan: AuditPlan, deps = depsOf(), options: RunAuditOptions = {}, signal?: AbortSignal) =>
  runAudit(plan, deps, options, signal);

const replay = (options: ReplayOptions, deps = depsOf()) => replayAudit(options, deps);

function countRequests() {
  const { gitlab, jira } = release;
  return { gitlab: gitlab.requests.count(), jira: jira.countRequests() };
}

function forgetRequests(): void {
  release.gitlab.requests.clear();
  release.jira.requests.length = 0;
}

const linesOf = ({ findings }: AuditReport) =>
  findings.map(
    ({ severity, rule, subject, waived }) => `${severity} ${rule} ${subject.id}${waived ? ' (waived)' : ''}`,
  );

describe('the release of three projects', () => {
  it('is audited live with the fewest calls there can be, and replayed to the same bytes', async () => {
    forgetRequests();
    const deps = depsOf();
    const live = await audit(createReleasePlan(), deps);
    expect(live.report.summary.calls).toEqual(countRequests());
    expect(live.report.summary.calls).toEqual(live.report.summary.calls_floor);
    expect(live.report.gaps).toEqual([]);
    expect(auditExitCode(live.report, 'high')).toBe(1);
    const replayed = await replay({ fixVersion: '2.4.0' }, deps);
    for (const { name, bytes, sha256 } of live.files) {
      expect(
        replayed.files.find((file) => file.name === name),
        name,
      ).toMatchObject({ bytes, sha256 });
    }
  });

  it('is what the stored example holds', async () => {
    const { report } = await audit(createReleasePlan());
    const stored = await replay({ fixVersion: '2.4.0' }, depsOf(createDirectoryFiles(EXAMPLE)));
    expect(canonicalJson(stored.report)).toBe(canonicalJson(report));
  });

  it('is the same through many small pages', async () => {
    const whole = await audit(createReleasePlan());
    release.gitlab.state.longestPage = 2;
    release.jira.setPageSize(2);
    try {
      const paged = await audit(createReleasePlan());
      expect(linesOf(paged.report)).toEqual(linesOf(whole.report));
      expect(paged.report.commits.map(({ sha }) => sha)).toEqual(whole.report.commits.map(({ sha }) => sha));
      expect(paged.report.summary.calls.gitlab).toBeGreaterThan(whole.report.summary.calls.gitlab + 5);
    } finally {
      release.gitlab.state.longestPage = 100;
      release.jira.setPageSize(100);
    }
  });

  it.each([3, 17, 30])('goes on after it was interrupted at question %i, and asks none twice', async (last) => {
    const place = createDirectoryFiles(path.join(folder, `interrupted-${last}`));
    forgetRequests();
    const interruption = new AbortController();
    const deps = depsOf(place);
    let asked = 0;
    let ofJira = 0;
    const interrupted = {
      ...deps,
      fetch: async (...[request, signal]: Parameters<typeof deps.fetch>) => {
        const isOfJira = request.service === 'jira';
        if (isOfJira) ofJira += 1;
        const answer = await deps.fetch(request, signal);
        if (isOfJira) ofJira -= 1;
        asked += 1;
        // A question to Jira that is under way would be broken off, and asked again for good reason.
        if (asked >= last && ofJira === 0) interruption.abort(new Error('killed'));
        return answer;
      },
    };
    await expect(audit(createReleasePlan(), interrupted, {}, interruption.signal)).rejects.toThrow('killed');
    const resumed = await audit(createReleasePlan(), depsOf(place), { resume: true });
    const { gitlab, jira } = release;
    const sent = [
      ...gitlab.requests.entries.map(({ method, url, body }) => `${method} ${url} ${body}`),
      ...jira.requests.map(({ method, url, body }) => `${method} ${url} ${JSON.stringify(body)}`),
    ];
    expect(sent.length).toBe(new Set(sent).size);
    const { calls } = resumed.report.summary;
    expect(sent).toHaveLength(calls.gitlab + calls.jira);
    expect(linesOf(resumed.report)).toEqual(linesOf((await audit(createReleasePlan())).report));
  });

  it('has no room for two audits in one folder', async () => {
    const place = createDirectoryFiles(path.join(folder, 'shared'));
    const results = await Promise.allSettled([
      audit(createReleasePlan(), depsOf(place)),
      audit(createReleasePlan(), depsOf(place)),
    ]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'evidence-damaged', detail: expect.stringContaining('Another audit') });
    }
  });
});

describe('one merge request before it is merged', () => {
  it('is judged by the same rules, and a release it is not in does not matter', async () => {
    const { gitlab, clock } = release;
    const before = clock.now();
    const iid = await makeChange(release, {
      path: API,
      branch: 'SHOP-9-receipts',
      title: 'SHOP-9: Print receipts',
      open: true,
    });
    const own = await makeChange(release, {
      path: API,
      branch: 'no-ticket',
      title: 'Tidy up',
      approvers: ['ada'],
      open: true,
    });
    const check = (number: number, fixVersion: string | null = '2.4.0') =>
      checkOpenMergeRequest(
        createReleasePlan({
          repositories: [{ repository: API, credentialRef: 'default', to: 'main', from: null, paths: [] }],
        }),
        { iid: number, fixVersion },
        { fetch: release.fetch, siteUrl: release.siteUrl, clock, toolVersion: '0.1.0' },
      );
    try {
      expect(await check(iid)).toMatchObject({
        result: 'clean',
        change: { id: `${API}!${iid}`, keys: ['SHOP-9'] },
        gaps: [],
      });
      const { result, findings, gaps } = await check(own, null);
      expect(findings.map(({ rule }) => rule)).toEqual(['mr-self-approved', 'commit-without-ticket']);
      expect({ result, gaps }).toEqual({ result: 'findings', gaps: [] });
      await expect(check(99)).rejects.toMatchObject({ code: 'gitlab-not-found' });
    } finally {
      for (const number of [iid, own]) await gitlab.as('ada').close(API, number);
      clock.set(new Date(before).toISOString());
    }
  });
});

describe('what cannot be seen', () => {
  it.each<[string, { match: RegExp; status: number }, string, string]>([
    ['a project that is forbidden', { match: /projects\/shop%2Fapi/, status: 403 }, 'forbidden', API],
    ['a project that is hidden', { match: /projects\/platform%2Fworker/, status: 404 }, 'not-found', WORKER],
    ['no GraphQL', { match: /api\/graphql/, status: 404 }, 'not-found', API],
    ['approvals that are forbidden', { match: /merge_requests\/3\/approvals/, status: 403 }, 'forbidden', `${API}!3`],
    ['a service that says "later" to the end', { match: /deployments/, status: 429 }, 'throttled', API],
  ])('makes the audit incomplete and not green: %s', async (_name, fault, reason, subject) => {
    release.gitlab.addFault({ kind: 'fail', times: Number.POSITIVE_INFINITY, ...fault });
    try {
      const { report } = await audit(createReleasePlan());
      expect(report.gaps).toContainEqual(expect.objectContaining({ reason, subject }));
      expect(report.summary.result).toBe('incomplete');
      expect(auditExitCode(report, 'none')).toBe(3);
      expect(report.changes.some(({ repository }) => repository === 'shop/web')).toBe(true);
    } finally {
      release.gitlab.clearFaults();
    }
  });

  it.each(['9.9.9', '2.4.0" OR project = "PAY', "2.4.0'"])(
    'says that no project has the version %s',
    async (fixVersion) => {
      await expect(audit(createReleasePlan({ fixVersion }))).rejects.toMatchObject({
        code: 'version-unknown',
        detail: expect.stringContaining(fixVersion),
      });
    },
  );

  it('audits a version with quotes in its name', async () => {
    const fixVersion = `2.4 "quoted" it's`;
    release.jira.addVersion('SHOP', fixVersion);
    const { report } = await audit(createReleasePlan({ fixVersion }));
    expect(report.summary).toMatchObject({ fixVersion, counts: { stories: 0 } });
  });
});

describe('the same history in four projects', () => {
  const projects = [
    { path: 'edge/merge', mergeMethod: 'merge' },
    { path: 'edge/squash', mergeMethod: 'merge', squash: true },
    { path: 'edge/ff', mergeMethod: 'ff' },
    { path: 'edge/rebase', mergeMethod: 'rebase_merge' },
  ] as const;

  beforeAll(async () => {
    fillEdgeIssues(release.jira);
    for (const project of projects) await playEdgeCases(release, project);
    reopenEdgeIssue(release);
  });

  it.each(projects)('has the expected findings when merged as in $path', async ({ path: repository }) => {
    const { report } = await audit(createEdgePlan(repository));
    const text = [...linesOf(report), ...report.gaps.map(({ reason, subject }) => `gap ${reason} ${subject}`)]
      .join('\n')
      .replaceAll(repository, 'edge');
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/audit/edge-findings.txt');
    expect(report.summary.calls).toEqual(report.summary.calls_floor);
  });
});
