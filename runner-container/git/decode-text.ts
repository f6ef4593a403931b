/**
 * The text of a blob in any encoding, for a search that must not be blind: UTF-8, UTF-16 with or without a byte
 * order mark, and otherwise the bytes without NULs, so that text inside a binary file is found as well.
 */
export function decodeText(blob: Buffer): string {
  if (startsWith(blob, [0xff, 0xfe])) return decode(blob, 'utf-16le');
  if (startsWith(blob, [0xfe, 0xff])) return decode(blob, 'utf-16be');
  if (!blob.includes(0)) return decode(blob, 'utf-8');
  return blob.toString('latin1').replaceAll('\0', '');
}

function startsWith(blob: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => blob[index] === byte);
}

/** Bytes that are no text of this encoding become U+FFFD. A byte order mark is left out. */
function decode(blob: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(blob);
}
