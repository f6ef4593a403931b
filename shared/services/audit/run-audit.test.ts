import { describe, expect, it, vi } from 'vitest';
import { anAuditPlan, aReleaseAsServicesShowIt, createAuditServices } from '../../../test/builders/audit-services.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryFiles } from '../../../test/doubles/memory-files.ts';
import { auditExitCode } from '../../domain/audit/exit-code.ts';
import { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import { AuditReport } from '../../domain/audit/report/audit-report.ts';
import type { EvidenceFetch } from '../../domain/ports/evidence.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { checkManifest, MANIFEST, Manifest } from './manifest.ts';
import type { OutputFile } from './output-file.ts';
import { replayAudit, runAudit } from './run-audit.ts';

function createFixture(answers = aReleaseAsServicesShowIt()) {
  const asked: string[] = [];
  const deps = {
    evidence: { files: createMemoryFiles(), place: 'evidence' },
    fetch: createAuditServices(answers, asked),
    siteUrl: 'https://jira.example',
    toolVersion: '0.1.0',
    clock: createManualClock(Date.UTC(2026, 10, 28, 12)),
    log: silentLog,
    writeWorkbook: async () => new Uint8Array([1]),
  };
  return { deps, asked, answers };
}

const readContent = ({ pieces }: OutputFile) => Buffer.concat([...pieces()]);
const contentOf = (files: readonly OutputFile[], name: string) => {
  const file = files.find((one) => one.name === name);
  return file && readContent(file);
};

describe('runAudit', () => {
  it('finds the story without code, and accepts the merge request that is in order', async () => {
    const { deps } = createFixture();
    const { report } = await runAudit(anAuditPlan(), deps);
    expect(AuditReport.parse(report)).toBeDefined();
    expect(report.findings.map(({ rule, subject }) => `${rule} ${subject.id}`)).toEqual(['issue-without-code PROJ-2']);
    expect(report.gaps).toEqual([]);
    expect(report.summary).toMatchObject({ result: 'findings', coverage: { withNetCode: 1, needCode: 2 } });
  });

  it('asks each question once, and says how many', async () => {
    const { deps, asked } = createFixture();
    const { report } = await runAudit(anAuditPlan(), deps);
    expect(new Set(asked).size).toBe(asked.length);
    expect(report.summary.calls).toEqual({
      gitlab: asked.filter((name) => name.startsWith('gitlab')).length,
      jira: asked.filter((name) => name.startsWith('jira')).length,
    });
  });

  it('is incomplete where the run ledger has a run that cannot be read, names it, and is replayed to that', async () => {
    const { deps } = createFixture();
    const readAgentRuns = async () => ({ runs: [], marks: [], unreadable: ['run-7'] });
    const { report } = await runAudit(anAuditPlan(), { ...deps, readAgentRuns });
    expect(report.gaps).toMatchObject([{ reason: 'source-unreadable', subject: 'run-7' }]);
    expect(report.summary.result).toBe('incomplete');
    expect(auditExitCode(report, 'none')).toBe(3);
    expect((await replayAudit({ fixVersion: '2.4.0' }, deps)).report).toEqual(report);
  });

  it('is replayed to the same bytes without any question', async () => {
    const { deps, asked } = createFixture();
    const live = await runAudit(anAuditPlan(), deps);
    const before = asked.length;
    const replayed = await replayAudit({ fixVersion: '2.4.0' }, deps);
    expect(asked).toHaveLength(before);
    for (const file of live.files) expect(contentOf(replayed.files, file.name), file.name).toEqual(readContent(file));
  });

  it('is replayed as it was although another version was audited into the same evidence since', async () => {
    const { deps, answers } = createFixture();
    const live = await runAudit(anAuditPlan(), deps);
    answers['jira GET project/PROJ/version'] = { values: [{ id: '2', name: '2.5.0' }], isLast: true };
    answers['jira GET version/2/relatedIssueCounts'] = { issuesFixedCount: 2 };
    answers['gitlab POST graphql'] = new TaskError('gitlab-forbidden');
    const next = await runAudit(anAuditPlan({ fixVersion: '2.5.0' }), deps);
    expect(next.report.summary.result).toBe('incomplete');
    const replayed = await replayAudit({ fixVersion: '2.4.0' }, deps);
    for (const file of live.files) expect(contentOf(replayed.files, file.name), file.name).toEqual(readContent(file));
  });

  it('is replayed as it was although the same version was audited again, up to the records that are named', async () => {
    const { deps, answers } = createFixture();
    const live = await runAudit(anAuditPlan(), deps);
    const { evidence } = Manifest.parse(JSON.parse(String(contentOf(live.files, MANIFEST))));
    answers['gitlab POST graphql'] = new TaskError('gitlab-forbidden');
    await runAudit(anAuditPlan(), deps);
    const { report } = await replayAudit({ fixVersion: '2.4.0', records: evidence?.records }, deps);
    expect(report).toEqual(live.report);
    expect((await replayAudit({ fixVersion: '2.4.0' }, deps)).report.summary.result).toBe('incomplete');
  });

  it.each([
    { first: 'gitlab GET projects/7/pipelines', later: 'gitlab GET projects/7/merge_requests merged' },
    { first: 'gitlab GET projects/7/merge_requests opened', later: 'gitlab POST graphql' },
    { first: 'gitlab GET projects/group%2Fapp', later: 'jira POST search/jql' },
    { first: 'jira GET status', later: 'gitlab GET projects/7/pipelines' },
  ])('asks for one list while it waits for another: $first before $later', async ({ first, later }) => {
    const { deps, asked } = createFixture();
    const fetch: EvidenceFetch = async (request, signal) => {
      const place = asked.length;
      const answer = await deps.fetch(request, signal);
      if (asked[place] === later) await vi.waitFor(() => expect(asked).toContain(first));
      return answer;
    };
    const { report } = await runAudit(anAuditPlan(), { ...deps, fetch });
    expect(report.gaps).toEqual([]);
    expect(report.summary.calls).toEqual(report.summary.calls_floor);
  });

  it('says the same of what was refused, whichever list ends first', async () => {
    const { deps, asked, answers } = createFixture();
    const [graphql, pipelines] = ['gitlab POST graphql', 'gitlab GET projects/7/pipelines'];
    for (const name of [graphql, pipelines]) answers[name] = new TaskError('gitlab-forbidden', { detail: name });
    const fetch: EvidenceFetch = async (request, signal) => {
      const place = asked.length;
      const answer = deps.fetch(request, signal);
      if (asked[place] === graphql) await vi.waitFor(() => expect(asked).toContain(pipelines));
      return answer;
    };
    const live = await runAudit(anAuditPlan(), { ...deps, fetch });
    expect(live.report.gaps).toContainEqual(expect.objectContaining({ detail: expect.stringContaining(pipelines) }));
    expect((await replayAudit({ fixVersion: '2.4.0' }, deps)).report).toEqual(live.report);
  });

  it('is replayed by the policies of its bindings, by another one for all, or by those of a report', async () => {
    const { deps } = createFixture();
    const strict = AuditPolicy.parse({ approvals: { required: 2 } });
    const [repository] = anAuditPlan().repositories;
    const plan = anAuditPlan({
      repositories: repository ? [{ ...repository, policy: strict }] : [],
      projectPolicies: { PROJ: strict },
    });
    const live = await runAudit(plan, deps);
    const required = async (options: Partial<Parameters<typeof replayAudit>[0]>) =>
      (await replayAudit({ fixVersion: '2.4.0', ...options }, deps)).report.changes.map((one) => one.approvalsRequired);
    const { policy, repositoryPolicies } = live.report;
    expect(await required({})).toEqual([2]);
    expect(await required({ policy: AuditPolicy.parse({ approvals: { required: 0 } }) })).toEqual([0]);
    expect((await replayAudit({ fixVersion: '2.4.0', policy, repositoryPolicies }, deps)).report).toEqual(live.report);
  });

  it('is incomplete where another binding of a repository releases from a branch that was not audited', async () => {
    const { deps } = createFixture();
    const [repository] = anAuditPlan().repositories;
    const plan = anAuditPlan({ repositories: repository ? [{ ...repository, otherBranches: ['develop'] }] : [] });
    const { report } = await runAudit(plan, deps);
    expect(report.gaps).toMatchObject([
      {
        reason: 'branch-not-audited',
        subject: 'group/app@develop',
        next: 'Audit it by itself: cmap audit run --fix-version "2.4.0" --repo group/app --to develop',
      },
    ]);
    expect(report.summary.result).toBe('incomplete');
    expect((await replayAudit({ fixVersion: '2.4.0' }, deps)).report.gaps).toEqual(report.gaps);
  });

  it('goes on after being killed at any question, and asks none twice that was answered', async () => {
    const whole = createFixture();
    const expected = await runAudit(anAuditPlan(), whole.deps);
    for (let last = 1; last < whole.asked.length; last += 1) {
      const { deps, asked } = createFixture();
      const answer = deps.fetch;
      const killed = new Error('killed');
      deps.fetch = async (request) => {
        if (asked.length >= last) throw killed;
        return answer(request);
      };
      await expect(runAudit(anAuditPlan(), deps)).rejects.toBe(killed);
      deps.fetch = answer;
      const resumed = await runAudit(anAuditPlan(), deps, { resume: true });
      expect(new Set(asked).size, `killed after ${last}`).toBe(asked.length);
      expect(canonicalJson(resumed.report)).toBe(canonicalJson(expected.report));
    }
  });

  it('asks again for everything that may have changed, and never for commits between two SHAs', async () => {
    const { deps, asked } = createFixture();
    await runAudit(anAuditPlan(), deps);
    asked.length = 0;
    await runAudit(anAuditPlan(), deps);
    expect(asked).not.toContain('gitlab GET projects/7/repository/commits');
    expect(asked).toContain('gitlab GET projects/7/repository/commits/main');
  });

  it.each([
    ['forbidden', 'gitlab GET projects/group%2Fapp', new TaskError('gitlab-forbidden'), 'group/app'],
    ['throttled', 'gitlab POST graphql', new TaskError('gitlab-rate-limited'), 'group/app'],
    ['unavailable', 'jira POST search/jql', new TaskError('jira-unavailable'), 'PROJ'],
  ] as const)('is incomplete when something is %s, and replays just so', async (reason, question, error, subject) => {
    const { deps, answers } = createFixture();
    answers[question] = error;
    const { report } = await runAudit(anAuditPlan(), deps);
    expect(report.gaps).toContainEqual(expect.objectContaining({ reason, subject }));
    expect(report.summary.result).toBe('incomplete');
    const replayed = await replayAudit({ fixVersion: '2.4.0' }, deps);
    expect(canonicalJson(replayed.report)).toBe(canonicalJson(report));
  });

  it('says that no project has the version', async () => {
    const { deps, answers } = createFixture();
    answers['jira GET project/PROJ/version'] = { values: [{ id: '1', name: '2.4.0-rc' }], isLast: true };
    await expect(runAudit(anAuditPlan(), deps)).rejects.toMatchObject({ code: 'version-unknown' });
  });
});

describe('evidence', () => {
  it.each([
    ['a missing record', (files: Map<string, string>) => files.delete('records/000003.json'), /records\/000003\.json/],
    ['a changed record', (files: Map<string, string>) => change(files, 'records/000003.json'), /records\/000003\.json/],
    [
      'a missing answer',
      (files: Map<string, string>) => files.delete(firstObject(files)),
      /objects\/[0-9a-f]{64}\.json is not there/,
    ],
    [
      'a changed answer',
      (files: Map<string, string>) => change(files, firstObject(files)),
      /objects\/[0-9a-f]{64}\.json does not have/,
    ],
  ])('names the file of %s', async (_name, damage, message) => {
    const { deps } = createFixture();
    await runAudit(anAuditPlan(), deps);
    damage(deps.evidence.files.contents);
    await expect(replayAudit({ fixVersion: '2.4.0' }, deps)).rejects.toMatchObject({
      detail: expect.stringMatching(message),
    });
  });

  it('says which versions it has when asked for another', async () => {
    const { deps } = createFixture();
    await runAudit(anAuditPlan(), deps);
    await expect(replayAudit({ fixVersion: '9.9' }, deps)).rejects.toMatchObject({
      code: 'evidence-missing',
      detail: 'evidence has audits of 2.4.0, none of 9.9.',
    });
  });
});

describe('manifest', () => {
  it('finds a file that was changed, one that is gone, and a changed manifest', async () => {
    const { deps } = createFixture();
    const { files } = await runAudit(anAuditPlan(), deps);
    const manifest = Manifest.parse(JSON.parse(String(contentOf(files, MANIFEST))));
    const read = async (name: string) => contentOf(files, name);
    expect(await checkManifest(manifest, read)).toEqual([]);
    expect(await checkManifest(manifest, async (name) => (name === 'audit.md' ? undefined : read(name)))).toEqual([
      'audit.md is not there.',
    ]);
    expect(
      await checkManifest(manifest, async (name) => (name === 'audit.json' ? Buffer.from('{}') : read(name))),
    ).toEqual(['audit.json was changed since the audit.']);
    const [first] = manifest.files;
    if (first) first.sha256 = '0'.repeat(64);
    expect(
      (await checkManifest(manifest, read)).some((problem) => problem.startsWith('manifest.json was changed')),
    ).toBe(true);
  });
});

function firstObject(files: Map<string, string>): string {
  return [...files.keys()].find((path) => path.startsWith('objects/')) ?? '';
}

function change(files: Map<string, string>, path: string): void {
  files.set(
    path,
    (files.get(path) ?? '').replace(/\d/, (digit) => String((Number(digit) + 1) % 10)),
  );
}
