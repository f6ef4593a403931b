import type { DiffRefs, LineRangeEnd, Position } from '../ports/gitlab.ts';
import type { Finding } from './finding.ts';
import { lineCode } from './line-code.ts';
import { linesOf } from './lines-of.ts';
import type { DiffLine, FileDiff } from './parse-diff.ts';

/**
 * Where a finding is posted. Each place names the next best one, to be used when GitLab refuses it; the chain ends with
 * a thread without a position, so that no finding is lost.
 */
export type Placement =
  | { kind: 'inline'; position: Position; otherwise: Placement }
  | { kind: 'file'; position: Position; otherwise: Placement }
  | { kind: 'note'; path: string; line: number };

/**
 * The best place for a finding. Lines outside the diff are left out of a range; when none is left the finding stands at
 * the file, and when the file did not change it is a thread without a position.
 *
 * @param files the whole diff of the merge request (base to head), also when only new commits were reviewed: GitLab
 * measures positions in it.
 */
export function placeFinding(finding: Finding, files: readonly FileDiff[], refs: DiffRefs): Placement {
  const { first, last } = linesOf(finding);
  const file = findFileDiff(files, finding.path, finding.side);
  const note: Placement = { kind: 'note', path: file?.newPath ?? cleanPath(finding.path), line: first };
  if (!file) return note;

  const place = { ...refs, oldPath: file.oldPath, newPath: file.newPath };
  const atFile: Placement = { kind: 'file', position: { ...place, kind: 'file' }, otherwise: note };
  const lines = linesInDiff(file, sideOf(file, finding), first, last);
  const [start, end] = [lines[0], lines.at(-1)];
  if (!start || !end) return atFile;

  const position: Position = { ...place, kind: 'text', ...numbers(end) };
  if (start !== end) position.lineRange = { start: rangeEnd(file, start), end: rangeEnd(file, end) };
  return { kind: 'inline', position, otherwise: atFile };
}

/**
 * The file a finding is about: by its new path first, then by its old one. The path may be written as models write it:
 * with the `a/` or `b/` of the diff, absolute in a checkout, with the line behind it, in backticks, with backslashes,
 * or in another normal form.
 */
export function findFileDiff(
  files: readonly FileDiff[],
  path: string,
  side: 'new' | 'old' = 'new',
): FileDiff | undefined {
  const [own, other] = side === 'new' ? (['newPath', 'oldPath'] as const) : (['oldPath', 'newPath'] as const);
  const find = (isMeant: (name: string) => boolean) => [
    ...files.filter((file) => isMeant(file[own])),
    ...files.filter((file) => isMeant(file[other])),
  ];
  const found =
    readingsOf(path)
      .map(find)
      .find((candidates) => candidates.length > 0) ?? findByEnd(files, path);
  // A file that became a link is in the diff twice, deleted and added.
  const away = side === 'new' ? 'deleted' : 'added';
  return found.find((file) => file.status !== away) ?? found[0];
}

/** What the path may mean, the likeliest first: a directory may really be called `b`, and a file may end in `:2`. */
function readingsOf(path: string): ((name: string) => boolean)[] {
  const clean = cleanPath(path);
  const readings = [path, path.trim().replace(/^(?:\.?\/)+/, ''), clean, clean.replace(/^[ab]\//, '')];
  return readings.flatMap((reading) => [
    (name: string) => name === reading,
    (name: string) => name.normalize() === reading.normalize(),
  ]);
}

/** An absolute path ends with the one in the repository; of several that fit the longest is meant. */
function findByEnd(files: readonly FileDiff[], path: string): FileDiff[] {
  const clean = cleanPath(path);
  if (!/^[`'"\s]*(?:\/|[A-Za-z]:[\\/]|file:)/.test(path)) return [];
  const fitting = files.filter(({ newPath, oldPath }) => [newPath, oldPath].some((name) => clean.endsWith(`/${name}`)));
  const longest = Math.max(0, ...fitting.map(({ newPath }) => newPath.length));
  return fitting.filter(({ newPath }) => newPath.length === longest);
}

/** The lines `first` to `last` of one side as far as they are in the diff, all from the hunk nearest to the end. */
export function linesInDiff(file: FileDiff, side: 'new' | 'old', first: number, last: number): DiffLine[] {
  const within = (line: DiffLine) => {
    const number = side === 'new' ? line.newLine : line.oldLine;
    return number !== undefined && number >= first && number <= last;
  };
  return file.hunks.map((hunk) => hunk.lines.filter(within)).findLast((lines) => lines.length > 0) ?? [];
}

/** New files have no old side and deleted ones no new side, also when the agent says otherwise. */
export function sideOf(file: FileDiff, finding: Pick<Finding, 'side'>): 'new' | 'old' {
  if (file.status === 'added') return 'new';
  return file.status === 'deleted' ? 'old' : finding.side;
}

function numbers({ oldLine, newLine }: DiffLine): { oldLine?: number; newLine?: number } {
  return { ...(oldLine === undefined ? {} : { oldLine }), ...(newLine === undefined ? {} : { newLine }) };
}

function rangeEnd(file: FileDiff, line: DiffLine): LineRangeEnd {
  return { lineCode: lineCode(file.newPath, line), type: line.kind === 'added' ? 'new' : 'old', ...numbers(line) };
}

/** Without quotes, a line behind it, and what stands before the first directory. */
function cleanPath(path: string): string {
  return path
    .trim()
    .replace(/^([`'"]+)(.*)\1$/, '$2')
    .replace(/(?::\d+(?:[-:,]\d+)*|#L\d+(?:-L?\d+)?)$/, '')
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '');
}
