import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClones } from '../../cli/commands/audit/open-clones.ts';
import { API } from '../../sandbox/audit/play-api.ts';
import { WEB } from '../../sandbox/audit/play-web.ts';
import { WORKER } from '../../sandbox/audit/play-worker.ts';
import { createReleasePlan } from '../../sandbox/audit/release-plan.ts';
import { type Release, startRelease } from '../../sandbox/audit/start-release.ts';
import { auditExitCode } from '../../shared/domain/audit/exit-code.ts';
import type { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import type { EvidenceFetch } from '../../shared/domain/ports/evidence.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import type { AuditPlan } from '../../shared/services/audit/plan/audit-plan.ts';
import { replayAudit, runAudit } from '../../shared/services/audit/run-audit.ts';
import { createMemoryFiles } from '../doubles/memory-files.ts';

let release: Release;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-clone-'));
  release = await startRelease();
});
afterAll(async () => {
  await release.close();
  await rm(folder, { recursive: true, force: true });
});

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** Clones a project as a job does, and names the address a job would have cloned. */
function clone(project: string, name: string, ...options: string[]): string {
  const directory = path.join(folder, name);
  git('clone', '-q', ...options, `file://${release.gitlab.project(project).repository.directory}`, directory);
  git('-C', directory, 'remote', 'set-url', 'origin', `https://job:secret@gitlab.example.com/${project}.git`);
  return directory;
}

async function audit(plan: AuditPlan, directories: string[] = []) {
  const opened = await openClones(directories, plan, { cwd: folder, env: process.env });
  const fetch: EvidenceFetch = (request, signal) =>
    (request.service === 'git' ? opened.fetch : release.fetch)(request, signal);
  const deps = {
    evidence: { files: createMemoryFiles(), place: 'evidence' },
    fetch,
    siteUrl: release.siteUrl,
    clock: release.clock,
    log: silentLog,
    toolVersion: '0.1.0',
    writeWorkbook: async () => new Uint8Array(),
  };
  const { report } = await runAudit(opened.plan, deps);
  expect((await replayAudit({ fixVersion: '2.4.0' }, deps)).report).toEqual(report);
  return report;
}

function planOf(project: string, overrides: Partial<AuditPlan['repositories'][number]> = {}): AuditPlan {
  const plan = createReleasePlan();
  const one = plan.repositories.filter(({ repository }) => repository === project);
  return { ...plan, repositories: one.map((repository) => ({ ...repository, ...overrides })) };
}

/** All that does not depend on where the commits were read. */
const withoutSources = ({ commits, changes, findings, stories, gaps }: AuditReport) => ({
  commits: commits.map(({ source: _, committedAt, ...rest }) => ({ ...rest, at: Date.parse(committedAt) })),
  changes: changes.map(({ sources: _, ...rest }) => rest),
  findings: findings.map(({ sources: _, ...rest }) => rest),
  stories: stories.map(({ sources: _, ...rest }) => rest),
  gaps,
});

describe('the history of a local clone', () => {
  it.each([
    ['that squashes', API, undefined],
    ['that merges, on a release branch', WEB, undefined],
    ['that fast-forwards, from the newest release tag', WORKER, null],
  ])('says the same as GitLab of a project %s, without a call for the commits', async (_, project, from) => {
    const plan = planOf(project, from === undefined ? {} : { from });
    const directory = clone(project, `whole-${project.replace('/', '-')}`);
    const [asked, read] = [await audit(plan), await audit(plan, [directory])];
    expect(read.gaps).toEqual([]);
    expect(withoutSources(read)).toEqual(withoutSources(asked));
    expect(read.summary.calls).toEqual(read.summary.calls_floor);
    expect(read.summary.calls.gitlab).toBe(asked.summary.calls.gitlab - (from === null ? 2 : 1));
    expect(read.sources.some(({ service, url }) => service === 'git' && url.startsWith(`git:${project}/commits`))).toBe(
      true,
    );
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('has the patch id of every commit that changes something, and of those of another branch that it has', async () => {
    const plan = planOf(API);
    const { fetch } = await openClones([clone(API, 'patches')], plan, { cwd: folder, env: process.env });
    const to = release.gitlab.project(API).repository.branches.get('main') ?? '';
    const ask = async (what: string, rest: object) =>
      JSON.parse((await fetch({ service: 'git', method: 'GET', path: `${API}/${what}`, ...rest })).text);
    const commits: { id: string; patch_id: string | null; paths: string[] }[] = await ask('commits', { query: { to } });
    expect(commits.length).toBeGreaterThan(3);
    for (const { patch_id, paths } of commits) {
      expect(patch_id).toMatch(/^[0-9a-f]{40}$/);
      expect(paths.length).toBeGreaterThan(0);
    }
    const [first] = commits;
    const shas = [first?.id, 'f'.repeat(40)];
    expect(await ask('patch-ids', { body: { shas } })).toEqual({ [first?.id ?? '']: first?.patch_id });
  });

  it('answers for one repository, and GitLab for the others', async () => {
    const read = await audit(createReleasePlan(), [clone(API, 'one-of-three')]);
    expect(withoutSources(read)).toEqual(withoutSources(await audit(createReleasePlan())));
  });

  it.each<[string, () => string, { reason: string; text: string }]>([
    ['is shallow', () => clone(API, 'shallow', '--depth', '1'), { reason: 'shallow-clone', text: 'GIT_DEPTH: 0' }],
    [
      'is partial',
      () => clone(API, 'partial', '--filter=blob:none', '--no-checkout'),
      { reason: 'source-unreadable', text: 'without --filter' },
    ],
    [
      'does not have the end of the range',
      () => clone(API, 'old', '--branch', 'v2.3.0', '--single-branch'),
      { reason: 'not-found', text: 'git fetch --tags' },
    ],
  ])('makes the audit incomplete and not green when it %s', async (_, make, { reason, text }) => {
    const report = await audit(planOf(API), [make()]);
    expect(report.gaps).toContainEqual(expect.objectContaining({ reason, subject: API }));
    const gap = report.gaps.find((one) => one.reason === reason);
    expect(`${gap?.detail} ${gap?.next}`).toContain(text);
    expect(auditExitCode(report, 'none')).toBe(3);
  });

  it('is that of the commits alone: nothing the clone says otherwise counts, and none of its programs runs', async () => {
    const directory = clone(API, 'hostile');
    const ran = path.join(folder, 'ran');
    const program = path.join(folder, 'program.sh');
    await writeFile(program, `#!/bin/sh\ntouch ${ran}\ncat\n`, { mode: 0o755 });
    await appendFile(
      path.join(directory, '.git/config'),
      `[core]\n\tfsmonitor = ${program}\n\tpager = ${program}\n[diff]\n\texternal = ${program}\n\tnoprefix = true\n[diff "x"]\n\ttextconv = ${program}\n\tcommand = ${program}\n[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${program}\n`,
    );
    await writeFile(path.join(directory, '.gitattributes'), '* diff=x\n');
    await writeFile(path.join(directory, '.git/info/attributes'), '* diff=x\n');
    const [head, root] = [
      git('-C', directory, 'rev-parse', 'HEAD'),
      git('-C', directory, 'rev-list', '--max-parents=0', 'HEAD'),
    ];
    await writeFile(path.join(directory, '.git/info/grafts'), `${head} ${root}\n`);
    git('-C', directory, 'replace', git('-C', directory, 'rev-parse', 'HEAD~1'), root);
    const report = await audit(planOf(API), [directory]);
    expect(withoutSources(report)).toEqual(withoutSources(await audit(planOf(API))));
    expect(existsSync(ran)).toBe(false);
  });
});

describe('--git-dir', () => {
  it.each<[string, () => string, string]>([
    ['a folder outside any clone', () => tmpdir(), 'is in no clone of a repository that git can read'],
    ['a clone of another repository', () => clone(WEB, 'foreign'), `is a clone of ${WEB}, and audited is ${API}`],
    [
      'a repository without a remote',
      () => {
        git('init', '-q', path.join(folder, 'no-remote'));
        return path.join(folder, 'no-remote');
      },
      'is a clone of a repository without a remote',
    ],
  ])('refuses %s in one sentence', async (_, make, sentence) => {
    await expect(openClones([make()], planOf(API), { cwd: folder, env: process.env })).rejects.toThrow(sentence);
  });

  it('refuses two clones of one repository, and takes a folder inside a clone', async () => {
    const directory = clone(API, 'twice');
    const place = { cwd: directory, env: process.env };
    await expect(openClones(['.', directory], planOf(API), place)).rejects.toThrow(`two clones of ${API}`);
    const inside = await openClones(['src'], planOf(API), place);
    expect(inside.plan.repositories).toMatchObject([{ repository: API, clone: true }]);
  });
});

describe('a part of a repository', () => {
  it.each<[string, string, string[], Record<string, number>]>([
    ['that only a push touches', WORKER, ['config/**'], { mergeRequestsOutOfScope: 2, directPushesOutOfScope: 0 }],
    [
      'that one merge request touches',
      WORKER,
      ['src/SHOP-12*'],
      { mergeRequestsOutOfScope: 1, directPushesOutOfScope: 1 },
    ],
    ['of a project that squashes', API, ['src/PAY-1*'], { mergeRequestsOutOfScope: 2 }],
    ['of a project that merges', WEB, ['src/SHOP-2*'], {}],
    ['that nothing touches', WORKER, ['docs'], { mergeRequestsOutOfScope: 2, directPushesOutOfScope: 1 }],
  ])('is audited alike by GitLab and by a clone: %s', async (name, project, paths, expected) => {
    const plan = planOf(project, { paths });
    const [asked, read] = [await audit(plan), await audit(plan, [clone(project, `part ${name}`)])];
    expect(withoutSources(read)).toEqual(withoutSources(asked));
    for (const { summary } of [asked, read]) {
      expect(summary.counts).toMatchObject(expected);
      expect(summary.counts.commitsOutOfScope).toBeGreaterThan(0);
      expect(summary.calls).toEqual(summary.calls_floor);
    }
    expect(asked.changes.some(({ inScope }) => inScope)).toBe(paths[0] !== 'docs');
    expect(asked.summary.calls.gitlab).toBeGreaterThan(read.summary.calls.gitlab + 2);
  });
});
