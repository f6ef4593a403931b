/** Text out of bytes, or the first place that cannot be read; line and column count from 1. */
export type DecodedText = { text: string } | { line: number; column: number; message: string };

/**
 * Reads a text file as people's tools write it: UTF-8, or UTF-16 as PowerShell's `>` and Notepad write it, with or
 * without a byte order mark. Other encodings are refused with the place of the first byte that gives them away. Never
 * throws.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = findEncoding(bytes);
  if (encoding === 'utf-32') return { line: 1, column: 1, message: `the file is UTF-32; ${SAVE}` };
  const text = tryDecode(bytes, encoding);
  if (text !== undefined) return { text };
  if (encoding !== 'utf-8') return { line: 1, column: 1, message: `the file is not whole UTF-16; ${SAVE}` };
  return describeBadByte(bytes);
}

/** The same where a text is needed at any rate: U+FFFD stands for what cannot be read. */
export function decodeAnyText(bytes: Uint8Array): string {
  const decoded = decodeText(bytes);
  return 'text' in decoded ? decoded.text : new TextDecoder().decode(bytes);
}

const SAVE = 'save it as UTF-8';

/** Byte order marks, else the zero bytes that every other byte of ASCII text in UTF-16 is. */
function findEncoding([a = -1, b = -1, c = -1, d = -1]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32' {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a > 0 && b === 0 && c > 0 && d === 0) return 'utf-16le';
  if (a === 0 && b > 0 && c === 0 && d > 0) return 'utf-16be';
  return 'utf-8';
}

/** The byte order mark is left out. */
function tryDecode(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    // The encoding standard wants a TypeError for bytes that are no text.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Looks for the longest beginning that is UTF-8, up to its last bytes, which may begin a character. */
function describeBadByte(bytes: Uint8Array): DecodedText {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBeginning(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const before = new TextDecoder().decode(bytes.subarray(0, good)).replace(/\uFFFD+$/, '');
  const lines = before.split(/\r\n|\n|\r/);
  const at = Buffer.byteLength(before) + (bytes[0] === 0xef ? 3 : 0);
  const byte = bytes[at] ?? 0;
  const shown = new TextDecoder('windows-1252').decode(Uint8Array.of(byte));
  return {
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
    message: `the byte 0x${byte.toString(16).toUpperCase()} is not UTF-8 (in Latin-1 it is ${JSON.stringify(shown)}); save the file as UTF-8`,
  };
}

function isBeginning(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
