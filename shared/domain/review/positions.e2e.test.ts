import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { aFinding, REFS, toExpected } from '../../../test/fixtures/diffs/builders.ts';
import { type CaseFile, type CaseFiles, DIFF_CASES, slugOf } from '../../../test/fixtures/diffs/cases.ts';
import { DIFF_ARGUMENTS } from './diff-arguments.ts';

import { parseDiff } from './parse-diff.ts';
import { placeFinding } from './place-finding.ts';

const run = promisify(execFile);

describe('positions in what git says', () => {
  it.each(DIFF_CASES)('$name', async (diffCase) => {
    const { name, before, after, finding, expected } = diffCase;
    await withRepository(before, after, async (git) => {
      const diff = await git([...DIFF_ARGUMENTS, 'HEAD~1', 'HEAD']);
      // The unit tests work on this recording; a git that says something else must fail here.
      await expect(diff).toMatchFileSnapshot(`../../../test/fixtures/diffs/recorded/${slugOf(diffCase)}.diff`);

      const files = parseDiff(diff);
      expect(toExpected(placeFinding(aFinding(finding), files, REFS)), name).toEqual(expected);

      // Independent of the parser: every number leads to that text in the files, and git counts the same lines.
      for (const file of files) {
        const [oldLines, newLines] = [linesOf(before[file.oldPath]), linesOf(after[file.newPath])];
        for (const line of file.hunks.flatMap((hunk) => hunk.lines)) {
          if (line.oldLine !== undefined) expect(line.text).toBe(oldLines[line.oldLine - 1]);
          if (line.newLine !== undefined) expect(line.text).toBe(newLines[line.newLine - 1]);
        }
      }
      const count = (kind: 'added' | 'removed') =>
        files.flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines)).filter((line) => line.kind === kind).length;
      const numstat = await git(['diff', '--numstat', '--find-renames=30%', 'HEAD~1', 'HEAD']);
      const counted = numstat.split('\n').map((row) => row.split('\t').map((cell) => Number.parseInt(cell, 10) || 0));
      expect(count('added')).toBe(counted.reduce((sum, [added = 0]) => sum + added, 0));
      expect(count('removed')).toBe(counted.reduce((sum, [, removed = 0]) => sum + removed, 0));
    });
  });
});

async function withRepository(
  before: CaseFiles,
  after: CaseFiles,
  work: (git: (args: string[]) => Promise<string>) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'positions-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
  const git = async (args: string[]) => (await run('git', args, { cwd: directory, env })).stdout;
  try {
    await git(['init', '--quiet']);
    for (const files of [before, after]) {
      await git(['rm', '-r', '--quiet', '--ignore-unmatch', '.']);
      for (const [name, file] of Object.entries(files)) await writeCaseFile(path.join(directory, name), file);
      await git(['add', '--all']);
      await git(['commit', '--quiet', '--allow-empty', '--message', 'state']);
    }
    await work(git);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeCaseFile(name: string, file: CaseFile): Promise<void> {
  await mkdir(path.dirname(name), { recursive: true });
  if (typeof file === 'string') await writeFile(name, file);
  else if ('linkTo' in file) await symlink(file.linkTo, name);
  else if ('base64' in file) await writeFile(name, Buffer.from(file.base64, 'base64'));
  else {
    await writeFile(name, file.text);
    await chmod(name, 0o755);
  }
}

function linesOf(file: CaseFile | undefined): string[] {
  if (file === undefined) return [];
  if (typeof file === 'string') return file.split('\n');
  if ('linkTo' in file) return [file.linkTo];
  return 'text' in file ? file.text.split('\n') : [];
}
