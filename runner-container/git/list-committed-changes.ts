import type { Change, ChangeList, EntryKind } from './change.ts';
import type { Repository } from './git.ts';
import { listTrackedPaths } from './list-changes.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { runInRepository } from './run-git.ts';

const MAX_LISTING_BYTES = 16 * 1024 * 1024;
const MAX_LINK_BYTES = 4096;

/** What changed between two commits, with renames. Unlike the work tree, a commit cannot change after it was judged. */
export async function listCommittedChanges(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<ChangeList> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--numstat',
    '--no-abbrev',
    '-M',
    '-l2000',
    '--no-textconv',
    '--no-ext-diff',
    '--end-of-options',
    from,
    to,
    '--',
  ];
  const options = { maxOutputBytes: MAX_LISTING_BYTES, truncate: true };
  const [{ stdout, truncated }, pathsBefore] = await Promise.all([
    runInRepository(repository, args, options, signal),
    listTrackedPaths(repository, from, signal),
  ]);
  const { raw, binaryPaths } = parse(stdout.toString('utf8'));

  const blobs = raw.filter(({ entry }) => entry === 'file' || entry === 'executable' || entry === 'symlink');
  const sizes = await readBlobSizes(
    repository,
    blobs.map(({ oid }) => oid),
    signal,
  );
  const links = raw.filter(({ entry, oid }) => entry === 'symlink' && (sizes.get(oid) ?? 0) <= MAX_LINK_BYTES);
  const targets = await readBlobs(
    repository,
    links.map(({ oid }) => oid),
    signal,
  );
  const changes = raw.map(({ oid, ...change }): Change => {
    const target = change.entry === 'symlink' ? (targets.get(oid)?.toString('utf8') ?? '/') : undefined;
    return {
      ...change,
      sizeBytes: sizes.get(oid) ?? 0,
      binary: binaryPaths.has(change.path),
      ...(target !== undefined && { linkTarget: target }),
    };
  });
  return { changes, truncated, pathsBefore };
}

type RawChange = Pick<Change, 'path' | 'kind' | 'oldPath' | 'entry'> & { oid: string };

/** https://git-scm.com/docs/git-diff-tree, "Raw output format" and `--numstat`, with `-z`. */
function parse(output: string): { raw: RawChange[]; binaryPaths: Set<string> } {
  const fields = output.split('\0').values();
  const next = () => fields.next().value ?? '';
  const raw: RawChange[] = [];
  const binaryPaths = new Set<string>();
  for (const field of fields) {
    if (field.startsWith(':')) {
      const [, mode = '', , oid = '', status = ''] = field.split(' ');
      const first = next();
      const renamed = status.startsWith('R') || status.startsWith('C');
      const path = renamed ? next() : first;
      raw.push({ path, kind: toKind(status), ...(renamed && { oldPath: first }), entry: toEntry(mode), oid });
      continue;
    }
    const counted = /^(\d+|-)\t(?:\d+|-)\t([\s\S]*)$/.exec(field);
    if (!counted) continue;
    // A rename has its two names in fields of their own, the old one first.
    if (counted[2] === '') next();
    const path = counted[2] || next();
    if (counted[1] === '-') binaryPaths.add(path);
  }
  return { raw, binaryPaths };
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
