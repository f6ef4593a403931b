import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { beginFile } from '../../io/file-draft.ts';
import type { FileContent } from '../../io/io.ts';
import { AuditRunOptions, auditRun } from './run.ts';
import { AuditVerifyOptions, auditVerify } from './verify.ts';

const EVIDENCE = path.resolve(import.meta.dirname, '../../../examples/audit/evidence');

let root: string;
let written: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'audit-verify-'));
  written = path.join(root, 'written');
  await cp(EVIDENCE, path.join(written, 'evidence'), { recursive: true });
  const options = { fixVersion: '2.4.0', offline: true, out: written, cacheDir: path.join(written, 'evidence') };
  await auditRun(AuditRunOptions.parse(options), diskIO());
});
afterAll(() => rm(root, { recursive: true, force: true }));

function diskIO(more: Partial<ReturnType<typeof createMemoryIO>> = {}) {
  const io = createMemoryIO({ clock: createManualClock(Date.UTC(2026, 10, 28)) });
  const disk = {
    cwd: root,
    readFile: (file: string) => readFile(file),
    beginFile: (file: string) => beginFile(file, process),
    async writeFile(file: string, content: FileContent) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    },
  };
  return Object.assign(io, disk, more);
}

/** Verifies a copy of the audit after `tamper` had its way with the folder. */
async function verifyAfter(tamper: (dir: string) => Promise<void>, io = diskIO()) {
  const dir = await mkdtemp(path.join(root, 'copy-'));
  await cp(written, dir, { recursive: true });
  await tamper(dir);
  const code = await auditVerify(AuditVerifyOptions.parse({ dir, json: true }), io);
  const { problems } = JSON.parse(io.stdout) as { problems: string[] };
  return { code, problems: problems.map((problem) => problem.replaceAll(dir, 'DIR')) };
}

async function records(dir: string): Promise<string[]> {
  const folder = path.join(dir, 'evidence/records');
  return (await readdir(folder)).toSorted().map((name) => path.join(folder, name));
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(file, after);
}

/** Writes the manifest anew, as a person does who changed a file and knows how it is made. */
async function rewriteManifest(dir: string, change: (files: { name: string }[]) => { name: string }[] = (all) => all) {
  const file = path.join(dir, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
  let chain = '';
  const files = [];
  for (const { name } of change(manifest.files)) {
    const content = await readFile(path.join(dir, name));
    const sha256 = hashOf(content);
    chain = hashOf(`${chain}\n${name}\n${sha256}`);
    files.push({ name, bytes: content.byteLength, sha256, chain });
  }
  await writeFile(file, JSON.stringify({ ...manifest, files }));
}

const atNewYear = (text: string) => text.replace(/"at":"[^"]+"/, '"at":"2026-01-01T00:00:00.000Z"');

it('has no problem with an audit as it was written', async () => {
  expect(await verifyAfter(async () => {})).toEqual({ code: 0, problems: [] });
});

it('names a file that was changed, and one that is gone', async () => {
  const { code, problems } = await verifyAfter(async (dir) => {
    await appendFile(path.join(dir, 'audit.csv'), 'one more line\n');
    await rm(path.join(dir, 'audit.md'));
  });
  expect(code).toBe(1);
  expect(problems).toEqual(['audit.csv was changed since the audit.', 'audit.md is not there.']);
});

it('names a record in the middle that was changed', async () => {
  const { code, problems } = await verifyAfter(async (dir) => {
    const [, second = ''] = await records(dir);
    await rewrite(second, atNewYear);
  });
  expect(code).toBe(1);
  expect(problems).toEqual([expect.stringContaining('DIR/evidence/records/000002.json was changed')]);
});

it('sees that the last record was changed, which no later record vouches for', async () => {
  const { code, problems } = await verifyAfter(async (dir) => {
    const last = (await records(dir)).at(-1) ?? '';
    await rewrite(last, atNewYear);
  });
  expect(code).toBe(1);
  expect(problems).toEqual([
    'DIR/evidence is not the evidence of this audit: record 46 is not the one the manifest names.',
  ]);
});

it('sees that records at the end are gone', async () => {
  const { code, problems } = await verifyAfter(async (dir) => rm((await records(dir)).at(-1) ?? ''));
  expect(code).toBe(1);
  expect(problems[0]).toBe('DIR/evidence has 45 records, the manifest names 46.');
});

it('does not call a file missing that may not be read', async () => {
  const refused = Object.assign(new Error('refused'), { code: 'EACCES' });
  const io = diskIO({
    readFile: (file: string) => (file.endsWith('audit.csv') ? Promise.reject(refused) : readFile(file)),
  });
  await expect(verifyAfter(async () => {}, io)).rejects.toThrow('audit.csv: you may not read or write this file');
});

it('says where the evidence may be that is not in the folder of the audit', async () => {
  const { code, problems } = await verifyAfter((dir) => rm(path.join(dir, 'evidence'), { recursive: true }));
  expect({ code, problems }).toEqual({
    code: 1,
    problems: [
      'DIR/evidence has no evidence, the manifest names 46 records: name their folder with --cache-dir if they are elsewhere.',
    ],
  });
});

it('sees that a report says otherwise than its evidence, also where the manifest was written to fit', async () => {
  const { code, problems } = await verifyAfter(async (dir) => {
    await rewrite(path.join(dir, 'audit.json'), (text) => text.replace('"result":"findings"', '"result":"clean"'));
    await rewriteManifest(dir);
  });
  expect(code).toBe(1);
  expect(problems).toContain('audit.json is not what the evidence gives.');
});

it('sees it of the page, and of a file that the manifest does not name', async () => {
  const { code, problems } = await verifyAfter(async (dir) => {
    await rewrite(path.join(dir, 'audit.html'), (text) => text.replace('findings:', 'clean:'));
    await rewrite(path.join(dir, 'audit.md'), (text) => text.replace('findings:', 'clean:'));
    await rewriteManifest(dir, (files) => files.filter(({ name }) => name !== 'audit.md'));
  });
  expect(code).toBe(1);
  expect(problems).toEqual([
    'audit.html is not what the evidence gives.',
    'manifest.json does not name audit.md, which is a file of each audit.',
  ]);
});

it('sees that the manifest names no evidence, and a later time than the report', async () => {
  const withoutEvidence = await verifyAfter(async (dir) =>
    rewrite(path.join(dir, 'manifest.json'), (text) => text.replace(/"evidence": \{[^}]*\}/, '"evidence":null')),
  );
  expect(withoutEvidence).toEqual({ code: 1, problems: ['manifest.json names no evidence.'] });
  const later = await verifyAfter(async (dir) =>
    rewrite(path.join(dir, 'manifest.json'), (text) => text.replace(/"auditedAt": "[^"]*"/, '"auditedAt": "2027"')),
  );
  expect(later).toEqual({ code: 1, problems: ['manifest.json is of another audit than audit.json.'] });
});

it('judges by the evidence that the manifest names, and not by what was read into the folder since', async () => {
  const { code, problems } = await verifyAfter(async (dir) => {
    const all = await records(dir);
    const last = await readFile(all.at(-1) ?? '', 'utf8');
    const begin = JSON.parse(await readFile(all[0] ?? '', 'utf8'));
    const previous = createHash('sha256').update(last).digest('hex');
    await writeFile(
      path.join(dir, `evidence/records/${String(all.length + 1).padStart(6, '0')}.json`),
      `${JSON.stringify({ ...begin, number: all.length + 1, previous })}\n`,
    );
  });
  expect({ code, problems }).toEqual({ code: 0, problems: [] });
});
