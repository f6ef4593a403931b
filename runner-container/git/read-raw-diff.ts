import type { Change, EntryKind } from './change.ts';
import type { Repository } from './git.ts';
import { rememberByCommit } from './remember-by-commit.ts';
import { runInRepository } from './run-git.ts';

/** One path of a change between two commits, with the objects behind it. */
export interface RawChange extends Pick<Change, 'path' | 'kind' | 'oldPath' | 'entry'> {
  /** Object id after the change; zeros when the path is gone. */
  oid: string;
  /** Object id before the change, of `oldPath` for a renamed file; zeros for a new path. */
  oldOid: string;
}

export interface RawDiff {
  changes: readonly RawChange[];
  /** What git takes for binary: a NUL in the first 8,000 bytes. */
  binaryPaths: ReadonlySet<string>;
  truncated: boolean;
}

const MAX_LISTING_BYTES = 16 * 1024 * 1024;
const FLAGS = ['-r', '-z', '--raw', '--numstat', '--no-abbrev', '-M', '-l2000', '--no-textconv', '--no-ext-diff'];

/** What changed between two commits, with renames. */
export async function readRawDiff(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<RawDiff> {
  return rememberByCommit(repository, 'changes', [from, to], () => diff(repository, from, to, signal));
}

async function diff(repository: Repository, from: string, to: string, signal: AbortSignal): Promise<RawDiff> {
  const args = ['diff-tree', ...FLAGS, '--end-of-options', from, to, '--'];
  const options = { maxOutputBytes: MAX_LISTING_BYTES, truncate: true };
  const { stdout, truncated } = await runInRepository(repository, args, options, signal);
  return { ...parse(stdout.toString('utf8')), truncated };
}

/** https://git-scm.com/docs/git-diff-tree, "Raw output format" and `--numstat`, with `-z`. */
function parse(output: string): { changes: RawChange[]; binaryPaths: Set<string> } {
  const fields = output.split('\0').values();
  const next = () => fields.next().value ?? '';
  const changes: RawChange[] = [];
  const binaryPaths = new Set<string>();
  for (const field of fields) {
    if (field.startsWith(':')) {
      const [, mode = '', oldOid = '', oid = '', status = ''] = field.split(' ');
      const first = next();
      const renamed = status.startsWith('R') || status.startsWith('C');
      const path = renamed ? next() : first;
      const names = { path, ...(renamed && { oldPath: first }) };
      changes.push({ ...names, kind: toKind(status), entry: toEntry(mode), oid, oldOid });
      continue;
    }
    const counted = /^(\d+|-)\t(?:\d+|-)\t([\s\S]*)$/.exec(field);
    if (!counted) continue;
    // A rename has its two names in fields of their own, the old one first.
    if (counted[2] === '') next();
    const path = counted[2] || next();
    if (counted[1] === '-') binaryPaths.add(path);
  }
  return { changes, binaryPaths };
}

function toKind(status: string): Change['kind'] {
  if (status.startsWith('A')) return 'added';
  if (status.startsWith('D')) return 'deleted';
  return status.startsWith('R') ? 'renamed' : 'modified';
}

function toEntry(mode: string): EntryKind {
  const entries: Record<string, EntryKind> = {
    '100644': 'file',
    '100755': 'executable',
    '120000': 'symlink',
    '160000': 'submodule',
    '000000': 'none',
  };
  return entries[mode] ?? 'other';
}
