import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { reportWeekly } from '../../cli/commands/report/weekly.ts';
import { ReportWeeklyOptions } from '../../cli/commands/report/weekly-options.ts';
import { runsExport } from '../../cli/commands/run/export.ts';
import { runsVerify } from '../../cli/commands/run/verify.ts';
import { createDirectoryFiles } from '../../shared/adapters/evidence/directory-files.ts';
import { createAuditArchive } from '../../shared/adapters/storage/blobs/create-audit-archive.ts';
import { createLedgerFiles } from '../../shared/adapters/storage/blobs/create-ledger-files.ts';
import { DAY, MINUTE, systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createOutputFile } from '../../shared/services/audit/output-file.ts';
import { createReadAgentRuns } from '../../shared/services/audit/read-agent-runs.ts';
import { storeAudit } from '../../shared/services/audit/store-audit.ts';
import { createLedgerArchiver } from '../../shared/services/runs/archive/create-ledger-archiver.ts';
import { joinArchive } from '../../shared/services/runs/archive/join-archive.ts';
import { purge } from '../../shared/services/runs/purge.ts';
import { useAzurite } from '../azurite.ts';
import { aMergeRequest, aRepository } from '../builders/audit.ts';
import { anAuditReport } from '../builders/audit-report.ts';
import { aProject } from '../builders/gitlab.ts';
import { theAgent } from '../builders/jira.ts';
import { aCodingTask } from '../builders/tasks.ts';
import { createAzuriteFixture } from '../contracts/storage-fixture.ts';
import { createMemoryIO } from '../doubles/memory-io.ts';
import { createMemoryTools } from '../doubles/memory-tools.ts';

const lane = useAzurite();
const createFixture = createAzuriteFixture(lane);
let containers = 0;

const WeeklyArtefacts = z.object({
  artefacts: z.object({ items: z.array(z.object({ kind: z.string(), title: z.string() })) }),
});

const MERGE_REQUEST = aMergeRequest(7, { createdAt: '2026-01-06T12:00:00.000Z' });
const REPOSITORY = aRepository('head', { projectId: 7, commits: [], mergeRequests: [MERGE_REQUEST] });

/** A deployment whose ledger has had a run on each of four days, kept by two sweepers. */
async function aDeployment({ start }: { start?: number } = {}) {
  containers += 1;
  const container = `ledger-${containers}`;
  const { connectionString } = lane.azurite;
  const files = createLedgerFiles({ connectionString }, container);
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  const fixture = await createFixture();
  const { clock, ledger } = fixture;
  await clock.advance(Math.max(0, (start ?? 0) - clock.now()));
  const sweepers = [1, 2].map(() => createLedgerArchiver({ ...fixture, files, clock, log: silentLog }));
  for (let day = 0; day < 4; day += 1) {
    const requestedBy = { service: 'jira', id: 'ada', name: 'Ada' } as const;
    const run = await ledger.create({ runId: `run-${day}`, dedupKey: `${day}`, task: aCodingTask({ requestedBy }) });
    const running = run && (await ledger.update(run, { state: 'running', attempt: 1 }));
    const result = { what: 'merge-request', mergeRequestIid: 7, mergeRequestUrl: MERGE_REQUEST.url };
    if (running) await ledger.update(running, { state: 'done', result, notified: true });
    await clock.advance(DAY);
    await Promise.all(sweepers.map((archive) => archive()));
    await clock.advance(MINUTE);
  }
  const tools = { ...createMemoryTools({ ledgerFiles: files }), storage: async () => fixture };
  const verify = async (dir?: string) => {
    const io = createMemoryIO({ clock, cwd: dir ?? '/' });
    const exitCode = await runsVerify({ ...(dir === undefined ? {} : { dir }), json: true }, io, tools);
    return { exitCode, ...(JSON.parse(io.stdout) as { days: number; runs: number; problems: string[] }) };
  };
  return { ...fixture, files, client, tools, verify, sweepers };
}

it('keeps each day once in a container that nothing is changed in, and finds all of it as it was written', async () => {
  const { files, client, verify } = await aDeployment();

  expect(await files.list('days/')).toHaveLength(4);
  expect(await files.create('days/2026-01-05.jsonl', 'another')).toBe(false);
  for await (const { name, properties } of client.listBlobsFlat())
    expect(properties.contentLength, name).toBeGreaterThan(100);
  expect(await verify()).toMatchObject({ exitCode: 0, days: 4, runs: 4, problems: [] });
});

it('notices a day that was taken away, in the middle and at the end, and one that was changed', async () => {
  const { files, client, verify } = await aDeployment();
  const days = await files.list('days/');
  const texts = await Promise.all(days.map(async (name) => (await files.find(name)) ?? ''));
  const put = (index: number, text: string) => client.uploadBlockBlob(days[index] ?? '', text, Buffer.byteLength(text));

  await client.deleteBlob(days[3] ?? '');
  expect(await verify()).toMatchObject({
    exitCode: 1,
    problems: [`${days[3]} is missing: it was the last day that was kept.`],
  });
  await put(3, texts[3] ?? '');
  await client.deleteBlob(days[1] ?? '');
  expect(await verify()).toMatchObject({ exitCode: 1, problems: [`${days[1]} is missing.`] });
  await put(1, (texts[1] ?? '').replace('"Ada"', '"Eve"'));
  expect((await verify()).problems).toEqual([
    `${days[1]} was changed: its lines are not those its first line names.`,
    `${days[1]} was changed: it is not the file that ${days[2]} names.`,
  ]);
});

it('is checked as well in a folder of copies, which does not know the last day', async () => {
  const { files, verify } = await aDeployment();
  const folder = await mkdtemp(path.join(tmpdir(), 'ledger-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const copies = createDirectoryFiles(folder);
  await expect(verify(folder)).rejects.toThrow('holds no kept day');
  for (const name of await files.list('days/')) await copies.create(name, (await files.find(name)) ?? '');

  expect(await verify(folder)).toMatchObject({ exitCode: 0, days: 4, runs: 4 });
  await writeFile(path.join(folder, 'days/2026-01-06.jsonl'), '');
  expect((await verify(folder)).problems).toHaveLength(2);
});

it('an audit and an export still have the runs that have left the tables', async () => {
  const { ledger, files, clock, tools, sweepers, ...storage } = await aDeployment();
  const readers = { read: createReadAgentRuns(joinArchive(ledger, files), ['PROJ']) };
  const before = await readers.read([REPOSITORY]);
  expect(before).toMatchObject({ runs: { length: 4 }, unreadable: [] });

  await clock.advance(30 * DAY);
  const kept = await sweepers[0]?.();
  const purged = await purge({ ...storage, ledger, clock }, { runsMs: 7 * DAY, skipLogMs: DAY }, kept);

  expect(purged).toMatchObject({ runs: 4 });
  expect(await ledger.find('run-0')).toBeUndefined();
  expect(await readers.read([REPOSITORY])).toEqual(before);
  const io = createMemoryIO({ clock });
  expect(await runsExport({ since: 60 * DAY, format: 'jsonl', json: false }, io, tools)).toBe(0);
  const lines = io.stdout.trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { runId: string }).runId)).toEqual([
    'run-3',
    'run-2',
    'run-1',
    'run-0',
  ]);
});

it('a weekly report has the audits that are kept, and the same runs after they have left the tables', async () => {
  // The service stamps what is kept with its own time.
  const { ledger, files, clock, sweepers, ...storage } = await aDeployment({ start: systemClock.now() - 3 * DAY });
  const { connectionString } = lane.azurite;
  const archive = createAuditArchive({ connectionString }, `audits-weekly-${containers}`);
  const { summary } = anAuditReport();
  for (const [auditId, projects] of [
    ['run-a', ['PROJ']],
    ['run-b', ['SHOP']],
  ] as const) {
    const text = JSON.stringify({ ...summary, projects });
    const kept = [
      createOutputFile('audit-summary.json', 'application/json', [text]),
      createOutputFile('manifest.json', 'application/json', ['{"files":[]}']),
    ];
    await storeAudit(kept, { archive, place: { fixVersion: '2.4.0', auditId }, scope: {} });
  }
  const report = async () => {
    const io = createMemoryIO({ clock, env: { AzureWebJobsStorage: 'set' } });
    const tools = createMemoryTools({
      ledgerFiles: files,
      mappings: { PROJ: { repo: 'group/app' } },
      jira: {
        searchIssues: async () => ({ issues: [], unreadable: [], truncated: false }),
        listStatuses: async () => [],
        getMyself: async () => theAgent(),
      },
      gitlab: { findProject: async () => aProject(), listMergeRequests: async () => [] },
    });
    const options = ReportWeeklyOptions.parse({ since: '60d', json: true });
    const exitCode = await reportWeekly(options, io, {
      ...tools,
      storage: async () => ({ ...storage, ledger }),
      archive: async () => archive,
    });
    const { artefacts } = WeeklyArtefacts.parse(JSON.parse(io.stdout));
    return { exitCode, stderr: io.stderr, titles: artefacts.items.map(({ kind, title }) => `${kind} ${title}`).sort() };
  };

  await clock.advance(30 * DAY);
  const expected = {
    exitCode: 0,
    stderr: '',
    titles: ['audit 2.4.0: clean', ...Array.from({ length: 4 }, () => 'run coding PROJ-12: done, merge-request')],
  };
  expect(await report()).toEqual(expected);
  const kept = await sweepers[0]?.();
  const retention = { runsMs: 7 * DAY, skipLogMs: DAY };
  expect(await purge({ ...storage, ledger, clock }, retention, kept)).toMatchObject({ runs: 4 });
  expect(await report()).toEqual(expected);
});
