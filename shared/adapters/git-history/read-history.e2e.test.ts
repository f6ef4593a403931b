import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readHistory } from './read-history.ts';
import { runGit } from './run-git.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'read-history-'));
  git('init', '-q', '-b', 'main');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function git(...args: string[]): string {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', [...person, ...args], { cwd: directory, encoding: 'utf8' }).trim();
}

/** A submodule at a commit that need not be there. */
function setSubmodule(sha: string): void {
  git('update-index', '--add', '--cacheinfo', `160000,${sha},vendor/m`);
}

async function newest() {
  const [commit] = await readHistory(
    { range: git('rev-parse', 'HEAD'), skip: 0, count: 1 },
    { environment: process.env, directory, gitDirectory: path.join(directory, '.git') },
  );
  return commit;
}

it('shows a submodule that moved, although .gitmodules says to ignore it', async () => {
  const modules = '[submodule "m"]\n\tpath = vendor/m\n\turl = ../m.git\n\tignore = all\n';
  writeFileSync(path.join(directory, '.gitmodules'), modules);
  git('add', '.gitmodules');
  setSubmodule('1'.repeat(40));
  git('commit', '-qm', 'Add the submodule');
  setSubmodule('2'.repeat(40));
  git('commit', '-qm', 'Move it');
  expect(await newest()).toMatchObject({ paths: ['vendor/m'], patch_id: expect.stringMatching(/^[0-9a-f]{40}$/) });
});

it('reads trailers as git has them by default, and not as the clone says', async () => {
  git('config', 'trailer.separators', '#');
  git('commit', '-q', '--allow-empty', '-m', 'Change it\n\nCmap-Run: run-1');
  expect((await newest())?.extended_trailers).toEqual({ 'Cmap-Run': ['run-1'] });
});

it('says to narrow the range when git says more than can be read', async () => {
  writeFileSync(path.join(directory, 'large.txt'), 'line\n'.repeat(500_000));
  git('add', 'large.txt');
  const tree = git('write-tree');
  const place = { environment: process.env, directory, maxBytes: 1024 ** 2 };
  await expect(runGit(['show', `${tree}:large.txt`], place)).rejects.toMatchObject({
    code: 'clone-unreadable',
    detail: 'git show says more than 1 MB: audit a smaller range.',
  });
});
