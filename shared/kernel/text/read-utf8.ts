/** The text that these bytes are in UTF-8, without a byte order mark; `undefined` for all other bytes. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    // The encoding standard wants a TypeError for bytes that are no text.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
