import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, it } from 'vitest';
import { createAuditTools } from '../../cli/clients/audit-tools.ts';
import { auditList } from '../../cli/commands/audit/list.ts';
import { AuditRunOptions, auditRun } from '../../cli/commands/audit/run.ts';
import { runsExport } from '../../cli/commands/run/export.ts';
import { createAuditArchive } from '../../shared/adapters/storage/blobs/create-audit-archive.ts';
import { chainEvents } from '../../shared/domain/runs/event-chain.ts';
import { DAY, HOUR, systemClock } from '../../shared/kernel/clock.ts';
import { createOutputFile } from '../../shared/services/audit/output-file.ts';
import { storeAudit } from '../../shared/services/audit/store-audit.ts';
import { useAzurite } from '../azurite.ts';
import { aCodingTask } from '../builders/tasks.ts';
import { describeEvidenceFiles } from '../contracts/evidence-files.ts';
import { createAzuriteFixture } from '../contracts/storage-fixture.ts';
import { createMemoryIO } from '../doubles/memory-io.ts';
import { createMemoryTools } from '../doubles/memory-tools.ts';

const lane = useAzurite();
const createFixture = createAzuriteFixture(lane);
let containers = 0;

function anArchive() {
  containers += 1;
  const container = `audits-${containers}`;
  const { connectionString } = lane.azurite;
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  return { client, archive: createAuditArchive({ connectionString }, container) };
}

describeEvidenceFiles(async () => anArchive().archive.evidence({ fixVersion: '2.4.0', auditId: 'run-1' }, {}));

const FILES = [
  createOutputFile('audit.json', 'application/json', ['{}\n']),
  createOutputFile('audit.html', 'text/html; charset=utf-8', ['<p>', 'page', '</p>']),
  createOutputFile('audit.xlsx', 'application/octet-stream', [Uint8Array.of(80, 75, 255, 0)]),
  createOutputFile('manifest.json', 'application/json', ['{"files":[]}\n']),
];

it('is empty before anything was kept', async () => {
  const { archive } = anArchive();

  expect(await archive.list()).toEqual([]);
  expect(await archive.evidence({ fixVersion: '1', auditId: 'a' }, {}).list('records/')).toEqual([]);
});

it('keeps each kind of file below the prefix its retention goes by, with what it belongs to as metadata', async () => {
  const { archive, client } = anArchive();
  const place = { fixVersion: 'März/2.4', auditId: 'run-1' };

  await archive.evidence(place, { train: 'a' }).create('records/000001.json', '{"n":1}');
  await storeAudit(FILES, { archive, place, scope: { train: 'a' } });

  const folder = 'M%C3%A4rz%2F2.4/run-1';
  const names: string[] = [];
  for await (const { name, metadata } of client.listBlobsFlat({ includeMetadata: true })) {
    names.push(name);
    expect(metadata).toEqual({ artifact: 'cmap-audit', version: 'M%C3%A4rz%2F2.4', scope: 'train%3Da' });
  }
  expect(names.sort()).toEqual([
    `evidence/${folder}/records/000001.json`,
    `json/${folder}/audit.json`,
    `json/${folder}/manifest.json`,
    `xlsx/${folder}/audit.html`,
    `xlsx/${folder}/audit.xlsx`,
  ]);
  expect(await archive.list()).toEqual([{ ...place, archivedAt: expect.any(Number) }]);
  expect(await archive.list('März/2.4')).toHaveLength(1);
  expect(await archive.list('2.4')).toEqual([]);
});

it('takes the same file twice, and never another one of the same name', async () => {
  const { archive } = anArchive();
  const place = { fixVersion: '2.4.0', auditId: 'run-1' };
  const target = { archive, place, scope: {} };

  const first = await storeAudit(FILES, target);
  expect(await storeAudit(FILES, target)).toBe(first);
  await expect(
    archive.store(place, createOutputFile('audit.json', 'application/json', ['{"changed":true}']), {}),
  ).rejects.toMatchObject({ code: 'evidence-damaged', detail: expect.stringContaining('json/2.4.0/run-1/audit.json') });
  const evidence = archive.evidence(place, {});
  expect(await evidence.create('records/000001.json', 'a')).toBe(true);
  expect(await evidence.create('records/000001.json', 'b')).toBe(false);
  expect(await evidence.find('records/000001.json')).toBe('a');
  expect(await evidence.find('records/000002.json')).toBeUndefined();
});

it('lists audits newest first, without those that are not whole, and with links that expire in an hour', async () => {
  const { archive } = anArchive();
  for (const auditId of ['run-1', 'run-2'])
    await storeAudit(FILES, { archive, place: { fixVersion: '2.4.0', auditId }, scope: {} });
  await storeAudit(FILES.slice(0, 2), { archive, place: { fixVersion: '2.4.0', auditId: 'run-3' }, scope: {} });
  const tools = { ...createMemoryTools(), archive: async () => archive };
  const io = createMemoryIO({ clock: systemClock });

  expect(await auditList({ fixVersion: '2.4.0', limit: 20, json: true }, io, tools)).toBe(0);

  const { audits } = JSON.parse(io.stdout) as { audits: { auditId: string; page: string; linksExpireAt: string }[] };
  expect(audits.map(({ auditId }) => auditId).sort()).toEqual(['run-1', 'run-2']);
  const page = audits[0]?.page ?? '';
  const answer = await fetch(page);
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<p>page</p>',
  ]);
  expect((await fetch(page.split('?')[0] ?? '')).ok).toBe(false);
  const expiry = Date.parse(new URL(page).searchParams.get('se') ?? '');
  expect(expiry - Date.now()).toBeGreaterThan(HOUR / 2);
  expect(expiry - Date.now()).toBeLessThanOrEqual(HOUR);

  const none = createMemoryIO();
  expect(await auditList({ fixVersion: '9.9', limit: 20, json: false }, none, tools)).toBe(0);
  expect(none.stdout).toBe('No audit of 9.9 is kept.\n');
});

it('keeps an audit of the command line with its evidence, once however often it is uploaded', async () => {
  const { archive, client } = anArchive();
  const tools = { ...createAuditTools(createMemoryIO()), archive: async () => archive };
  const upload = async () => {
    const io = createMemoryIO({ clock: systemClock, cwd: path.resolve(import.meta.dirname, '../..') });
    const given = { fixVersion: '2.4.0', offline: true, cacheDir: 'examples/audit/evidence', upload: true, json: true };
    expect(await auditRun(AuditRunOptions.parse(given), io, tools)).toBe(1);
    return (JSON.parse(io.stdout) as { uploaded: string }).uploaded;
  };

  const page = await upload();
  expect(await upload()).toBe(page);

  expect(page).toMatch(/\/xlsx\/2\.4\.0\/cli-[0-9a-f]{12}\/audit\.html$/);
  const [audit, ...others] = await archive.list('2.4.0');
  expect(others).toEqual([]);
  const kept: string[] = [];
  for await (const { name } of client.listBlobsFlat({ prefix: `evidence/2.4.0/${audit?.auditId}/records/` }))
    kept.push(name);
  expect(kept.length).toBeGreaterThan(10);
});

it('exports every run with its events as a chain, beyond what one look shows', async () => {
  const fixture = await createFixture();
  const { ledger, clock } = fixture;
  const old = await ledger.create({ runId: 'run-old', dedupKey: 'old', task: aCodingTask() });
  await clock.advance(8 * DAY);
  for (let n = 0; n < 102; n += 1) await ledger.create({ runId: `run-${n}`, dedupKey: `k${n}`, task: aCodingTask() });
  await ledger.append({ runId: 'run-7', at: clock.now(), name: 'cloned', fields: { branch: '=1+1' } });
  const tools = { ...createMemoryTools(), storage: async () => fixture };
  const printed = async (format: 'jsonl' | 'csv') => {
    const io = createMemoryIO({ clock });
    expect(await runsExport({ since: 7 * DAY, format, json: false }, io, tools)).toBe(0);
    return io.stdout.trimEnd().split('\n');
  };

  const runs = (await printed('jsonl')).map((line) => JSON.parse(line) as { runId: string; events: object[] });
  expect(runs).toHaveLength(102);
  expect(runs.map(({ runId }) => runId)).not.toContain(old?.runId);
  const chain = chainEvents(await ledger.listEvents('run-7'));
  expect(runs.find(({ runId }) => runId === 'run-7')?.events).toMatchObject(
    chain.map(({ name, previous, sha256 }) => ({ name, previous, sha256 })),
  );
  const lines = await printed('csv');
  expect(lines).toHaveLength(1 + 103);
  expect(lines[0]).toBe('runId,kind,taskId,state,requestedBy,at,event,fields,previous,sha256');
  expect(lines.filter((line) => line.startsWith('run-7,'))).toHaveLength(2);
});
