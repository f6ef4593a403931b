import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { makeWorkspace } from '../../../test/builders/workspace.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { fetchCommit } from '../../git/fetch-commits.ts';
import { readPatch } from './read-patch.ts';

const signal = new AbortController().signal;
const { maskWritten } = createRedactor();
const TOKEN = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

async function patchOf(files: Record<string, string | null>) {
  const sha = remote.push('main', files);
  const workspace = makeWorkspace(path.join(remote.directory, 'workspace'));
  const git = makeGit(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(git, clone, signal);
  await fetchCommit(repository, sha, {}, signal);
  return readPatch(repository, sha, { maskWritten }, signal);
}

it('is what a commit changes, with nothing to be said about it', async () => {
  const { text, files, remarks } = await patchOf({ 'README.md': '# New\n', 'src/sum.js': null });
  expect(text).toMatch(/^diff --git a\/README\.md b\/README\.md\n/);
  expect(text).toContain('-# App\n+# New\n');
  expect({ files, remarks }).toEqual({ files: 2, remarks: [] });
});

it('shows no credential that stood there before, and says so', async () => {
  remote.push('main', { 'settings.ini': `a=1\ntoken=${TOKEN}\nb=2\n` });
  const { text, remarks } = await patchOf({ 'settings.ini': `a=2\ntoken=${TOKEN}\nb=2\n` });
  expect(text).toContain(' token=[secret]\n');
  expect(text).not.toContain(TOKEN);
  expect(remarks).toEqual([expect.stringContaining('look like credentials are masked')]);
});

it('of 50 MB is cut after a whole line, and says that it cannot be applied', async () => {
  remote.push('main', { 'dump.sql': 'INSERT INTO t VALUES (1);\n'.repeat(2_000_000) });
  const { text, files, remarks } = await patchOf({ 'dump.sql': null });
  expect(text.length).toBeLessThanOrEqual(5_000_000);
  expect(text.endsWith('-INSERT INTO t VALUES (1);\n')).toBe(true);
  expect({ files, remarks }).toEqual({ files: 1, remarks: [expect.stringContaining('longer than 5 MB')] });
});

it('names binary files, which it does not hold', async () => {
  const { text, remarks } = await patchOf({ 'logo.bin': 'a\0b' });
  expect(text).toContain('Binary files /dev/null and b/logo.bin differ');
  expect(remarks).toEqual([expect.stringContaining('without their content: `logo.bin`')]);
});
