import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeChange } from '../../sandbox/audit/make-change.ts';
import { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import { APP, RELEASE, type SmallRelease, startSmallRelease } from './small-release.ts';

let folder: string;
let release: SmallRelease;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-events-'));
  release = await startSmallRelease(folder);
  // With those of the release it is as many approvals as are worth a list.
  for (const part of ['one', 'two', 'three', 'four', 'five', 'six'])
    await makeChange(release, { path: APP, branch: part, title: `SHOP-1: Part ${part}` });
});
afterAll(async () => {
  await release.close();
  await rm(folder, { recursive: true, force: true });
});

async function audit(out: string, ...more: string[]) {
  release.gitlab.requests.clear();
  const argv = ['audit', 'run', '--fix-version', RELEASE, '--from', 'v2.3.0', '--out', path.join(folder, out), ...more];
  await release.run(argv);
  const asked = release.gitlab.requests.entries.map(({ url }) => url);
  const report = AuditReport.parse(JSON.parse(await readFile(path.join(folder, out, 'audit.json'), 'utf8')));
  return {
    report,
    approvals: report.changes.map(({ id, approvals }) => ({ id, approvals })),
    events: asked.filter((url) => /\/events\?/.test(url)),
    alone: asked.filter((url) => /\/approvals(\?|$)/.test(url)),
  };
}

it('takes the times of approvals from the events of the project, and judges as with a call for each', async () => {
  const listed = await audit('listed');
  const deep = await audit('deep', '--deep');

  expect(listed.events).toHaveLength(1);
  expect(new URL(`http://x${listed.events[0]}`).searchParams.get('action')).toBe('approved');
  expect(listed.alone).toEqual([]);
  expect(deep.alone.length).toBeGreaterThanOrEqual(10);
  expect(JSON.stringify(listed.approvals)).toContain('2026-11-');
  expect(listed.approvals).toEqual(deep.approvals);
  expect(listed.report.findings).toEqual(deep.report.findings);
  expect(listed.report.summary.calls).toEqual(listed.report.summary.calls_floor);
});

it('asks one by one where the sandbox, as an older GitLab, has no events of approvals', async () => {
  release.gitlab.failNext({ match: '/events', status: 404 });
  const { events, alone, report } = await audit('refused');
  expect(events).toHaveLength(1);
  expect(alone.length).toBeGreaterThanOrEqual(10);
  expect(report.summary.calls).toEqual(report.summary.calls_floor);
});
