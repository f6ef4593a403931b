import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FileContent } from '../../../sandbox/gitlab/git/fast-import.ts';
import { aFinding, REFS, toExpected } from '../../../test/fixtures/diffs/builders.ts';
import { type CaseFile, type CaseFiles, DIFF_CASES, slugOf } from '../../../test/fixtures/diffs/cases.ts';
import { makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { DIFF_ARGUMENTS } from './diff-arguments.ts';

import { parseDiff } from './parse-diff.ts';
import { placeFinding } from './place-finding.ts';

let repository: RemoteRepository;
beforeAll(() => {
  repository = makeRemoteRepository({});
});
afterAll(() => repository.remove());

const run = promisify(execFile);
const environment = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

async function git(args: string[]): Promise<string> {
  return (await run('git', args, { cwd: repository.bare, env: environment })).stdout;
}

describe('positions in what git says', () => {
  it.each(DIFF_CASES)('$name', async (diffCase) => {
    const { name, before, after, finding, expected } = diffCase;
    const branch = slugOf(diffCase);
    pushStates(branch, before, after);
    const diff = await git([...DIFF_ARGUMENTS, `${branch}~1`, branch]);
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
    const numstat = await git(['diff', '--numstat', '--find-renames=30%', `${branch}~1`, branch]);
    const counted = numstat.split('\n').map((row) => row.split('\t').map((cell) => Number.parseInt(cell, 10) || 0));
    expect(count('added')).toBe(counted.reduce((sum, [added = 0]) => sum + added, 0));
    expect(count('removed')).toBe(counted.reduce((sum, [, removed = 0]) => sum + removed, 0));
  });
});

/** The two states as two commits of a branch of their own. */
function pushStates(branch: string, before: CaseFiles, after: CaseFiles): void {
  const gone = Object.fromEntries(Object.keys(before).map((name) => [name, null]));
  repository.push(branch, toContents(before));
  repository.push(branch, { ...gone, ...toContents(after) });
}

function toContents(files: CaseFiles): Record<string, FileContent> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, toContent(file)]));
}

function toContent(file: CaseFile): FileContent {
  if (typeof file === 'string') return file;
  if ('linkTo' in file) return { content: file.linkTo, mode: '120000' };
  return 'base64' in file ? Buffer.from(file.base64, 'base64') : { content: file.text, mode: '100755' };
}

function linesOf(file: CaseFile | undefined): string[] {
  if (file === undefined) return [];
  if (typeof file === 'string') return file.split('\n');
  if ('linkTo' in file) return [file.linkTo];
  return 'text' in file ? file.text.split('\n') : [];
}
