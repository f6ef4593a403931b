import { decodeBehindMark, decodeForSearch } from './decode-for-search.ts';
import type { Repository } from './git.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { type RawChange, readRawDiff } from './read-raw-diff.ts';

export interface AddedText {
  path: string;
  /** The file as it is after the change. */
  text: string;
  /** Numbers (from 1) of the lines the change added. A line ends with LF, as git counts them. */
  addedLines: ReadonlySet<number>;
  /** The same file read byte by byte, where it begins as UTF-16 does and need not be. */
  bytes?: Pick<AddedText, 'text' | 'addedLines'>;
}

/** No larger file is read; the gate refuses them all. */
export const MAX_READABLE_BYTES = 24 * 1024 * 1024;
/** Bytes of objects that one git command may print. */
const BATCH_BYTES = 48 * 1024 * 1024;

/**
 * The files whose content a range of commits changed, with the lines that are new: those the file, or the one it was
 * renamed from, did not have before. Files of any encoding and binary files are read as text; those over 24 MB are left
 * out.
 */
export async function readAddedText(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<AddedText[]> {
  const { changes } = await readRawDiff(repository, from, to, signal);
  const files = changes.filter(({ entry, oid, oldOid }) => oid !== oldOid && CONTENT.has(entry));
  const oids = files.flatMap(({ oid, oldOid }) => [oid, oldOid].filter((id) => !/^0+$/.test(id)));
  const sizes = await readBlobSizes(repository, oids, signal);
  const texts: AddedText[] = [];
  for (const batch of toBatches(files, sizes)) {
    const wanted = batch.flatMap(({ oid, oldOid }) => [oid, oldOid]).filter((oid) => isReadable(oid, sizes));
    const blobs = await readBlobs(repository, wanted, signal);
    for (const { path, oid, oldOid } of batch) {
      const blob = blobs.get(oid);
      if (blob) texts.push(toAddedText(path, blob, blobs.get(oldOid)));
    }
  }
  return texts;
}

/** A file as it is and as it was before; absent where it is new. */
export function toAddedText(path: string, blob: Buffer, before?: Buffer): AddedText {
  const text = decodeForSearch(blob);
  const added = { path, text, addedLines: findAddedLines(before ? decodeForSearch(before) : '', text) };
  const bytes = decodeBehindMark(blob);
  if (bytes === undefined) return added;
  const known = before ? (decodeBehindMark(before) ?? decodeForSearch(before)) : '';
  return { ...added, bytes: { text: bytes, addedLines: findAddedLines(known, bytes) } };
}

/** How many bytes of a file are new, in UTF-8. */
export function countAddedBytes({ text, addedLines }: AddedText): number {
  return text
    .split('\n')
    .reduce((sum, line, index) => (addedLines.has(index + 1) ? sum + Buffer.byteLength(line) + 1 : sum), 0);
}

const CONTENT: ReadonlySet<RawChange['entry']> = new Set(['file', 'executable', 'symlink']);

function isReadable(oid: string, sizes: ReadonlyMap<string, number>): boolean {
  return (sizes.get(oid) ?? Number.POSITIVE_INFINITY) <= MAX_READABLE_BYTES;
}

function toBatches(files: readonly RawChange[], sizes: ReadonlyMap<string, number>): RawChange[][] {
  const batches: RawChange[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (!isReadable(file.oid, sizes)) continue;
    const size = [file.oid, file.oldOid]
      .filter((oid) => isReadable(oid, sizes))
      .reduce((sum, oid) => sum + (sizes.get(oid) ?? 0), 0);
    if (bytes + size > BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(file);
    bytes += size;
  }
  return batches;
}

function findAddedLines(before: string, after: string): Set<number> {
  const known = new Map<string, number>();
  for (const line of before.split('\n')) known.set(line, (known.get(line) ?? 0) + 1);
  const added = new Set<number>();
  const lines = after.split('\n');
  // What follows the last LF is no line when it is empty.
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    const left = known.get(line) ?? 0;
    if (left > 0) known.set(line, left - 1);
    else added.add(index + 1);
  }
  return added;
}
