import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { ArchivedFile } from '../../domain/ports/audit-archive.ts';
import { BLOCK_BYTES, encodeBlocks } from '../../kernel/text/encode-blocks.ts';
import { compress } from './collect/compress.ts';

/** One file of an audit, by its name in the output folder. */
export type OutputFile = ArchivedFile;

/** How the blocks of a file are kept until they are written. */
interface BlockStore {
  /** Keeps a block, which is good until the next one is taken. */
  put(block: Uint8Array): Buffer;
  take(kept: Buffer): Buffer;
}

/** A block and the byte that shows that it was all. */
const ENOUGH_FOR_A_BLOCK = BLOCK_BYTES + 1;

/** The files of a large release are larger than the memory an audit may use. */
const PACKED: BlockStore = {
  put: compress,
  // One buffer for a block; the default makes many small ones and joins them.
  take: (kept) => zstdDecompressSync(kept, { chunkSize: ENOUGH_FOR_A_BLOCK }),
};

/** To pack and unpack the files of a small one costs more than to hold them. */
const LOOSE: BlockStore = { put: (block) => Buffer.from(block), take: (kept) => kept };

/**
 * Takes a file as it is made, piece by piece. Text is UTF-8. What is kept is compressed, unless it is `small`.
 */
export function createOutputFile(
  name: string,
  type: string,
  pieces: Iterable<string | Uint8Array>,
  { small = false }: { small?: boolean } = {},
): OutputFile {
  const { put, take } = small ? LOOSE : PACKED;
  const hash = createHash('sha256');
  const blocks: Buffer[] = [];
  let bytes = 0;
  for (const block of encodeBlocks(pieces)) {
    hash.update(block);
    bytes += block.byteLength;
    blocks.push(put(block));
  }
  return {
    name,
    type,
    bytes,
    sha256: hash.digest('hex'),
    *pieces() {
      for (const block of blocks) yield take(block);
    },
  };
}
