import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { runProgram } from '../../program.ts';

const EVIDENCE = path.resolve(import.meta.dirname, '../../../examples/audit/evidence');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-run-'));
  await writeFile(path.join(folder, 'a-file'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Judges stored evidence. */
async function offline(...more: string[]) {
  const io = createMemoryIO({ cwd: folder });
  const code = await runProgram(['audit', 'run', '--offline', '--fix-version', '2.4.0', ...more], io);
  return { code, stderr: io.stderr, files: [...io.files.keys()] };
}

it.each<[string, string[], string]>([
  ['one option', ['--from', 'v1'], '--from was decided when it was asked for: leave it out'],
  ['several', ['--repo', 'a/b', '--project', 'X', '--deep'], '--project, --repo, --deep were decided'],
  ['a scope', ['--scope', 'train'], '--scope was decided'],
])('does not judge stored evidence by %s that it would pass over', async (_name, more, says) => {
  const { code, stderr, files } = await offline('--cache-dir', EVIDENCE, ...more);
  expect(code).toBe(2);
  expect(stderr).toContain(`cmap: --offline judges what is stored, for which ${says}`);
  expect(files).toEqual([]);
});

it('ends with 3 and not with 1 where there is nothing to judge', async () => {
  const { code, stderr, files } = await offline('--cache-dir', 'nowhere');
  expect(code).toBe(3);
  expect(stderr).toMatch(/^cmap: The evidence of this audit is not complete\. nowhere has no audit, none of 2\.4\.0\./);
  expect(files).toEqual([]);
});

it('says that a file is no folder of evidence', async () => {
  expect(await offline('--cache-dir', 'a-file')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^cmap: a-file: .*part of the path is a file.*; name the folder of the evidence\n$/),
  });
});

it.each([
  [{ code: 'EEXIST', syscall: 'mkdir' }, 'part of the path is a file, not a folder'],
  [{ code: 'EEXIST', syscall: 'open' }, 'the file is there already'],
  [{ code: 'ENOSPC', syscall: 'write' }, 'the disk is full'],
])('says which file cannot be written for %j', async (fields, says) => {
  const io = createMemoryIO({ cwd: folder });
  io.beginFile = () => {
    throw Object.assign(new Error('no'), fields);
  };
  const argv = ['audit', 'run', '--offline', '--fix-version', '2.4.0', '--cache-dir', EVIDENCE, '--out', 'o'];
  expect(await runProgram(argv, io)).toBe(2);
  expect(io.stderr).toMatch(/^cmap: o\/[a-z.-]+: /);
  expect(io.stderr).toContain(`: ${says}\n`);
});

it.each([
  ['made', { add: refuse }],
  ['put in its place', { publish: async () => refuse() }],
])('leaves no part of a file that cannot be %s', async (_when, broken) => {
  const io = createMemoryIO({ cwd: folder });
  const begun: string[] = [];
  const discarded: string[] = [];
  const { beginFile } = io;
  io.beginFile = (file) => {
    begun.push(file);
    return { ...beginFile(file), ...broken, discard: async () => void discarded.push(file) };
  };
  const argv = ['audit', 'run', '--offline', '--fix-version', '2.4.0', '--cache-dir', EVIDENCE, '--out', 'o'];
  expect(await runProgram(argv, io)).toBe(2);
  expect(io.stderr).toBe('cmap: o/audit.json: the disk is full\n');
  expect(begun).not.toEqual([]);
  expect(discarded).toEqual(begun);
  expect([...io.files.keys()]).toEqual([]);
});

function refuse(): never {
  throw Object.assign(new Error('no'), { code: 'ENOSPC', syscall: 'write' });
}
