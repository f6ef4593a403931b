import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { createAuditArchive } from '../../shared/adapters/storage/blobs/create-audit-archive.ts';
import { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import type { AuditArchive } from '../../shared/domain/ports/audit-archive.ts';
import { EvidenceRecord } from '../../shared/services/audit/evidence/record.ts';
import { checkManifest, Manifest } from '../../shared/services/audit/manifest.ts';
import { waitUntil } from '../wait-until.ts';
import { finished, REPO } from './merge-request-steps.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { CANARIES, createTriggeredIssue, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const VERSION = '1.0.0';

let environment: Environment;
let archive: AuditArchive;
let issueKey: string;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    maxRunners: 1,
    // How long the next runner waits after the last sign of life of one that was killed.
    runnerEnv: SHORT_LEASE,
    functionsEnv: { AUDIT_SCHEDULE: '0 0 5 * * *', AUDIT_VERSIONS: VERSION },
  });
  archive = createAuditArchive({ connectionString: environment.proxy.connectionString }, 'audits');
  for (const project of ['PROJ', 'OPS']) environment.jira.addVersion(project, VERSION);

  issueKey = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
  environment.jira.addFixVersion(issueKey, VERSION);
  await environment.fire('poll-jira');
  await environment.settle();
  const [mergeRequest] = environment.gitlab.project(REPO).mergeRequests;
  if (!mergeRequest) throw new Error('the agent opened no merge request');
  const ada = environment.gitlab.as('ada');
  ada.edit(REPO, mergeRequest.iid, { title: mergeRequest.title.replace(/^Draft: /, '') });
  await ada.merge(REPO, mergeRequest.iid);
  environment.gitlab.requests.clear();
});
afterAll(() => environment.close());

async function requestAudit(body: object, key: string) {
  const answer = await fetch(`${environment.functions[0]?.url}/api/audits`, {
    method: 'POST',
    headers: { 'x-cmap-admin-secret': CANARIES.adminSecret, 'idempotency-key': key },
    body: JSON.stringify({ fixVersion: VERSION, from: 'root', ...body }),
  });
  return { status: answer.status, body: (await answer.json()) as { runId: string; duplicate?: true } };
}

async function readReport(auditId: string): Promise<AuditReport> {
  return AuditReport.parse(JSON.parse((await archive.find({ fixVersion: VERSION, auditId }, 'audit.json')) ?? ''));
}

it('is asked for over HTTP, performed by a runner, and kept with its evidence', async () => {
  const asked = await requestAudit({ projects: ['PROJ'], scope: { train: 'november' } }, 'first');
  expect(asked).toMatchObject({ status: 202, body: { runId: expect.stringMatching(/^run-/) } });
  const { runId } = asked.body;
  expect((await requestAudit({ projects: ['PROJ'], scope: { train: 'november' } }, 'first')).body).toEqual({
    runId,
    duplicate: true,
  });

  const run = await finished(environment, runId);

  expect(run).toMatchObject({ state: 'done', attempt: 1, result: { what: expect.stringMatching(/^audit-/) } });
  expect(run.result?.summary).toMatch(
    /1 of 1 stories have code; 1 merge requests and \d+ commits in 1 ranges\n.*audit\.html$/,
  );
  const report = await readReport(runId);
  expect(report.summary).toMatchObject({ fixVersion: VERSION, projects: ['PROJ'], scope: { train: 'november' } });
  expect(report.summary.counts).toMatchObject({ stories: 1, mergeRequests: 1, agentChanges: 1 });
  const place = { fixVersion: VERSION, auditId: runId };
  const manifest = Manifest.parse(JSON.parse((await archive.find(place, 'manifest.json')) ?? ''));
  const text = manifest.files.filter(({ name }) => !name.endsWith('.xlsx'));
  expect(
    (
      await checkManifest({ ...manifest, files: text }, async (name) =>
        Buffer.from((await archive.find(place, name)) ?? ''),
      )
    ).filter((problem) => !problem.includes('manifest.json was changed')),
  ).toEqual([]);
  expect((await archive.list(VERSION)).map(({ auditId }) => auditId)).toEqual([runId]);
});

it('knows from the run ledger that the agent wrote a change, and who asked for it', async () => {
  const [audit] = await archive.list(VERSION);
  const report = await readReport(audit?.auditId ?? '');
  const [coding] = await environment.storage.ledger.listRecent(`issue~${issueKey}`, 1);

  const [change] = report.changes.filter(({ agent }) => agent !== null);
  expect(change?.agent).toMatchObject({ runIds: [coding?.runId], knownFrom: 'ledger-and-trailer' });
  expect(report.sources.map(({ service }) => service)).toContain('ledger');
});

it('goes on after its runner was killed, asks no finished question again, and is found by the timer too', async () => {
  environment.gitlab.requests.clear();
  const killed = Promise.withResolvers<void>();
  // One question is open until the runner is gone, so that it cannot end before.
  environment.gitlab.addFault({
    kind: 'delay',
    match: '/merge_requests?state=opened',
    times: Number.POSITIVE_INFINITY,
    until: killed.promise,
  });

  await environment.fire('audit-versions');
  const [open] = await environment.storage.ledger.listOpen();
  const runId = open?.runId ?? '';
  const evidence = archive.evidence({ fixVersion: VERSION, auditId: runId }, {});
  await waitUntil('some questions are answered', async () => (await evidence.list('records/')).length >= 8);
  const stored = await Promise.all((await evidence.list('records/')).map((path) => evidence.find(path)));
  const runners = environment.jobs.running();
  for (const runner of runners) runner.kill('SIGKILL');
  await Promise.all(runners.map(({ exited }) => exited));
  environment.gitlab.clearFaults();
  killed.resolve();

  const run = await finished(environment, runId);

  expect(run).toMatchObject({ state: 'done', attempt: 2 });
  const records = await Promise.all((await evidence.list('records/')).map((path) => evidence.find(path)));
  expect(records.slice(0, stored.length)).toEqual(stored);
  const parsed = records.map((text) => EvidenceRecord.parse(JSON.parse(text ?? '')));
  const keys = parsed.flatMap((record) => (record.kind === 'answer' ? [record.key] : []));
  expect(new Set(keys).size).toBe(keys.length);
  expect(parsed.map(({ kind }) => kind).filter((kind) => kind !== 'answer')).toEqual(['begin', 'end']);
  expect((await readReport(runId)).summary.counts).toMatchObject({ agentChanges: 1 });
  expect(await archive.list(VERSION)).toHaveLength(2);
});
