import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { ArchivedFile } from '../../domain/ports/audit-archive.ts';
import { BLOCK_BYTES, encodeBlocks } from '../../kernel/text/encode-blocks.ts';
import { compress } from './collect/compress.ts';

/** One file of an audit, by its name in the output folder. */
export type OutputFile = ArchivedFile;

/** A block and the byte that shows that it was all. */
const ENOUGH_FOR_A_BLOCK = BLOCK_BYTES + 1;

/**
 * Takes a file as it is made, piece by piece. Text is UTF-8. What is kept is compressed, because the files of a large
 * release are larger than the memory an audit may use.
 */
export function createOutputFile(name: string, type: string, pieces: Iterable<string | Uint8Array>): OutputFile {
  const hash = createHash('sha256');
  const blocks: Buffer[] = [];
  let bytes = 0;
  for (const block of encodeBlocks(pieces)) {
    hash.update(block);
    bytes += block.byteLength;
    blocks.push(compress(block));
  }
  return {
    name,
    type,
    bytes,
    sha256: hash.digest('hex'),
    *pieces() {
      // One buffer for a block; the default makes many small ones and joins them.
      for (const block of blocks) yield zstdDecompressSync(block, { chunkSize: ENOUGH_FOR_A_BLOCK });
    },
  };
}
