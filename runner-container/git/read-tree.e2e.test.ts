import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { cloneRepository } from './clone-repository.ts';
import type { Repository } from './git.ts';
import { listInstructionFiles } from './list-instruction-files.ts';
import { readTree } from './read-tree.ts';

const signal = new AbortController().signal;
const remotes: RemoteRepository[] = [];
afterEach(() => {
  for (const remote of remotes.splice(0)) remote.remove();
});

async function aClone(files: Record<string, string | Buffer>, links: Record<string, string> = {}): Promise<Repository> {
  const remote = makeRemoteRepository(files);
  remotes.push(remote);
  const work = path.join(remote.directory, 'links');
  git(remote.directory, 'clone', '--quiet', remote.bare, work);
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(path.dirname(path.join(work, name)), { recursive: true });
    symlinkSync(target, path.join(work, name));
  }
  git(work, 'add', '-A', '-f');
  git(work, 'commit', '--quiet', '--allow-empty', '-m', 'Links');
  git(work, 'push', '--quiet', 'origin', 'HEAD:main');
  const places = { gitDir: path.join(remote.directory, 'git'), workTree: path.join(remote.directory, 'tree') };
  return cloneRepository(makeGit(remote.directory), { remote: remote.remote, ...places, branch: 'main' }, signal);
}

async function instructionPaths(repository: Repository): Promise<string[]> {
  return (await listInstructionFiles(repository, 'HEAD', signal)).map((file) => file.path);
}

it('finds instructions at their places, the root first, and nothing else', async () => {
  const repository = await aClone({
    'AGENTS.md': 'root',
    'packages/api/AGENTS.md': 'api',
    'CLAUDE.md': 'c',
    'docs/CLAUDE.md': 'd',
    'docs/claude.md': 'not a place',
    '.github/copilot-instructions.md': 'g',
    '.github/instructions/js/style.instructions.md': 'i',
    '.github/hooks/run.json': '{}',
    '.claude/skills/release/SKILL.md': 's',
    '.agents/agents/tester.md': 'a',
    '.mcp.json': '{}',
  });
  expect(await instructionPaths(repository)).toEqual([
    'AGENTS.md',
    'CLAUDE.md',
    '.github/copilot-instructions.md',
    'docs/CLAUDE.md',
    '.agents/agents/tester.md',
    'packages/api/AGENTS.md',
    '.claude/skills/release/SKILL.md',
    '.github/instructions/js/style.instructions.md',
  ]);
});

it('reads the commit and not the work tree', async () => {
  const repository = await aClone({ 'AGENTS.md': 'from the target branch' });
  writeFileSync(path.join(repository.workTree, 'AGENTS.md'), 'planted');
  mkdirSync(path.join(repository.workTree, 'x'));
  writeFileSync(path.join(repository.workTree, 'x', 'AGENTS.md'), 'planted');
  expect(await listInstructionFiles(repository, 'HEAD', signal)).toEqual([
    { path: 'AGENTS.md', content: 'from the target branch' },
  ]);
});

it('follows links inside the repository, once for each file, and no other', async () => {
  const repository = await aClone(
    { 'docs/agents.md': 'shared', '.github/skills/a/SKILL.md': 'skill', 'real.md': 'x' },
    {
      'AGENTS.md': 'docs/agents.md',
      'CLAUDE.md': 'AGENTS.md',
      '.claude/skills': '../.github/skills',
      'GEMINI.md': '../../../etc/passwd',
      'a/AGENTS.md': '/etc/passwd',
      'b/AGENTS.md': '../c/AGENTS.md',
      'c/AGENTS.md': '../b/AGENTS.md',
      'd/AGENTS.md': '../.git/config',
    },
  );
  expect(await listInstructionFiles(repository, 'HEAD', signal)).toEqual([
    { path: 'AGENTS.md', content: 'shared' },
    { path: '.github/skills/a/SKILL.md', content: 'skill' },
  ]);
});

it('leaves out what is too large or binary, and stops at the total', async () => {
  const repository = await aClone({
    'AGENTS.md': 'x'.repeat(64 * 1024 + 1),
    'CLAUDE.md': Buffer.from([65, 0, 66]),
    'GEMINI.md': 'kept',
    '.github/copilot-instructions.md': Buffer.from('\ufeffFrom PowerShell', 'utf16le'),
    ...Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`p${index}/AGENTS.md`, 'y'.repeat(60 * 1024) + index]),
    ),
  });
  const files = await listInstructionFiles(repository, 'HEAD', signal);
  const readable = files.filter((file) => 'content' in file);
  expect(readable.map((file) => file.path)).toEqual([
    'GEMINI.md',
    '.github/copilot-instructions.md',
    'p0/AGENTS.md',
    'p1/AGENTS.md',
    'p2/AGENTS.md',
    'p3/AGENTS.md',
  ]);
  expect(readable[1]).toEqual({ path: '.github/copilot-instructions.md', content: 'From PowerShell' });
  expect(files.filter((file) => 'leftOut' in file)).toEqual([
    { path: 'AGENTS.md', leftOut: 'it is larger than 64 kB' },
    { path: 'CLAUDE.md', leftOut: 'it is no text' },
    { path: 'p4/AGENTS.md', leftOut: 'there are more than 200 files or 256 kB of instructions' },
    { path: 'p5/AGENTS.md', leftOut: 'there are more than 200 files or 256 kB of instructions' },
  ]);
});

it('stops at a number of files', async () => {
  const repository = await aClone({ a: '1', b: '2', c: '3' });
  const limits = { maxFiles: 2, maxFileBytes: 10, maxTotalBytes: 100 };
  expect(await readTree(repository, { commit: 'HEAD', select: () => true, limits }, signal)).toEqual({
    files: [
      { path: 'a', content: '1' },
      { path: 'b', content: '2' },
    ],
    leftOut: [{ path: 'c', reason: 'beyond-limits' }],
  });
  rmSync(repository.workTree, { recursive: true });
});
