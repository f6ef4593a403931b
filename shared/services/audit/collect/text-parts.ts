/** Bytes that are compressed together: enough for a good compression, few enough to be in memory used before. */
export const PART_BYTES = 1 << 18;

/** Ends each text; JSON has no such character. */
const TEXT_END = 0;

/** Texts of JSON one after another, in parts of some 256 KiB that are good until the next one is taken. */
export function* partsOf(texts: Iterable<string>): Generator<Buffer> {
  let part: Buffer | undefined;
  let size = 0;
  for (const text of texts) {
    part ??= Buffer.allocUnsafe(PART_BYTES);
    // Three bytes at most for each unit of a text.
    const needed = text.length * 3 + 1;
    if (needed > part.byteLength - size && size > 0) {
      yield part.subarray(0, size);
      size = 0;
    }
    if (needed > part.byteLength) {
      yield Buffer.from(`${text}\0`);
      continue;
    }
    size += part.write(text, size);
    part[size] = TEXT_END;
    size += 1;
  }
  if (part && size > 0) yield part.subarray(0, size);
}

/** The texts of a part. */
export function* textsOf(part: Buffer): Generator<string> {
  for (let start = 0, end = part.indexOf(TEXT_END); end >= 0; start = end + 1, end = part.indexOf(TEXT_END, start))
    yield part.toString('utf8', start, end);
}
