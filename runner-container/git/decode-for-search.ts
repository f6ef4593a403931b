/**
 * The text of a blob in any encoding, for a search that must not be blind: UTF-8, UTF-16 with or without a byte
 * order mark, and otherwise the bytes without NULs, so that text inside a binary file is found as well.
 */
export function decodeForSearch(blob: Buffer): string {
  if (startsWith(blob, LITTLE_END)) return decode(blob, 'utf-16le');
  if (startsWith(blob, BIG_END)) return decode(blob, 'utf-16be');
  if (!blob.includes(0)) return decode(blob, 'utf-8');
  return decodeBytes(blob);
}

/**
 * The other reading of a blob that begins as UTF-16 does: byte by byte, without NULs. Two bytes in front of it make an
 * ordinary file unreadable as text, and UTF-32 begins like UTF-16. `undefined` for any other blob.
 */
export function decodeBehindMark(blob: Buffer): string | undefined {
  return startsWith(blob, LITTLE_END) || startsWith(blob, BIG_END) ? decodeBytes(blob.subarray(2)) : undefined;
}

/** Byte order marks of UTF-16. */
const LITTLE_END = [0xff, 0xfe];
const BIG_END = [0xfe, 0xff];

function decodeBytes(blob: Buffer): string {
  return blob.toString('latin1').replaceAll('\0', '');
}

function startsWith(blob: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => blob[index] === byte);
}

/** Bytes that are no text of this encoding become U+FFFD. A byte order mark is left out. */
function decode(blob: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(blob);
}
