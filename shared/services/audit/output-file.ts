import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ArchivedFile } from '../../domain/ports/audit-archive.ts';

/** One file of an audit, by its name in the output folder. */
export type OutputFile = ArchivedFile;

/** Bytes that are compressed together: enough for a good ratio, few enough to be held twice. */
const BLOCK = 1 << 20;

/**
 * Takes a file as it is made, piece by piece. Text is UTF-8. What is kept is compressed, because the files of a large release are
 * larger than the memory an audit may use.
 */
export function createOutputFile(name: string, type: string, pieces: Iterable<string | Uint8Array>): OutputFile {
  const hash = createHash('sha256');
  const blocks: Buffer[] = [];
  let bytes = 0;
  for (const block of toBlocks(pieces)) {
    hash.update(block);
    bytes += block.byteLength;
    blocks.push(zstdCompressSync(block));
  }
  return {
    name,
    type,
    bytes,
    sha256: hash.digest('hex'),
    *pieces() {
      for (const block of blocks) yield zstdDecompressSync(block);
    },
  };
}

/** All of a file that is known to be small. */
export function contentOf({ pieces }: Pick<OutputFile, 'pieces'>): Buffer {
  return Buffer.concat([...pieces()]);
}

function* toBlocks(pieces: Iterable<string | Uint8Array>): Generator<Buffer> {
  let open: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    open.push(bytes);
    size += bytes.byteLength;
    if (size < BLOCK) continue;
    yield Buffer.concat(open);
    open = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(open);
}
