/**
 * What a blob can be read as, for a search that must not be blind: first the text of its encoding (UTF-8, or UTF-16
 * with or without a byte order mark), then, where bytes are NUL or the mark may be none, every other reading that could
 * hold text. A NUL ends a string in a binary file and is half of a character in UTF-16, and nothing says which.
 */
export function decodeForSearch(blob: Buffer): [string, ...string[]] {
  const mark = findMark(blob);
  if (!mark && !blob.includes(0)) return [decode(blob)];
  const bytes = mark ? blob.subarray(2) : blob;
  const encoding = mark ?? guessEncoding(blob);
  const readings: [string, ...string[]] = [decodeBytes(bytes), ...decodeWide(bytes)];
  if (encoding === undefined) return readings;
  const text = decode(blob, encoding);
  return [text, ...readings.filter((reading) => reading !== text)];
}

/** Ends a value for every shape that is looked for; a space would make one text of `Bearer` and the string after it. */
const BETWEEN_STRINGS = '"'.charCodeAt(0);
/** No credential is shorter. A reading at the wrong alignment is noise of other scripts, with no such run in it. */
const READABLE = /[\x20-\x7e]{8}/;
/** What UTF-32 is when it is read as UTF-16. */
const READABLE_APART = /(?:[\x20-\x7e]\0){7}/;

function findMark(blob: Buffer): string | undefined {
  if (blob[0] === 0xff && blob[1] === 0xfe) return 'utf-16le';
  return blob[0] === 0xfe && blob[1] === 0xff ? 'utf-16be' : undefined;
}

/** A text in letters of Europe has its NULs on one side; git looks at as much of a file. */
function guessEncoding(blob: Buffer): string | undefined {
  const sample = blob.subarray(0, 8000);
  const counts = [0, 0];
  for (let at = sample.indexOf(0); at !== -1; at = sample.indexOf(0, at + 1))
    counts[at % 2] = (counts[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = counts;
  const many = sample.length / 4;
  if (odd > many && even * 8 < odd) return 'utf-16le';
  return even > many && odd * 8 < even ? 'utf-16be' : undefined;
}

/** Byte by byte. */
function decodeBytes(blob: Buffer): string {
  const bytes = Buffer.from(blob);
  separateStrings(bytes);
  return bytes.toString('latin1');
}

/** UTF-16 and UTF-32 of both byte orders, from an even place or an odd one: strings in a binary file lie anywhere. */
function decodeWide(blob: Buffer): string[] {
  if (!blob.includes(0)) return [];
  return [0, 1].flatMap((from) => {
    // The last character may lack its NUL.
    const pairs = Buffer.alloc(2 * Math.ceil((blob.length - from) / 2));
    blob.copy(pairs, 0, from);
    const swapped = Buffer.alloc(pairs.length, pairs).swap16();
    return [...decodePairs(pairs), ...decodePairs(swapped)];
  });
}

function decodePairs(pairs: Buffer): string[] {
  const text = pairs.toString('utf16le');
  if (!READABLE.test(text) && !READABLE_APART.test(text)) return [];
  const units = new Uint16Array(pairs.buffer, pairs.byteOffset, text.length);
  const apart = READABLE_APART.test(text) ? [toText(dropNuls(units))] : [];
  if (!READABLE.test(text)) return apart;
  separateStrings(units);
  return [toText(units), ...apart];
}

function toText(units: Uint16Array): string {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le');
}

function dropNuls(units: Uint16Array): Uint16Array {
  const kept = new Uint16Array(units.length);
  let length = 0;
  for (let at = 0; at < units.length; at += 1) {
    const unit = units[at] ?? 0;
    if (unit !== 0) kept[length++] = unit;
  }
  return kept.subarray(0, length);
}

/** A loop, because a large binary file has millions of them. */
function separateStrings(units: Uint8Array | Uint16Array): void {
  for (let at = 0; at < units.length; at += 1) if (units[at] === 0) units[at] = BETWEEN_STRINGS;
}

/** Bytes that are no text of this encoding become U+FFFD. A byte order mark is left out. */
function decode(blob: Buffer, encoding = 'utf-8'): string {
  return new TextDecoder(encoding).decode(blob);
}
