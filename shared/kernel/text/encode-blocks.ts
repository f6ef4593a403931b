/** Bytes of a block: enough for a good compression, few enough to be held twice. */
export const BLOCK_BYTES = 1 << 20;

/**
 * Joins pieces into blocks of a mebibyte, texts as UTF-8. All blocks share one buffer, so that a file of any length
 * costs one allocation: a block is good until the next one is taken.
 */
export function* encodeBlocks(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  const block = Buffer.alloc(BLOCK_BYTES);
  let size = 0;
  for (const piece of pieces) {
    const bytes = typeof piece === 'string' ? undefined : piece;
    // Three bytes at most for each unit of a text.
    const needed = bytes ? bytes.byteLength : piece.length * 3;
    if (!bytes && needed <= BLOCK_BYTES - size) {
      size += block.write(String(piece), size);
      continue;
    }
    const long = bytes ?? Buffer.from(String(piece));
    for (let from = 0; from < long.byteLength; ) {
      const part = long.subarray(from, from + BLOCK_BYTES - size);
      block.set(part, size);
      size += part.byteLength;
      from += part.byteLength;
      if (size < BLOCK_BYTES) continue;
      yield block;
      size = 0;
    }
  }
  if (size > 0) yield block.subarray(0, size);
}
