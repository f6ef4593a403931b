import { sha256 } from '../../../kernel/sha256.ts';

/** Azure Table Storage: a partition or row key has at most 1,024 characters. */
const MAX_KEY_LENGTH = 1024;
const HASH_LENGTH = 64;

/**
 * One table key from its parts, joined by `:`. Any text is allowed in a part: letters, digits and `. _ ~ -` stay, every
 * other byte becomes `!xx`, because the service refuses `/ \ # ?` and control characters. Different parts give
 * different keys, also when the key is so long that its tail is replaced by a hash.
 */
export function buildTableKey(...parts: (string | number)[]): string {
  const key = parts.map((part) => encodePart(String(part))).join(':');
  if (key.length <= MAX_KEY_LENGTH) return key;
  const hash = sha256(key);
  // `!!` never comes out of the encoding, so a shortened key cannot equal a whole one.
  return `${key.slice(0, MAX_KEY_LENGTH - HASH_LENGTH - 2)}!!${hash}`;
}

/**
 * The range of all keys that begin with these whole parts. @throws {RangeError} when they are too long to be a prefix.
 */
export function buildKeyRange(...parts: (string | number)[]): { from: string; before: string } {
  const prefix = buildTableKey(...parts);
  if (prefix.includes('!!')) throw new RangeError('These key parts are too long to list by');
  // ';' is the character after ':'.
  return { from: `${prefix}:`, before: `${prefix};` };
}

/** The part itself, or its hash when it is too long to be listed by. */
export function shortKeyPart(part: string): string {
  return encodePart(part).length <= 512 ? part : sha256(part);
}

/** A key part that sorts newer times first. @throws {RangeError} when `at` is not a time in milliseconds. */
export function newestFirst(at: number): string {
  if (!Number.isSafeInteger(at) || at < 0) throw new RangeError('A time must be whole milliseconds since 1970');
  return String(Number.MAX_SAFE_INTEGER - at).padStart(16, '0');
}

/** The time of a part that `newestFirst` made; 0 for any other text. */
export function readNewestFirst(part: string): number {
  const at = Number.MAX_SAFE_INTEGER - Number(part);
  return Number.isSafeInteger(at) && at >= 0 ? at : 0;
}

/** A key part that sorts older times first. */
export function oldestFirst(at: number): string {
  if (!Number.isSafeInteger(at) || at < 0) throw new RangeError('A time must be whole milliseconds since 1970');
  return String(at).padStart(16, '0');
}

function encodePart(part: string): string {
  return part.replace(/[^A-Za-z0-9._~-]+/g, (run) =>
    [...Buffer.from(run)].map((byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
