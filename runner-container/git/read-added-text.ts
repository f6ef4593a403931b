import { decodeForSearch } from './decode-for-search.ts';
import type { Repository } from './git.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { type RawChange, readRawDiff } from './read-raw-diff.ts';

export interface AddedText extends Reading {
  path: string;
  /** What else the file can be read as: one that has NULs, or begins as UTF-16 does and need not be. */
  others?: readonly Reading[];
}

export interface Reading {
  /** The file as it is after the change. */
  text: string;
  /** Numbers (from 1) of the lines the change added. A line ends with LF, as git counts them. */
  addedLines: ReadonlySet<number>;
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
  const known = countLines(before ? decodeForSearch(before) : ['']);
  const read = (text: string): Reading => ({ text, addedLines: findAddedLines(known, text) });
  const [text, ...others] = decodeForSearch(blob);
  return { path, ...read(text), ...(others.length > 0 && { others: others.map(read) }) };
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

/**
 * How often each line is in a file, in any reading of it: a byte more at its begin moves all that follows to another
 * one.
 */
function countLines(readings: readonly string[]): ReadonlyMap<string, number> {
  const counts = readings.map((text) => {
    const count = new Map<string, number>();
    for (const line of text.split('\n')) count.set(line, (count.get(line) ?? 0) + 1);
    return count;
  });
  const [first = new Map<string, number>(), ...rest] = counts;
  for (const [line, count] of rest.flatMap((one) => [...one])) first.set(line, Math.max(count, first.get(line) ?? 0));
  return first;
}

function findAddedLines(known: ReadonlyMap<string, number>, after: string): Set<number> {
  const seen = new Map<string, number>();
  const added = new Set<number>();
  const lines = after.split('\n');
  // What follows the last LF is no line when it is empty.
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    const times = (seen.get(line) ?? 0) + 1;
    seen.set(line, times);
    if (times > (known.get(line) ?? 0)) added.add(index + 1);
  }
  return added;
}
