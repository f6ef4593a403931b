import { createHash } from 'node:crypto';

/** SHA-256 of a text in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The first 48 bits of it as twelve characters: for names, and where the whole text is compared as well. */
export function shortHash(text: string): string {
  return sha256(text).slice(0, 12);
}
