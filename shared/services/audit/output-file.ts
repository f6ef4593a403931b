import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { ArchivedFile } from '../../domain/ports/audit-archive.ts';
import { BLOCK_BYTES, encodeBlocks } from '../../kernel/text/encode-blocks.ts';
import { compress } from './collect/compress.ts';

/** One file of an audit, by its name in the output folder. */
export type OutputFile = ArchivedFile;

/** Where the blocks of a file are until they are read. */
export interface KeptFile {
  /** Takes a block, which is good until the next one. */
  add(block: Uint8Array): void;
  /** That was all. */
  end(): void;
  /** What was added, as often as it is asked for. */
  pieces(): Iterable<Uint8Array>;
}

/** Begins to keep a file of this name. */
export type KeepFile = (name: string) => KeptFile;

/** A block and the byte that shows that it was all. */
const ENOUGH_FOR_A_BLOCK = BLOCK_BYTES + 1;

/** In memory and compressed: the files of a large release are larger than the memory an audit may use. */
export const keepPacked: KeepFile = () =>
  // One buffer for a block; the default makes many small ones and joins them.
  keepIn(compress, (kept) => zstdDecompressSync(kept, { chunkSize: ENOUGH_FOR_A_BLOCK }));

/** In memory as they are: to pack and unpack the files of a small release costs more than to hold them. */
export const keepLoose: KeepFile = () =>
  keepIn(
    (block) => Buffer.from(block),
    (kept) => kept,
  );

function keepIn(put: (block: Uint8Array) => Buffer, take: (kept: Buffer) => Buffer): KeptFile {
  const blocks: Buffer[] = [];
  return {
    add: (block) => void blocks.push(put(block)),
    end() {},
    *pieces() {
      for (const block of blocks) yield take(block);
    },
  };
}

/** Takes a file as it is made, piece by piece. Text is UTF-8. */
export function createOutputFile(
  name: string,
  type: string,
  pieces: Iterable<string | Uint8Array>,
  keepFile: KeepFile = keepPacked,
): OutputFile {
  const kept = keepFile(name);
  const hash = createHash('sha256');
  let bytes = 0;
  for (const block of encodeBlocks(pieces)) {
    hash.update(block);
    bytes += block.byteLength;
    kept.add(block);
  }
  kept.end();
  return { name, type, bytes, sha256: hash.digest('hex'), pieces: () => kept.pieces() };
}
