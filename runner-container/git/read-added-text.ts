import type { Repository } from './git.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { runInRepository } from './run-git.ts';

export interface AddedText {
  path: string;
  /** The file as it is after the change. */
  text: string;
  /** Numbers (from 1) of the lines the change added. */
  addedLines: ReadonlySet<number>;
}

const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_DIFF_BYTES = 64 * 1024 * 1024;

/**
 * The text files a range of commits added to, with the lines that are new. Binary files and files over 2 MB are left
 * out.
 */
export async function readAddedText(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<AddedText[]> {
  const [files, added] = await Promise.all([
    listAddedOids(repository, from, to, signal),
    readAddedLines(repository, from, to, signal),
  ]);
  const sizes = await readBlobSizes(
    repository,
    files.map(({ oid }) => oid),
    signal,
  );
  const readable = files.filter(({ oid }) => (sizes.get(oid) ?? Number.POSITIVE_INFINITY) <= MAX_FILE_BYTES);
  const blobs = await readBlobs(
    repository,
    readable.map(({ oid }) => oid),
    signal,
  );
  return readable.flatMap(({ path, oid, section }) => {
    const blob = blobs.get(oid);
    const addedLines = added.get(section);
    return blob && addedLines && !blob.includes(0) ? [{ path, text: blob.toString('utf8'), addedLines }] : [];
  });
}

interface AddedFile {
  path: string;
  oid: string;
  /** Place in git's listing, which the diff below shares; names in a diff are quoted, places are not. */
  section: number;
}

async function listAddedOids(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<AddedFile[]> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--diff-filter=AMT',
    '--end-of-options',
    from,
    to,
    '--',
  ];
  const { stdout } = await runInRepository(repository, args, {}, signal);
  const fields = stdout.toString('utf8').split('\0');
  const files: AddedFile[] = [];
  let sections = 0;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, , , oid = '', status] = (fields[at] ?? '').split(' ');
    // A file that became a link, or the other way round, is shown as one deleted and one created.
    sections += status === 'T' ? 2 : 1;
    files.push({ path: fields[at + 1] ?? '', oid, section: sections - 1 });
  }
  return files;
}

/** Section number -> added line numbers. */
async function readAddedLines(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<Map<number, Set<number>>> {
  const flags = ['-U0', '--no-renames', '--diff-filter=AMT', '--no-ext-diff', '--no-textconv', '--no-color'];
  const args = ['diff-tree', '-r', '-p', ...flags, '--end-of-options', from, to, '--'];
  const { stdout } = await runInRepository(repository, args, { maxOutputBytes: MAX_DIFF_BYTES }, signal);
  const sections = new Map<number, Set<number>>();
  let section = -1;
  for (const line of stdout.toString('utf8').split('\n')) {
    // Content lines start with `+`, `-` or `\`, so these two cannot be imitated by content.
    if (line.startsWith('diff --git ')) {
      section += 1;
      sections.set(section, new Set());
      continue;
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!hunk) continue;
    const start = Number(hunk[1]);
    const count = hunk[2] === undefined ? 1 : Number(hunk[2]);
    for (let number = start; number < start + count; number += 1) sections.get(section)?.add(number);
  }
  return sections;
}
