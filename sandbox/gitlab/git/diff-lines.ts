import { createHash } from 'node:crypto';
import type { BareRepository } from './bare-repository.ts';
import { GitError } from './run-git.ts';

/** A line of a file's diff, context included: which position and which line code it has on GitLab. */
interface DiffLine {
  kind: 'added' | 'removed' | 'context';
  /** Absent for an added line. */
  oldLine?: number;
  /** Absent for a removed line. */
  newLine?: number;
  lineCode: string;
}

export interface DiffFile {
  oldPath: string;
  newPath: string;
  lines: DiffLine[];
}

/**
 * The diff of one file between two commits, from the first line to the last; `undefined` when the file, under this pair
 * of names, is no part of that diff. Unchanged lines far from a change are there too: GitLab unfolds them. Files that
 * are alike by 30 % count as renamed, as in Gitaly.
 */
export async function diffFile(
  repository: BareRepository,
  { baseSha, headSha, oldPath, newPath }: { baseSha: string; headSha: string; oldPath: string; newPath: string },
): Promise<DiffFile | undefined> {
  const raw = await tryGit(repository, ['diff', '--raw', '-z', '--find-renames=30%', baseSha, headSha, '--']);
  if (raw === undefined || !hasEntry(raw, oldPath, newPath)) return undefined;
  const paths = [...new Set([oldPath, newPath])].map((name) => `:(literal)${name}`);
  const args = [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--find-renames=30%',
    '-U10000000',
    baseSha,
    headSha,
    '--',
    ...paths,
  ];
  return { oldPath, newPath, lines: parseLines(await repository.git(args), newPath) };
}

async function tryGit(repository: BareRepository, args: string[]): Promise<string | undefined> {
  try {
    return await repository.git(args);
  } catch (error) {
    if (error instanceof GitError) return undefined; // A commit that does not exist has no diff.
    throw error;
  }
}

/** `git diff --raw -z`: `:modes shas status NUL path NUL [new path NUL]`. */
function hasEntry(raw: string, oldPath: string, newPath: string): boolean {
  const fields = raw.split('\0');
  for (let index = 0; index < fields.length - 1; ) {
    const status = fields[index]?.split(' ')[4] ?? '';
    const from = fields[index + 1];
    const moved = /^[RC]/.test(status);
    const to = moved ? fields[index + 2] : from;
    if (from === oldPath && to === newPath) return true;
    index += moved ? 3 : 2;
  }
  return false;
}

function parseLines(diff: string, file: string): DiffLine[] {
  const prefix = createHash('sha1').update(file).digest('hex');
  const lines: DiffLine[] = [];
  let oldLine = 0;
  let newLine = 0;
  let inHunk = false;
  for (const text of diff.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk) {
      [oldLine, newLine] = [Number(hunk[1]), Number(hunk[2])];
      inHunk = true;
    } else if (text.startsWith('diff --git ')) {
      inHunk = false;
    } else if (inHunk) {
      // Both counters go into the code of every line (doc/api/discussions, "line code").
      const lineCode = `${prefix}_${oldLine}_${newLine}`;
      if (text.startsWith('+')) lines.push({ kind: 'added', newLine: newLine++, lineCode });
      else if (text.startsWith('-')) lines.push({ kind: 'removed', oldLine: oldLine++, lineCode });
      else if (text.startsWith(' ')) lines.push({ kind: 'context', oldLine: oldLine++, newLine: newLine++, lineCode });
    }
  }
  return lines;
}
